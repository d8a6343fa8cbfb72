package org.ringside.trace.importer.kdump;

import java.util.List;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * {@code kdump_sub_header}, as far as the header's version has it; what it has not is 0.
 *
 * @param dumpLevel bits that say which kinds of pages were left out; from version 1
 * @param vmcoreinfoOffset where VMCOREINFO lies; from version 3
 * @param vmcoreinfoSize its bytes
 * @param noteOffset where the ELF notes lie; from version 4
 * @param noteSize their bytes
 * @param eraseInfoSize bytes of the description of what was erased; from version 5
 * @param pages page numbers in use are below this: {@code max_mapnr}; its 64-bit form from version 6
 */
record SubHeader(
        int dumpLevel,
        long vmcoreinfoOffset,
        long vmcoreinfoSize,
        long noteOffset,
        long noteSize,
        long eraseInfoSize,
        long pages) {

    private static final List<String> KINDS =
            List.of("all-zero pages", "cache pages", "private cache pages", "pages of user processes", "free pages");

    static SubHeader read(FileContent file, KdumpHeader header) throws ImportException {
        long at = header.subHeaderOffset();
        boolean is64 = header.is64();
        int version = header.version();
        long splitAt = at + (is64 ? 12 : 8);
        if (version >= 2 && file.u32(splitAt, "split") != 0) {
            throw file.error(
                    splitAt,
                    "split",
                    "this is one part of a split dump; join the parts with makedumpfile --reassemble and open the result.");
        }
        int dumpLevel = (int) file.u32(at + (is64 ? 8 : 4), "dump_level");
        long pagesAt = at + (is64 ? 96 : 72);
        return new SubHeader(
                dumpLevel,
                version < 3 ? 0 : file.u64(at + (is64 ? 32 : 20), "offset_vmcoreinfo"),
                version < 3 ? 0 : word(file, is64, at + (is64 ? 40 : 28), "size_vmcoreinfo"),
                version < 4 ? 0 : file.u64(at + (is64 ? 48 : 32), "offset_note"),
                version < 4 ? 0 : word(file, is64, at + (is64 ? 56 : 40), "size_note"),
                version < 5 ? 0 : word(file, is64, at + (is64 ? 72 : 52), "size_eraseinfo"),
                version < 6 ? header.maximumPage() : file.u64(pagesAt, "max_mapnr_64"));
    }

    /** The writer's {@code unsigned long}. */
    private static long word(FileContent file, boolean is64, long at, String field) throws ImportException {
        return is64 ? file.u64(at, field) : file.u32(at, field);
    }

    /** The kinds of pages that were left out, each after a blank. */
    String excluded() {
        StringBuilder kinds = new StringBuilder();
        for (int bit = 0; bit < KINDS.size(); bit++) {
            if (((dumpLevel >>> bit) & 1) != 0) {
                kinds.append(kinds.isEmpty() ? " " : ", ").append(KINDS.get(bit));
            }
        }
        return kinds.isEmpty() ? " pages of a kind that is not known" : kinds.toString();
    }
}
