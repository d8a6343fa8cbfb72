package org.ringside.decoder.translation;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Ranges as numbers in a row: a million of them are no million objects to be made, kept and traced. Filled once by {@link TableRanges}, then never
 * changed; the ranges are made anew each time one is asked for.
 */
final class RangeList extends AbstractList<MappedRange> implements RandomAccess {
    private static final int SHIFT = 12;
    private static final int CHUNK = 1 << SHIFT;
    private static final int WORDS = 5;

    private final List<long[]> chunks = new ArrayList<>();
    private long[] last = new long[0];
    private int size;

    RangeList() {}

    void append(
            long input,
            long output,
            long length,
            int rights,
            int attributes,
            long leaves,
            long smallest,
            long largest) {
        int at = (size & CHUNK - 1) * WORDS;
        if (at == 0) {
            last = new long[CHUNK * WORDS];
            chunks.add(last);
        }
        long[] chunk = last;
        chunk[at] = input;
        chunk[at + 1] = output;
        chunk[at + 2] = length;
        chunk[at + 3] = leaves;
        chunk[at + 4] = (long) attributes << 32
                | rights << 16
                | Long.numberOfTrailingZeros(smallest) << 8
                | Long.numberOfTrailingZeros(largest);
        size++;
    }

    @Override
    public MappedRange get(int index) {
        Objects.checkIndex(index, size);
        long[] chunk = chunks.get(index >>> SHIFT);
        int at = (index & CHUNK - 1) * WORDS;
        long packed = chunk[at + 4];
        return new MappedRange(
                chunk[at],
                chunk[at + 1],
                chunk[at + 2],
                AccessRights.of((int) (packed >>> 16) & 0xffff),
                (int) (packed >>> 32),
                chunk[at + 3],
                1L << (packed >>> 8),
                1L << packed);
    }

    @Override
    public int size() {
        return size;
    }
}
