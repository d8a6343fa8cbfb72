/** The memory view: hexadecimal, text and disassembly of physical and virtual memory, with what changed since the baseline. */
package org.ringside.app.memory;
