package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.Translation;

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

    /** Copies the page that a translation leads to, or keeps the reason why it leads nowhere. */
    static LoadedPage translated(PhysicalMemory memory, Observed<Translation> translation) {
        if (translation instanceof Observed.Known<Translation>(Translation found)) {
            return copyOf(memory.page(found.output()), found.output());
        }
        return new LoadedPage(translation.map(found -> new byte[0]), OptionalLong.empty());
    }
}
