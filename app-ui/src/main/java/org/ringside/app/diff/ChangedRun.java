package org.ringside.app.diff;

import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.PageRun;

/**
 * Neighbouring pages that changed the same way and are of the same kind.
 *
 * @param address physical address of the first page
 * @param pages how many, at least 1
 * @param change what happened to each of them
 * @param kind what they are to the kernel
 */
public record ChangedRun(long address, long pages, PageRun.Change change, MemoryKind kind) {
    public AddressRange range() {
        return AddressRange.ofLength(address, pages * PhysicalMemory.PAGE_SIZE);
    }
}
