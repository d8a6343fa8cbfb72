package org.ringside.trace.importer.mapped;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import org.ringside.decoder.memory.AddressRange;

/** Sorted, disjoint ranges at 16 bytes each, so that a fragmented image of millions of ranges stays small. Immutable once built. */
public final class RangeList extends AbstractList<AddressRange> implements RandomAccess {
    private final long[] starts;
    private final long[] ends;

    private RangeList(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    @Override
    public AddressRange get(int index) {
        Objects.checkIndex(index, starts.length);
        return new AddressRange(starts[index], ends[index]);
    }

    @Override
    public int size() {
        return starts.length;
    }

    /** Index of the range that holds the address, or negative. */
    public int find(long address) {
        int at = Arrays.binarySearch(starts, address);
        int candidate = at >= 0 ? at : -at - 2;
        return candidate >= 0 && address < ends[candidate] ? candidate : -1;
    }

    /** Takes ranges in rising order and joins those that touch. */
    public static final class Builder {
        private long[] starts = new long[16];
        private long[] ends = new long[16];
        private int count;

        /**
         * Adds a range behind the last one.
         *
         * @throws IllegalArgumentException if it begins before the last one ends
         */
        public void add(long start, long end) {
            if (start == end) {
                return;
            }
            if ((count > 0 && start < ends[count - 1]) || end < start) {
                throw new IllegalArgumentException("ranges must rise: 0x%x..0x%x".formatted(start, end));
            }
            if (count > 0 && ends[count - 1] == start) {
                ends[count - 1] = end;
                return;
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
            }
            starts[count] = start;
            ends[count] = end;
            count++;
        }

        public int count() {
            return count;
        }

        public RangeList build() {
            return new RangeList(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
        }
    }
}
