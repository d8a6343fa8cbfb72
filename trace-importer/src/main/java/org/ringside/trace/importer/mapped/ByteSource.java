package org.ringside.trace.importer.mapped;

import java.lang.foreign.MemorySegment;

/** Bytes by offset: a mapped file, or a file that is put together from the records of another. Safe for several threads. */
public interface ByteSource {
    /** Offset after the last byte. */
    long size();

    /** Whether all of these bytes are there; false for negative or overflowing arguments. */
    boolean has(long offset, long length);

    /**
     * A read-only view, or a copy where the bytes do not lie together.
     *
     * @throws IndexOutOfBoundsException if not {@link #has}
     */
    MemorySegment slice(long offset, long length);

    /** Why bytes are missing, as the end of a sentence, for example "the file ends at 0x1000". */
    String whyMissing();

    /** The bytes of one segment. */
    static ByteSource of(MemorySegment bytes) {
        return new Whole(bytes.asReadOnly());
    }

    /** @param bytes all of them, read-only */
    record Whole(MemorySegment bytes) implements ByteSource {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public boolean has(long offset, long length) {
            return offset >= 0 && length >= 0 && offset <= size() && length <= size() - offset;
        }

        @Override
        public MemorySegment slice(long offset, long length) {
            return bytes.asSlice(offset, length);
        }

        @Override
        public String whyMissing() {
            return "the file ends at 0x%x".formatted(size());
        }
    }
}
