/** ELF cores: QEMU's dump-guest-memory, Linux's vmcore, VirtualBox; and the notes, which kdump-compressed files carry too. */
package org.ringside.trace.importer.elf;
