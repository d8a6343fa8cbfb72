/** What remapping units let devices do that they should not: checks over units, the DMAR table and what is to be protected. */
package org.ringside.decoder.vtd.finding;
