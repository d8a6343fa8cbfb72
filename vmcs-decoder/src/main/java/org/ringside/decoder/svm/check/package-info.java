/**
 * What VMRUN demands of a VMCB, rule by rule, and whether a VMCB agrees with the memory it points to. Sections refer to the AMD64 Architecture
 * Programmer's Manual, volume 2.
 */
package org.ringside.decoder.svm.check;
