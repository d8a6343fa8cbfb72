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
    private final MemorySegment bytes;
    private final ValueLayout.OfShort u16;
    private final ValueLayout.OfInt u32;
    private final ValueLayout.OfLong u64;

    public FileContent(Path path, MemorySegment bytes, ByteOrder order) {
        this.path = path;
        this.bytes = bytes.asReadOnly();
        this.u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.u64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    public Path path() {
        return path;
    }

    /** All of the file, read-only. */
    public MemorySegment bytes() {
        return bytes;
    }

    public long size() {
        return bytes.byteSize();
    }

    public int u8(long offset, String field) throws ImportException {
        require(offset, 1, field);
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
    }

    public int u16(long offset, String field) throws ImportException {
        require(offset, 2, field);
        return Short.toUnsignedInt(bytes.get(u16, offset));
    }

    public long u32(long offset, String field) throws ImportException {
        require(offset, 4, field);
        return Integer.toUnsignedLong(bytes.get(u32, offset));
    }

    /** All 64 bits; compare as unsigned. */
    public long u64(long offset, String field) throws ImportException {
        require(offset, 8, field);
        return bytes.get(u64, offset);
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
        return bytes.asSlice(offset, length);
    }

    /** Whether the file has all of these bytes. */
    public boolean has(long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= size() && length <= size() - offset;
    }

    /** @throws ImportException unless the file has all of these bytes */
    public void require(long offset, long length, String field) throws ImportException {
        if (!has(offset, length)) {
            throw error(
                    offset,
                    field,
                    "needs %s bytes here, but the file ends at 0x%x. It is truncated or its header is wrong: copy or record it again."
                            .formatted(Long.toUnsignedString(length), size()));
        }
    }

    public ImportException error(long offset, String field, String problem) {
        return new ImportException(path, offset, field, problem);
    }
}
