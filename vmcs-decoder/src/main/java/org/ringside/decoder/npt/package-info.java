/**
 * AMD's nested page tables: the entries bit by bit, single walks, the whole map, and whether an access would leave the guest and why. Sections
 * refer to the AMD64 Architecture Programmer's Manual, volume 2, 15.25.
 */
package org.ringside.decoder.npt;
