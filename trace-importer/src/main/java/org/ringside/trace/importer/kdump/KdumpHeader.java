package org.ringside.trace.importer.kdump;

import java.util.ArrayList;
import java.util.List;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * The main header, {@code disk_dump_header}: signature (8 bytes), version (4), {@code new_utsname} (390), then, aligned for the writer's
 * word size, a time stamp and numbers of 4 bytes each.
 *
 * @param is64 whether the writer's words had 64 bits
 * @param version {@code header_version}, 1 to 6
 * @param utsname the machine's system, version and name, blank if not recorded
 * @param status flags
 * @param blockSize bytes in a page of this dump, a multiple of 4096
 * @param subHeaderBlocks blocks of the sub header
 * @param bitmapBlocks blocks of both bitmaps together
 * @param maximumPage {@code max_mapnr}, superseded by the sub header's from version 6 on
 */
record KdumpHeader(
        boolean is64,
        int version,
        String utsname,
        long status,
        int blockSize,
        long subHeaderBlocks,
        long bitmapBlocks,
        long maximumPage) {

    private static final int VERSION = 8;
    private static final int UTSNAME = 12;
    private static final int UTSNAME_FIELD = 65;
    private static final int STATUS_64 = 424;
    private static final int STATUS_32 = 412;
    private static final int INCOMPLETE = 0x8;
    private static final int SMALLEST_BLOCK = 4096;
    private static final int LARGEST_BLOCK = 1 << 20;

    static KdumpHeader read(FileContent file) throws ImportException {
        long version = file.u32(VERSION, "header_version");
        if (version < 1 || version > 6) {
            throw file.error(VERSION, "header_version", "is %d; versions 1 to 6 are known.".formatted(version));
        }
        file.require(0, STATUS_64 + 40, "disk_dump_header");
        boolean fits64 = fits(file, STATUS_64);
        boolean fits32 = fits(file, STATUS_32);
        String machine = file.text(UTSNAME + 4L * UTSNAME_FIELD, UTSNAME_FIELD, "utsname.machine");
        boolean is64 = fits64 && (!fits32 || !machine.matches("i[3-6]86"));
        if (!fits64 && !fits32) {
            throw file.error(
                    STATUS_64 + 4,
                    "block_size",
                    "%d is no size of a page (a power of two from %d to %d), or the bitmaps' size does not fit max_mapnr."
                            .formatted(file.u32(STATUS_64 + 4, "block_size"), SMALLEST_BLOCK, LARGEST_BLOCK));
        }
        requireX86(file, machine);
        long at = is64 ? STATUS_64 : STATUS_32;
        return new KdumpHeader(
                is64,
                (int) version,
                utsname(file),
                file.u32(at, "status"),
                (int) file.u32(at + 4, "block_size"),
                file.u32(at + 8, "sub_hdr_size"),
                file.u32(at + 12, "bitmap_blocks"),
                file.u32(at + 16, "max_mapnr"));
    }

    /** Whether the numbers make sense when {@code status} is here. */
    private static boolean fits(FileContent file, long at) throws ImportException {
        long block = file.u32(at + 4, "block_size");
        long sub = file.u32(at + 8, "sub_hdr_size");
        long bitmap = file.u32(at + 12, "bitmap_blocks");
        return block >= SMALLEST_BLOCK
                && block <= LARGEST_BLOCK
                && Long.bitCount(block) == 1
                && sub >= 1
                && sub <= 0xffff
                && bitmap >= 1
                && bitmap <= Integer.MAX_VALUE;
    }

    private static void requireX86(FileContent file, String machine) throws ImportException {
        if (!machine.isBlank() && !machine.matches("x86_64|i[3-6]86|amd64")) {
            throw file.error(
                    UTSNAME + 4L * UTSNAME_FIELD,
                    "utsname.machine",
                    "\"%s\" is not an x86 machine; only those can be read."
                            .formatted(machine.replaceAll("[^ -~]", "?")));
        }
    }

    /** Blank unless there is a {@code sysname}: QEMU fills in the machine only, which the guest did not say. */
    private static String utsname(FileContent file) throws ImportException {
        if (file.u8(UTSNAME, "utsname.sysname") == 0) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (int field : new int[] {0, 2, 3, 4, 1}) {
            String text = file.text(UTSNAME + (long) field * UTSNAME_FIELD, UTSNAME_FIELD, "utsname");
            if (!text.isBlank()) {
                parts.add(text.strip().replaceAll("[^ -~]", "?"));
            }
        }
        return String.join(" ", parts);
    }

    boolean isIncomplete() {
        return (status & INCOMPLETE) != 0;
    }

    /** Offset of the sub header. */
    long subHeaderOffset() {
        return blockSize;
    }

    /** Offset of the first bitmap. */
    long bitmapOffset() {
        return (1 + subHeaderBlocks) * blockSize;
    }

    /** Bytes of both bitmaps together; the second half is the second bitmap. */
    long bitmapSize() {
        return bitmapBlocks * blockSize;
    }

    /** Offset of the page descriptors. */
    long descriptorOffset() {
        return bitmapOffset() + bitmapSize();
    }
}
