/** The journey view: an address followed through every table of every level, entry by entry, down to host-physical memory. */
package org.ringside.app.journey;
