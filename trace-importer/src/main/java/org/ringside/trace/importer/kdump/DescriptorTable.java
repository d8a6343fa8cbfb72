package org.ringside.trace.importer.kdump;

import java.lang.foreign.MemorySegment;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;

/** The page descriptors, {@code page_desc}: offset (8 bytes), size (4), flags (4), page flags (8), for each page of the second bitmap. */
final class DescriptorTable {
    static final int SIZE = 24;

    private static final int CHECKED_AT_ONCE = 1024;

    private final FileContent file;
    private final long offset;

    private DescriptorTable(FileContent file, long offset) {
        this.file = file;
        this.offset = offset;
    }

    /**
     * Where a page's data lies.
     *
     * @param at offset of this descriptor
     * @param offset of the data in the file
     * @param size bytes there
     * @param flags how they are compressed
     */
    record Descriptor(long at, long offset, long size, int flags) {
        /** Never written: the dump ended before. */
        boolean isBlank() {
            return offset == 0 && size == 0;
        }
    }

    /**
     * Checks that each page's data is in the file and behind the headers, and has a sensible size.
     *
     * @throws ImportException naming the first that is not
     */
    static DescriptorTable check(FileContent file, KdumpHeader header, long count) throws ImportException {
        long offset = header.descriptorOffset();
        file.require(offset, count * SIZE, "page descriptors");
        DescriptorTable table = new DescriptorTable(file, offset);
        long dataStart = offset + count * SIZE;
        for (long first = 0; first < count; first += CHECKED_AT_ONCE) {
            int part = (int) Math.min(CHECKED_AT_ONCE, count - first);
            MemorySegment bytes = file.slice(offset + first * SIZE, (long) part * SIZE, "page descriptors");
            for (int i = 0; i < part; i++) {
                Descriptor descriptor = at(bytes, (long) i * SIZE, offset + (first + i) * SIZE);
                if (!(descriptor.isBlank() && header.isIncomplete())) {
                    check(file, header, descriptor, dataStart);
                }
            }
        }
        return table;
    }

    private static void check(FileContent file, KdumpHeader header, Descriptor descriptor, long dataStart)
            throws ImportException {
        // No compressor makes a page much larger than it is; where it does not help, the page is stored as it is.
        long largest = 2L * header.blockSize();
        if (descriptor.size() == 0 || descriptor.size() > largest) {
            throw file.error(
                    descriptor.at() + 8,
                    "page_desc.size",
                    "%d bytes cannot be one page; 1 to %d can.".formatted(descriptor.size(), largest));
        }
        if (descriptor.offset() < dataStart) {
            throw file.error(
                    descriptor.at(),
                    "page_desc.offset",
                    "0x%x lies before the end of the descriptors, 0x%x.".formatted(descriptor.offset(), dataStart));
        }
        if (!file.has(descriptor.offset(), descriptor.size())) {
            throw file.error(
                    descriptor.at(),
                    "page_desc.offset",
                    "0x%x with %d bytes is not in the file. It is truncated or its header is wrong: copy or record it again."
                            .formatted(descriptor.offset(), descriptor.size()));
        }
    }

    Descriptor get(long number) throws ImportException {
        long at = offset + number * SIZE;
        return at(file.slice(at, SIZE, "page_desc"), 0, at);
    }

    private static Descriptor at(MemorySegment bytes, long in, long at) {
        return new Descriptor(
                at,
                bytes.get(LittleEndian.LONG, in),
                Integer.toUnsignedLong(bytes.get(LittleEndian.INT, in + 8)),
                bytes.get(LittleEndian.INT, in + 12));
    }
}
