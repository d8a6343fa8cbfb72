package org.ringside.trace.importer.elf;

import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * Where an ELF file's program headers are.
 *
 * @param is64 whether it is ELFCLASS64
 * @param tableOffset {@code e_phoff}
 * @param programHeaders how many; above 65,534 from section header 0, as {@code e_phnum} then says PN_XNUM
 */
record ElfHeader(boolean is64, long tableOffset, long programHeaders) {
    private static final int PN_XNUM = 0xffff;

    static ElfHeader read(FileContent file, boolean is64) throws ImportException {
        long table = is64 ? file.u64(32, "e_phoff") : file.u32(28, "e_phoff");
        int entrySizeAt = is64 ? 54 : 42;
        int entrySize = file.u16(entrySizeAt, "e_phentsize");
        if (entrySize != ProgramHeader.size(is64)) {
            throw file.error(
                    entrySizeAt,
                    "e_phentsize",
                    "%d is not the size of a program header, %d.".formatted(entrySize, ProgramHeader.size(is64)));
        }
        int countAt = is64 ? 56 : 44;
        long count = file.u16(countAt, "e_phnum");
        if (count == PN_XNUM) {
            long sections = is64 ? file.u64(40, "e_shoff") : file.u32(32, "e_shoff");
            count = file.u32(sections + (is64 ? 44 : 28), "sh_info of section header 0 (for e_phnum PN_XNUM)");
        }
        if (count > ExtentPlan.MAXIMUM_PIECES) {
            throw file.error(
                    countAt,
                    "e_phnum",
                    "%d program headers are more than the %d that can be read."
                            .formatted(count, ExtentPlan.MAXIMUM_PIECES));
        }
        file.require(table, count * entrySize, "e_phoff: program headers");
        return new ElfHeader(is64, table, count);
    }

    /** Offset of a program header. */
    long programHeader(long index) {
        return tableOffset + index * ProgramHeader.size(is64);
    }
}
