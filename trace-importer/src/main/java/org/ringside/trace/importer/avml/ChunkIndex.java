package org.ringside.trace.importer.avml;

import java.util.Arrays;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;
import org.ringside.trace.importer.mapped.RangeList;

/** Gathers where the chunks of an image lie, at 24 bytes each. Used once. */
final class ChunkIndex {
    /** Chunks accepted: 256 GiB of memory in chunks of 64 KiB. */
    private static final int MAXIMUM_CHUNKS = 4 << 20;

    private static final long PAGE = PhysicalMemory.PAGE_SIZE;

    private final FileContent file;
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private long[] offsets = new long[64];
    private int count;

    ChunkIndex(FileContent file) {
        this.file = file;
    }

    /**
     * Chunks by rising physical address.
     *
     * @param starts physical address of each chunk's first byte
     * @param ends physical address after each chunk's last byte
     * @param offsets of each chunk in the file
     * @param ranges whole pages that the chunks hold
     */
    @SuppressWarnings("ArrayRecordComponent") // Large, private to this package, never changed.
    record Chunks(long[] starts, long[] ends, long[] offsets, RangeList ranges) {
        /** The chunk that holds the address, or negative. */
        int find(long address) {
            int at = Arrays.binarySearch(starts, address);
            int candidate = at >= 0 ? at : -at - 2;
            return candidate >= 0 && address < ends[candidate] ? candidate : -1;
        }
    }

    void add(long start, long length, long offset) throws ImportException {
        if (count == MAXIMUM_CHUNKS) {
            throw file.error(
                    offset, "chunk", "is one of more than %d, more than can be read.".formatted(MAXIMUM_CHUNKS));
        }
        if (count > 0 && start < ends[count - 1]) {
            throw file.error(
                    offset,
                    "block",
                    "holds physical memory from 0x%x, but the block before it reached 0x%x; blocks must rise."
                            .formatted(start, ends[count - 1]));
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        starts[count] = start;
        ends[count] = start + length;
        offsets[count] = offset;
        count++;
    }

    Chunks build(Notes notes) {
        RangeList.Builder ranges = new RangeList.Builder();
        int first = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || starts[i] != ends[i - 1]) {
                addWholePages(starts[first], ends[i - 1], ranges, notes);
                first = i;
            }
        }
        return new Chunks(
                Arrays.copyOf(starts, count),
                Arrays.copyOf(ends, count),
                Arrays.copyOf(offsets, count),
                ranges.build());
    }

    private static void addWholePages(long start, long end, RangeList.Builder ranges, Notes notes) {
        long firstPage = (start + PAGE - 1) & -PAGE;
        long lastPage = end & -PAGE;
        if (firstPage != start || lastPage != end) {
            notes.add(
                    "Physical memory 0x%x..0x%x does not begin and end with a page; the incomplete pages were left out."
                            .formatted(start, end));
        }
        if (firstPage < lastPage) {
            ranges.add(firstPage, lastPage);
        }
    }
}
