/**
 * Intel VT-d remapping units: their registers, and who may reach which memory by DMA. Start at {@link
 * org.ringside.decoder.vtd.RemappingUnit}.
 */
package org.ringside.decoder.vtd;
