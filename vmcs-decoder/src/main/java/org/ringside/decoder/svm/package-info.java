/**
 * AMD's virtual machine control block: its fields and every bit of them, exit codes, permission maps, and finding VMCBs in an image. Sections
 * refer to the AMD64 Architecture Programmer's Manual, volume 2, chapter 15 and appendix B.
 */
package org.ringside.decoder.svm;
