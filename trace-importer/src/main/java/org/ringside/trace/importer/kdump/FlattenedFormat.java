package org.ringside.trace.importer.kdump;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.mapped.FileContent;

/**
 * The flattened form, which makedumpfile ({@code -F}) and QEMU write where they cannot seek: a header of 4096 bytes ({@code "makedumpfile"}
 * in 16 bytes, type 1 and version 1 in 8 bytes each), then records of an offset and a size (8 bytes each) and so many bytes that belong at
 * that offset, in any order; an offset and a size of −1 end it. All big-endian. Where records overlap, the later one counts.
 */
public final class FlattenedFormat implements ImageFormat {
    static final int HEADER = 4096;
    static final int RECORD = 16;

    /** {@code "makedump"}, {@code "file"} and four zeros, big-endian. */
    private static final long MAGIC_0 = 0x6d616b6564756d70L;

    private static final long MAGIC_1 = 0x66696c6500000000L;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final String NAME = "kdump-compressed, flattened";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(MemorySegment head) {
        return head.byteSize() >= 16 && head.get(LONG, 0) == MAGIC_0 && head.get(LONG, 8) == MAGIC_1;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        FileContent file = new FileContent(path, content, ByteOrder.BIG_ENDIAN);
        long type = file.u64(16, "type");
        if (type != 1) {
            throw file.error(16, "type", "%d is not known; 1 is.".formatted(type));
        }
        long version = file.u64(24, "version");
        if (version != 1) {
            throw file.error(24, "version", "%d is not known; 1 is.".formatted(version));
        }
        Flattened flattened = records(file, content);
        if (!flattened.has(0, 8) || flattened.slice(0, 8).get(LONG, 0) != Long.reverseBytes(KdumpFormat.SIGNATURE)) {
            throw new ImportException(
                    path,
                    "is a flattened file that does not hold a kdump-compressed one; rearrange it with makedumpfile -R and open the result.");
        }
        return KdumpFormat.open(path, flattened, NAME);
    }

    private static Flattened records(FileContent file, MemorySegment content) throws ImportException {
        Flattened.Builder records = new Flattened.Builder();
        long at = HEADER;
        while (true) {
            long offset = file.u64(at, "record offset");
            long size = file.u64(at + 8, "record size");
            if (offset == -1 && size == -1) {
                return records.build(content);
            }
            if (offset < 0 || size < 0 || offset > Long.MAX_VALUE - size) {
                throw file.error(
                        at, "record offset, size", "0x%x and 0x%x are no place in a file.".formatted(offset, size));
            }
            file.require(at + RECORD, size, "record");
            if (records.isFull()) {
                throw file.error(
                        at, "record", "is one of more than can be read; rearrange the file with makedumpfile -R.");
            }
            if (size > 0) {
                records.add(offset, size, at + RECORD);
            }
            at += RECORD + size;
        }
    }
}
