/**
 * The virtual-machine control structure: catalogue of its fields, every bit of every control word, the layouts of known processors and
 * hypervisors in memory, decoding, and finding such regions in an image. Sections refer to the Intel SDM, volume 3.
 */
package org.ringside.decoder.vmcs;
