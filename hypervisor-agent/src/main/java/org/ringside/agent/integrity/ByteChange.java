package org.ringside.agent.integrity;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of bytes that differ between two observations of the same memory.
 *
 * @param offset first byte that differs, from the start of what was compared
 * @param before the bytes as they were
 * @param after the bytes as they are, of the same length
 */
public record ByteChange(int offset, ByteString before, ByteString after) {
    /** Equal bytes between two changes that do not make them two: an instruction or a pointer rarely changes as a whole. */
    public static final int DEFAULT_GAP = 8;

    public int length() {
        return before.length();
    }

    /**
     * What differs, in order of offset. Changes with at most {@code gap} equal bytes between them are one.
     *
     * @param before the earlier bytes
     * @param after the later bytes, as many
     * @param gap equal bytes that are swallowed, 0 or more
     * @throws IllegalArgumentException if the lengths differ
     */
    public static List<ByteChange> between(MemorySegment before, MemorySegment after, int gap) {
        return between(before, after, gap, 1);
    }

    /**
     * Like {@link #between(MemorySegment, MemorySegment, int)}, with each change widened to whole units, for memory that holds words.
     *
     * @param unit bytes in a unit, a power of two; units are aligned to the start of what is compared
     */
    public static List<ByteChange> between(MemorySegment before, MemorySegment after, int gap, int unit) {
        if (before.byteSize() != after.byteSize()) {
            throw new IllegalArgumentException(
                    "cannot compare %d bytes with %d".formatted(before.byteSize(), after.byteSize()));
        }
        List<ByteChange> changes = new ArrayList<>();
        long size = before.byteSize();
        long from = nextDifference(before, after, 0);
        while (from < size) {
            long until = endOfRun(before, after, from, gap);
            long start = from & -unit;
            long end = Math.min(size, (until + unit - 1) & -unit);
            changes.add(new ByteChange(
                    Math.toIntExact(start),
                    ByteString.of(before.asSlice(start, end - start)),
                    ByteString.of(after.asSlice(start, end - start))));
            from = nextDifference(before, after, end);
        }
        return changes;
    }

    private static long nextDifference(MemorySegment before, MemorySegment after, long from) {
        long size = before.byteSize();
        if (from >= size) {
            return size;
        }
        long mismatch = before.asSlice(from).mismatch(after.asSlice(from));
        return mismatch < 0 ? size : from + mismatch;
    }

    /** The first byte after the run that begins at {@code from}. */
    private static long endOfRun(MemorySegment before, MemorySegment after, long from, int gap) {
        long end = from + 1;
        for (long i = end; i < before.byteSize() && i - end <= gap; i++) {
            if (before.get(ValueLayout.JAVA_BYTE, i) != after.get(ValueLayout.JAVA_BYTE, i)) {
                end = i + 1;
            }
        }
        return end;
    }
}
