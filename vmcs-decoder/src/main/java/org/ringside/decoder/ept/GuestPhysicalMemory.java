package org.ringside.decoder.ept;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.GuestTables;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

/**
 * The physical memory that a guest sees: everything that works on physical memory works on it, so levels of guests are put on each other by
 * giving this as the memory of the next.
 */
public final class GuestPhysicalMemory implements PhysicalMemory {
    private final PhysicalMemory host;
    private final GuestTables tables;
    private final List<AddressRange> ranges;

    /**
     * @param host the memory that the tables lead to
     * @param tables of the guest
     * @param limits of the listing of what is mapped
     */
    public GuestPhysicalMemory(PhysicalMemory host, GuestTables tables, TableLimits limits) {
        this.host = host;
        this.tables = tables;
        this.ranges = captured(tables, limits);
    }

    private static List<AddressRange> captured(GuestTables tables, TableLimits limits) {
        List<AddressRange> merged = new ArrayList<>();
        List<MappedRange> mapped = new ArrayList<>();
        tables.ranges(limits).forEachRemaining(mapped::add);
        mapped.sort(Comparator.comparingLong(MappedRange::input));
        for (MappedRange range : mapped) {
            long end = range.input() + range.length();
            if (!merged.isEmpty() && merged.getLast().end() == range.input()) {
                merged.set(merged.size() - 1, new AddressRange(merged.getLast().start(), end));
            } else {
                merged.add(new AddressRange(range.input(), end));
            }
        }
        return List.copyOf(merged);
    }

    /** What is mapped, whether or not the host memory behind it was captured. */
    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        return tables.translate(address & -PAGE_SIZE).flatMap(translation -> host.page(translation.output()));
    }
}
