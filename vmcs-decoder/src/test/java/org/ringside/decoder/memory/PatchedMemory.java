package org.ringside.decoder.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Memory with some words written over it, as DMA would write them. */
public final class PatchedMemory implements PhysicalMemory {
    private final PhysicalMemory memory;
    private final Map<Long, MemorySegment> pages = new TreeMap<>();

    public PatchedMemory(PhysicalMemory memory) {
        this.memory = memory;
    }

    public PatchedMemory putLong(long address, long value) {
        pages.computeIfAbsent(
                        address & -PAGE_SIZE,
                        page -> MemorySegment.ofArray(
                                memory.page(page).orElseThrow().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)))
                .set(LittleEndian.LONG, address & (PAGE_SIZE - 1), value);
        return this;
    }

    @Override
    public List<AddressRange> ranges() {
        return memory.ranges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        MemorySegment page = pages.get(address & -PAGE_SIZE);
        return page == null ? memory.page(address) : Observed.known(page.asReadOnly());
    }
}
