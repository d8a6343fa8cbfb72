package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

/**
 * Which devices behind a unit can read and write a physical page. Every domain is listed once; then each question is a search. Immutable.
 */
public final class DevicesReaching {
    private static final int MOST_FINDINGS = 500;

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
     * @param limits of all domains together
     */
    public static DevicesReaching of(PhysicalMemory memory, RemappingUnit unit, TableLimits limits) {
        List<Reach> reaches = new ArrayList<>();
        FindingCollector findings = new FindingCollector(VtdLayouts.AREA, MOST_FINDINGS);
        boolean complete = unit.tables().isKnown() || unit.mode() == RemappingMode.ABORT_DMA;
        long tablesLeft = limits.tables();
        for (DmaDomain domain : unit.tables().map(RemappingTables::domains).orElse(List.of())) {
            if (tablesLeft <= 0 || reaches.size() >= limits.ranges()) {
                complete = false;
                findings.add(new Finding(
                        Severity.WARNING,
                        "vtd.reach-cut",
                        "domain %d and those after it were not listed: the limit was reached".formatted(domain.id()),
                        Optional.empty(),
                        Optional.empty()));
                break;
            }
            DomainMap map =
                    domain.map(memory, limits.withTables(tablesLeft).withRanges(limits.ranges() - reaches.size()));
            map.ranges().forEach(range -> reaches.add(new Reach(domain, range)));
            findings.addAll(map.findings());
            complete &= map.summary().complete();
            // A blocked or empty domain is work as well.
            tablesLeft -= Math.max(1, map.summary().tables());
        }
        reaches.sort(Comparator.comparing(reach -> reach.range().output(), Long::compareUnsigned));
        boolean everything = !unit.translationEnabled().orElse(true);
        return new DevicesReaching(reaches, everything, complete || everything, findings.toList());
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
