package org.ringside.trace.importer.mapped;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ringside.trace.importer.ImportException;

/**
 * The bytes of a file with bounds-checked access to its fields: whatever a header claims, an access outside the file becomes an
 * {@link ImportException} that names file, offset and field. Offsets and lengths are in bytes; values taken from a header may be passed as
 * they are, negative ones included.
 */
public final class FileContent {
    private final Path path;
    private final ByteSource source;
    private final ValueLayout.OfShort u16;
    private final ValueLayout.OfInt u32;
    private final ValueLayout.OfLong u64;

    public FileContent(Path path, MemorySegment bytes, ByteOrder order) {
        this(path, ByteSource.of(bytes), order);
    }

    public FileContent(Path path, ByteSource source, ByteOrder order) {
        this.path = path;
        this.source = source;
        this.u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.u64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    public Path path() {
        return path;
    }

    public long size() {
        return source.size();
    }

    public int u8(long offset, String field) throws ImportException {
        return Byte.toUnsignedInt(slice(offset, 1, field).get(ValueLayout.JAVA_BYTE, 0));
    }

    public int u16(long offset, String field) throws ImportException {
        return Short.toUnsignedInt(slice(offset, 2, field).get(u16, 0));
    }

    public long u32(long offset, String field) throws ImportException {
        return Integer.toUnsignedLong(slice(offset, 4, field).get(u32, 0));
    }

    /** All 64 bits; compare as unsigned. */
    public long u64(long offset, String field) throws ImportException {
        return slice(offset, 8, field).get(u64, 0);
    }

    /** Text up to the first NUL or to {@code length} bytes. */
    public String text(long offset, long length, String field) throws ImportException {
        byte[] array = slice(offset, length, field).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < array.length && array[end] != 0) {
            end++;
        }
        return new String(array, 0, end, StandardCharsets.UTF_8);
    }

    public MemorySegment slice(long offset, long length, String field) throws ImportException {
        require(offset, length, field);
        return source.slice(offset, length);
    }

    /** Whether the file has all of these bytes. */
    public boolean has(long offset, long length) {
        return source.has(offset, length);
    }

    /** @throws ImportException unless the file has all of these bytes */
    public void require(long offset, long length, String field) throws ImportException {
        if (!has(offset, length)) {
            throw error(
                    offset,
                    field,
                    "needs %s bytes here, but %s. The file is truncated or its header is wrong: copy or record it again."
                            .formatted(Long.toUnsignedString(length), source.whyMissing()));
        }
    }

    public ImportException error(long offset, String field, String problem) {
        return new ImportException(path, offset, field, problem);
    }
}
