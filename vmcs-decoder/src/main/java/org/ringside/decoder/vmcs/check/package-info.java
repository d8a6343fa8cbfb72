/**
 * What a processor checks when it enters a guest (SDM vol. 3, chapter 27), run on any VMCS, captured or live, and whether a VMCS agrees with
 * the memory around it. A check that lacks evidence says so: it is not a pass.
 */
package org.ringside.decoder.vmcs.check;
