package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

/**
 * Which devices behind a unit can read and write a physical page. Every domain is listed once; then each question is a search. Immutable.
 */
public final class DevicesReaching {
    private record Reach(DmaDomain domain, MappedRange range) {}

    private final List<Reach> byOutput;
    private final long[] highestEndUpTo;
    private final boolean everything;
    private final boolean complete;
    private final List<Finding> findings;

    private DevicesReaching(List<Reach> reaches, boolean everything, boolean complete, List<Finding> findings) {
        this.byOutput = reaches;
        this.everything = everything;
        this.complete = complete;
        this.findings = List.copyOf(findings);
        this.highestEndUpTo = new long[reaches.size()];
        long highest = 0;
        for (int i = 0; i < reaches.size(); i++) {
            MappedRange range = reaches.get(i).range();
            long end = range.output() + range.length();
            highest = Long.compareUnsigned(end, highest) > 0 ? end : highest;
            highestEndUpTo[i] = highest;
        }
    }

    /**
     * Lists all domains of {@code unit}.
     *
     * @param limits of each domain
     */
    public static DevicesReaching of(PhysicalMemory memory, RemappingUnit unit, TableLimits limits) {
        List<Reach> reaches = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        boolean complete = unit.tables().isKnown() || unit.mode() == RemappingMode.ABORT_DMA;
        if (unit.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables)) {
            for (DmaDomain domain : tables.domains()) {
                DomainMap map = domain.map(memory, limits);
                map.ranges().forEach(range -> reaches.add(new Reach(domain, range)));
                findings.addAll(map.findings());
                complete &= map.summary().complete();
            }
        }
        reaches.sort(Comparator.comparing(reach -> reach.range().output(), Long::compareUnsigned));
        boolean everything = !unit.translationEnabled().orElse(true);
        return new DevicesReaching(reaches, everything, complete || everything, findings);
    }

    /** Whether translation is off, so that every device reaches every page whatever the tables say. */
    public boolean everyDeviceReachesEverything() {
        return everything;
    }

    /** Whether all mappings were listed: if not, a device may be missing from an answer. */
    public boolean complete() {
        return complete;
    }

    /** What was odd about the tables. */
    public List<Finding> findings() {
        return findings;
    }

    /**
     * Who reaches the page at {@code physical}, by domain. With {@link #everyDeviceReachesEverything()} the answer is what the tables would
     * allow once translation is on.
     *
     * @param physical any address in the page
     */
    public List<DeviceReach> page(long physical) {
        long page = physical & -PhysicalMemory.PAGE_SIZE;
        int last = lastStartingAtOrBelow(page + PhysicalMemory.PAGE_SIZE - 1);
        List<DeviceReach> found = new ArrayList<>();
        for (int i = last; i >= 0 && Long.compareUnsigned(highestEndUpTo[i], page) > 0; i--) {
            Reach reach = byOutput.get(i);
            if (reach.range().reaches(page, PhysicalMemory.PAGE_SIZE)) {
                found.add(new DeviceReach(
                        reach.domain().devices(),
                        reach.domain(),
                        reach.range().inputOf(page),
                        reach.range().rights(),
                        reach.range()));
            }
        }
        found.sort(Comparator.comparingInt((DeviceReach reach) -> reach.domain().id())
                .thenComparing(DeviceReach::dmaAddress, Long::compareUnsigned));
        return found;
    }

    private int lastStartingAtOrBelow(long address) {
        int low = 0;
        int high = byOutput.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(byOutput.get(middle).range().output(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
