package org.ringside.trace.importer.elf;

import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * One segment.
 *
 * @param at offset of the program header
 * @param type {@code p_type}
 * @param offset {@code p_offset}, where its bytes lie in the file
 * @param virtualAddress {@code p_vaddr}
 * @param physicalAddress {@code p_paddr}
 * @param fileSize {@code p_filesz}, bytes in the file
 * @param memorySize {@code p_memsz}, bytes in memory
 */
record ProgramHeader(
        long at, long type, long offset, long virtualAddress, long physicalAddress, long fileSize, long memorySize) {

    static int size(boolean is64) {
        return is64 ? 56 : 32;
    }

    static ProgramHeader read(FileContent file, long at, boolean is64) throws ImportException {
        if (is64) {
            return new ProgramHeader(
                    at,
                    file.u32(at, "p_type"),
                    file.u64(at + 8, "p_offset"),
                    file.u64(at + 16, "p_vaddr"),
                    file.u64(at + 24, "p_paddr"),
                    file.u64(at + 32, "p_filesz"),
                    file.u64(at + 40, "p_memsz"));
        }
        return new ProgramHeader(
                at,
                file.u32(at, "p_type"),
                file.u32(at + 4, "p_offset"),
                file.u32(at + 8, "p_vaddr"),
                file.u32(at + 12, "p_paddr"),
                file.u32(at + 16, "p_filesz"),
                file.u32(at + 20, "p_memsz"));
    }
}
