package org.ringside.trace.importer.kdump;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.PriorityQueue;
import org.ringside.trace.importer.mapped.ByteSource;

/** A file put together from records: sorted, disjoint pieces, 24 bytes each. Bytes that no record holds are not there. */
final class Flattened implements ByteSource {
    private final MemorySegment content;
    private final long[] starts;
    private final long[] ends;
    private final long[] sources;

    private Flattened(MemorySegment content, Pieces pieces) {
        this.content = content.asReadOnly();
        this.starts = Arrays.copyOf(pieces.starts, pieces.count);
        this.ends = Arrays.copyOf(pieces.ends, pieces.count);
        this.sources = Arrays.copyOf(pieces.sources, pieces.count);
    }

    @Override
    public long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    private int find(long offset) {
        int at = Arrays.binarySearch(starts, offset);
        int candidate = at >= 0 ? at : -at - 2;
        return candidate >= 0 && offset < ends[candidate] ? candidate : -1;
    }

    @Override
    public boolean has(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        int piece = find(offset);
        if (piece < 0) {
            return false;
        }
        while (ends[piece] < offset + length) {
            if (piece + 1 == starts.length || starts[piece + 1] != ends[piece]) {
                return false;
            }
            piece++;
        }
        return true;
    }

    @Override
    public MemorySegment slice(long offset, long length) {
        if (!has(offset, length)) {
            throw new IndexOutOfBoundsException("0x%x + 0x%x is not in the records".formatted(offset, length));
        }
        if (length == 0) {
            return content.asSlice(0, 0);
        }
        int piece = find(offset);
        if (offset + length <= ends[piece]) {
            return content.asSlice(sources[piece] + (offset - starts[piece]), length);
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
        long done = 0;
        while (done < length) {
            long from = offset + done - starts[piece];
            long part = Math.min(length - done, ends[piece] - (offset + done));
            MemorySegment.copy(content, sources[piece] + from, copy, done, part);
            done += part;
            piece++;
        }
        return copy.asReadOnly();
    }

    @Override
    public String whyMissing() {
        return "no record of the flattened file holds them, and it ends at 0x%x".formatted(size());
    }

    /** Growing arrays of pieces. */
    private static final class Pieces {
        private long[] starts = new long[64];
        private long[] ends = new long[64];
        private long[] sources = new long[64];
        private int count;

        void add(long start, long end, long source) {
            if (count > 0 && ends[count - 1] == start && sources[count - 1] + (start - starts[count - 1]) == source) {
                ends[count - 1] = end;
                return;
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
                sources = Arrays.copyOf(sources, count * 2);
            }
            starts[count] = start;
            ends[count] = end;
            sources[count] = source;
            count++;
        }
    }

    /** Takes the records in the order of the file. Used once. */
    static final class Builder {
        /** Records accepted: QEMU's have 16 KiB. */
        private static final int MAXIMUM_RECORDS = 4 << 20;

        private final Pieces records = new Pieces();

        boolean isFull() {
            return records.count == MAXIMUM_RECORDS;
        }

        /** Adds a record of {@code size} bytes, at least 1, that lie at {@code source} and belong at {@code offset}. */
        void add(long offset, long size, long source) {
            records.add(offset, offset + size, source);
        }

        Flattened build(MemorySegment content) {
            int[] order = sorted();
            Pieces result = new Pieces();
            // Those that hold the place where we are; the latest in the file counts.
            PriorityQueue<Integer> open = new PriorityQueue<>((a, b) -> Integer.compare(b, a));
            int next = 0;
            long place = 0;
            while (next < order.length || !open.isEmpty()) {
                if (open.isEmpty()) {
                    place = records.starts[order[next]];
                }
                while (next < order.length && records.starts[order[next]] == place) {
                    open.add(order[next++]);
                }
                int latest = open.element();
                long end = records.ends[latest];
                if (end <= place) {
                    open.remove();
                    continue;
                }
                if (next < order.length) {
                    end = Math.min(end, records.starts[order[next]]);
                }
                result.add(place, end, records.sources[latest] + (place - records.starts[latest]));
                place = end;
            }
            return new Flattened(content, result);
        }

        /** Numbers of the records by rising offset, those of one offset by rising number: a merge sort of runs. */
        private int[] sorted() {
            int[] order = new int[records.count];
            Arrays.setAll(order, i -> i);
            int[] other = new int[records.count];
            for (int width = 1; width < order.length; width *= 2) {
                for (int left = 0; left < order.length; left += 2 * width) {
                    merge(
                            order,
                            other,
                            left,
                            Math.min(left + width, order.length),
                            Math.min(left + 2 * width, order.length));
                }
                int[] swap = order;
                order = other;
                other = swap;
            }
            return order;
        }

        private void merge(int[] from, int[] to, int left, int middle, int right) {
            int a = left;
            int b = middle;
            for (int i = left; i < right; i++) {
                boolean first = a < middle && (b >= right || records.starts[from[a]] <= records.starts[from[b]]);
                to[i] = first ? from[a++] : from[b++];
            }
        }
    }
}
