/** Disassembly of x86 code by the system's Capstone library, through the foreign-function interface. */
package org.ringside.decoder.disasm;
