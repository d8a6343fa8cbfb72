package org.ringside.trace.sqlite;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** Some pages of a memory; the others were not captured. */
final class KeptMemory implements PhysicalMemory {
    private final PhysicalMemory whole;
    private final List<AddressRange> ranges;
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    KeptMemory(PhysicalMemory whole, List<AddressRange> keep) {
        this.whole = whole;
        this.ranges = intersection(merged(keep), whole.ranges());
        ranges.forEach(range -> ends.put(range.start(), range.end()));
    }

    private static List<AddressRange> merged(List<AddressRange> keep) {
        List<AddressRange> sorted = keep.stream()
                .filter(range -> range.length() > 0)
                .map(range -> new AddressRange(range.start() & -PAGE_SIZE, (range.end() + PAGE_SIZE - 1) & -PAGE_SIZE))
                .sorted(Comparator.comparingLong(AddressRange::start))
                .toList();
        List<AddressRange> merged = new ArrayList<>();
        for (AddressRange range : sorted) {
            if (!merged.isEmpty() && merged.getLast().end() >= range.start()) {
                AddressRange last = merged.removeLast();
                merged.add(new AddressRange(last.start(), Math.max(last.end(), range.end())));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    private static List<AddressRange> intersection(List<AddressRange> a, List<AddressRange> b) {
        List<AddressRange> both = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < a.size() && j < b.size()) {
            long start = Math.max(a.get(i).start(), b.get(j).start());
            long end = Math.min(a.get(i).end(), b.get(j).end());
            if (start < end) {
                both.add(new AddressRange(start, end));
            }
            if (a.get(i).end() < b.get(j).end()) {
                i++;
            } else {
                j++;
            }
        }
        return both;
    }

    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        var range = ends.floorEntry(address);
        if (range == null || address >= range.getValue()) {
            return new Observed.NotCaptured<>(address & -PAGE_SIZE, PAGE_SIZE);
        }
        return whole.page(address);
    }
}
