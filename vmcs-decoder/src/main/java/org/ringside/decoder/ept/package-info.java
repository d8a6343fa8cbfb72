/**
 * Extended page tables: the entries bit by bit, single walks, the whole map, and whether an access would leave the guest and why. Sections
 * refer to the Intel SDM, volume 3, chapter 29.
 */
package org.ringside.decoder.ept;
