package org.ringside.trace.importer.lime;

import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * The header of one range, the same in LiME and AVML but for its magic and version: magic (4 bytes), version (4), first address (8), last
 * address (8), reserved (8).
 *
 * @param start physical address of the first byte
 * @param length bytes of physical memory, at least 1
 */
public record RangeHeader(long start, long length) {
    /** Bytes in a header. */
    public static final int SIZE = 32;

    /**
     * Reads and checks a header.
     *
     * @param at its offset in the file
     * @throws ImportException if it is cut off, is no header, has another version, or its addresses are no range
     */
    public static RangeHeader read(FileContent file, long at, int magic, int version, String format)
            throws ImportException {
        file.require(at, SIZE, format + " header");
        long foundMagic = file.u32(at, "magic");
        if (foundMagic != magic) {
            throw file.error(
                    at,
                    "magic",
                    "is 0x%08x where another range must begin with 0x%08x: the range before it is cut short or too long, or the file is damaged."
                            .formatted(foundMagic, magic));
        }
        long foundVersion = file.u32(at + 4, "version");
        if (foundVersion != version) {
            throw file.error(
                    at + 4,
                    "version",
                    "is %d; only version %d of %s is known.".formatted(foundVersion, version, format));
        }
        long start = file.u64(at + 8, "s_addr");
        long last = file.u64(at + 16, "e_addr");
        if (start < 0 || start >= ExtentPlan.ADDRESS_LIMIT) {
            throw file.error(at + 8, "s_addr", "0x%x is past the 52 bits of a physical address.".formatted(start));
        }
        if (last < start || last >= ExtentPlan.ADDRESS_LIMIT) {
            throw file.error(
                    at + 16,
                    "e_addr",
                    "0x%x cannot be the last address of a range that begins at 0x%x.".formatted(last, start));
        }
        return new RangeHeader(start, last - start + 1);
    }
}
