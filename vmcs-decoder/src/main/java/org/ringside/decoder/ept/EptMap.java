package org.ringside.decoder.ept;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableSummary;

/**
 * The whole guest-physical memory of one EPTP.
 *
 * @param pointer whose map it is
 * @param ranges in the order of guest-physical addresses
 * @param summary tables and leaves seen, findings, whether it is complete
 */
public record EptMap(ExtendedPageTablePointer pointer, List<MappedRange> ranges, TableSummary summary) {
    public EptMap {
        // A copy of a million ranges takes longer than reading the tables, and what a listing hands out does not
        // change.
        ranges = Collections.unmodifiableList(ranges);
    }

    /** The guest-physical addresses, of first bytes, that lead to the host page at {@code hostPhysical}. */
    public List<Long> guestAddressesOf(long hostPhysical) {
        List<Long> found = new ArrayList<>();
        long page = hostPhysical & -4096L;
        for (MappedRange range : ranges) {
            if (range.reaches(page, 1)) {
                found.add(range.inputOf(page));
            }
        }
        return found;
    }

    /** Host memory that more than one guest-physical address leads to, such as a shared page of zeros: runs, sorted by host address. */
    public List<Alias> aliases() {
        TreeMap<Long, Integer> edges = new TreeMap<>();
        for (MappedRange range : ranges) {
            edges.merge(range.output(), 1, Integer::sum);
            edges.merge(range.output() + range.length(), -1, Integer::sum);
        }
        List<Alias> aliases = new ArrayList<>();
        int depth = 0;
        long from = 0;
        for (var edge : edges.entrySet()) {
            if (depth > 1) {
                aliases.add(new Alias(from, edge.getKey() - from, depth));
            }
            depth += edge.getValue();
            from = edge.getKey();
        }
        aliases.sort(Comparator.comparingLong(Alias::hostPhysical));
        return aliases;
    }

    /**
     * Host memory reached by several guest-physical addresses.
     *
     * @param hostPhysical first byte
     * @param length bytes
     * @param mappings guest-physical ranges that lead there
     */
    public record Alias(long hostPhysical, long length, int mappings) {}
}
