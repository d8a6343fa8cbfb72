package org.ringside.decoder.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Memory that notes which pages are read: what a decoder read of a structure is where the structure lies. For one thread. */
public final class NotedMemory implements PhysicalMemory {
    private final PhysicalMemory memory;
    private final TreeSet<Long> pages = new TreeSet<>(Long::compareUnsigned);

    public NotedMemory(PhysicalMemory memory) {
        this.memory = memory;
    }

    @Override
    public List<AddressRange> ranges() {
        return memory.ranges();
    }

    @Override
    public List<AddressRange> zeroRanges() {
        return memory.zeroRanges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        pages.add(address & -PAGE_SIZE);
        return memory.page(address);
    }

    /** The pages read so far, captured or not: sorted, disjoint, page-aligned ranges. */
    public List<AddressRange> noted() {
        List<AddressRange> ranges = new ArrayList<>();
        for (long page : pages) {
            AddressRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.end() == page) {
                ranges.set(ranges.size() - 1, new AddressRange(last.start(), page + PAGE_SIZE));
            } else if (page != -PAGE_SIZE) {
                ranges.add(AddressRange.ofLength(page, PAGE_SIZE));
            }
        }
        return ranges;
    }
}
