package org.ringside.trace.sqlite;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.snapshot.MerkleTree;

/** The physical memory of a stored snapshot. */
final class StoredMemory implements PhysicalMemory {
    private final List<AddressRange> ranges;
    private final NodeTable nodes;
    private final PageStore store;
    private final @Nullable InPlace inPlace;

    StoredMemory(List<AddressRange> ranges, NodeTable nodes, PageStore store, @Nullable InPlace inPlace) {
        this.ranges = List.copyOf(ranges);
        this.nodes = nodes;
        this.store = store;
        this.inPlace = inPlace;
    }

    /**
     * Where the bytes are that the trace does not hold.
     *
     * @param file the image
     * @param extents what lies where in it, by physical address
     * @param verified pages that were read and verified, by page number
     */
    record InPlace(InPlaceFile file, List<FileExtent> extents, BoundedCache<Integer, MemorySegment> verified) {
        /** The extent that holds a physical address. */
        @Nullable
        FileExtent find(long address) {
            int low = 0;
            int high = extents.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                FileExtent extent = extents.get(middle);
                if (address < extent.address()) {
                    high = middle - 1;
                } else if (address - extent.address() >= extent.length()) {
                    low = middle + 1;
                } else {
                    return extent;
                }
            }
            return null;
        }
    }

    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long start = address & -PAGE_SIZE;
        long number = start >>> PAGE_SHIFT;
        int node = nodes.find(number >>> MerkleTree.NODE_SHIFT);
        try {
            int page = node == 0 ? NodeCodec.ABSENT : store.node(node)[(int) number & (MerkleTree.PAGES_PER_NODE - 1)];
            return switch (page) {
                case NodeCodec.ABSENT -> notCaptured(start);
                case NodeCodec.ZERO -> Observed.known(PageStore.ZERO_PAGE);
                default -> inPlace == null || store.stored(page) ? store.page(page) : readInPlace(inPlace, page, start);
            };
        } catch (IOException e) {
            return new Observed.Unreadable<>(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<AddressRange> zeroRanges() {
        List<AddressRange> zeros = new ArrayList<>();
        long start = 0;
        long end = 0;
        for (int n = 0; n < nodes.indices().length; n++) {
            int[] pages;
            try {
                pages = store.node(nodes.ids()[n]);
            } catch (IOException damaged) {
                // Reading its pages says why; nothing is known of them here.
                continue;
            }
            long first = nodes.indices()[n] << MerkleTree.NODE_SHIFT;
            for (int i = 0; i < pages.length; i++) {
                if (pages[i] == NodeCodec.ZERO) {
                    if (end != first + i) {
                        add(zeros, start, end);
                        start = first + i;
                    }
                    end = first + i + 1;
                }
            }
        }
        add(zeros, start, end);
        return List.copyOf(zeros);
    }

    /** Adds pages {@code start} to {@code end}, unless there are none. */
    private static void add(List<AddressRange> zeros, long start, long end) {
        if (start < end) {
            zeros.add(new AddressRange(start << PAGE_SHIFT, end << PAGE_SHIFT));
        }
    }

    private Observed<MemorySegment> notCaptured(long start) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(ranges.get(middle).start(), start) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        long length = low < ranges.size() ? ranges.get(low).start() - start : -start;
        return new Observed.NotCaptured<>(start, length > 0 ? length : Long.MAX_VALUE);
    }

    private Observed<MemorySegment> readInPlace(InPlace image, int page, long start) throws IOException {
        MemorySegment known = image.verified().get(page);
        if (known != null) {
            return Observed.known(known);
        }
        FileExtent extent = image.find(start);
        if (extent == null) {
            throw store.damaged("no extent holds the page at 0x%x".formatted(start));
        }
        long offset = extent.offset() + (start - extent.address());
        byte[] bytes = new byte[PAGE_SIZE];
        image.file().read(offset, bytes);
        if (!store.block(page).matches(page, bytes, 0)) {
            return new Observed.Unreadable<>(image.file().location()
                    + ": the page at 0x%x, in the file at 0x%x, does not have the SHA-256 that was recorded: the image was changed since it was indexed"
                            .formatted(start, offset)
                    + image.file().advice());
        }
        MemorySegment verified = MemorySegment.ofArray(bytes).asReadOnly();
        image.verified().put(page, verified);
        return Observed.known(verified);
    }
}
