package org.ringside.app.memory;

import java.util.OptionalLong;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Where a search looks.
 *
 * @param memory holds the bytes
 * @param linear the line of the space
 * @param mapping what can be read of it
 */
record SearchedSpace(PhysicalMemory memory, LinearSpace linear, SpaceMapping mapping) {
    /** All captured physical memory. */
    static SearchedSpace physical(PhysicalMemory memory) {
        long end = memory.ranges().isEmpty() ? 0 : memory.ranges().getLast().end();
        return new SearchedSpace(memory, LinearSpace.physical(end), SpaceMapping.physical(memory));
    }

    /** The page that begins at a position, or why it is not known. */
    Observed<byte[]> page(long position) {
        OptionalLong physical = mapping.physical(position);
        return physical.isPresent()
                ? LoadedPage.copyOf(memory.page(physical.getAsLong()), physical.getAsLong())
                        .bytes()
                : new Observed.NotCaptured<>(linear.address(linear.clamp(position)), PhysicalMemory.PAGE_SIZE);
    }
}
