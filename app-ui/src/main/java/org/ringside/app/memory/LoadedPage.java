package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.ringside.decoder.memory.Observed;

/**
 * A page as it was found, in the heap: drawing it cannot fault or block.
 *
 * @param bytes {@code PAGE_SIZE} bytes, or why they are not known; never written to
 * @param physical physical address of the page; empty if a virtual page is not mapped
 */
public record LoadedPage(Observed<byte[]> bytes, OptionalLong physical) {
    /** Copies a page. */
    static LoadedPage copyOf(Observed<MemorySegment> page, long physical) {
        return new LoadedPage(
                page.map(segment -> segment.toArray(ValueLayout.JAVA_BYTE)), OptionalLong.of(physical & -4096L));
    }
}
