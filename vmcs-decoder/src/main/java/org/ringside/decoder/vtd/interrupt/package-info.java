/** Interrupt remapping: which device may raise which interrupt, and where it goes (VT-d specification, chapter 5). */
package org.ringside.decoder.vtd.interrupt;
