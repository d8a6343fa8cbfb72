package org.ringside.decoder.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Physical memory in the heap: pages that were written exist, all others were not captured. */
public final class SparseMemory implements PhysicalMemory {
    private final Map<Long, MemorySegment> pages = new TreeMap<>();

    /** No page exists yet. */
    public SparseMemory() {}

    public SparseMemory page(long address, byte[] bytes) {
        MemorySegment page = mutable(address);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, page, 0, Math.min(bytes.length, PAGE_SIZE));
        return this;
    }

    public SparseMemory putLong(long address, long value) {
        mutable(address).set(LittleEndian.LONG, address & (PAGE_SIZE - 1), value);
        return this;
    }

    public SparseMemory putInt(long address, int value) {
        mutable(address).set(LittleEndian.INT, address & (PAGE_SIZE - 1), value);
        return this;
    }

    /** Makes the page exist, full of zeros. */
    public SparseMemory zero(long address) {
        mutable(address);
        return this;
    }

    private MemorySegment mutable(long address) {
        return pages.computeIfAbsent(address >>> PAGE_SHIFT, number -> MemorySegment.ofArray(new byte[PAGE_SIZE]));
    }

    @Override
    public List<AddressRange> ranges() {
        List<AddressRange> ranges = new ArrayList<>();
        for (long number : pages.keySet()) {
            long start = number << PAGE_SHIFT;
            if (!ranges.isEmpty() && ranges.getLast().end() == start) {
                ranges.set(ranges.size() - 1, new AddressRange(ranges.getLast().start(), start + PAGE_SIZE));
            } else {
                ranges.add(AddressRange.ofLength(start, PAGE_SIZE));
            }
        }
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        MemorySegment page = pages.get(address >>> PAGE_SHIFT);
        return page == null
                ? new Observed.NotCaptured<>(address & -PAGE_SIZE, PAGE_SIZE)
                : Observed.known(page.asReadOnly());
    }
}
