package org.ringside.agent.extract;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** Memory that notes which of its pages were read: whatever a decoder looks at is what it needs. */
final class ReadPages implements PhysicalMemory {
    private final PhysicalMemory memory;
    private final ConcurrentSkipListSet<Long> read;

    /**
     * Wraps a memory.
     *
     * @param memory to read from
     * @param read where the addresses of pages that could be read are added
     */
    ReadPages(PhysicalMemory memory, ConcurrentSkipListSet<Long> read) {
        this.memory = memory;
        this.read = read;
    }

    @Override
    public List<AddressRange> ranges() {
        return memory.ranges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        Observed<MemorySegment> page = memory.page(address);
        if (page.isKnown()) {
            read.add(address & -PAGE_SIZE);
        }
        return page;
    }
}
