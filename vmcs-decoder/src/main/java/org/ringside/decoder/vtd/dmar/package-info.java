/** The DMAR table, by which firmware says which remapping units there are and which devices are behind each. */
package org.ringside.decoder.vtd.dmar;
