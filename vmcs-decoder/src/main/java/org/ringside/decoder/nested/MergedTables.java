package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

/**
 * Tells the tables of guests from the merged tables by which a host runs the guests of its guests (EPT02): all that those map is memory of a guest,
 * at other addresses than the guest has it.
 */
final class MergedTables {
    private static final long PAGE = 4096;
    private static final int MOST_PAGES = 1 << 16;
    private static final int FEWEST_PAGES = 4;

    private MergedTables() {}

    /** The memories behind tables in the host's memory, each with its level. */
    static List<MemorySpace> levels(MemorySpace host, List<EptContext> contexts, TableLimits limits) {
        List<EptMap> maps = contexts.stream()
                .map(context -> new ExtendedPageTables(host.memory(), context).map(limits))
                .toList();
        List<MemorySpace> memories = new ArrayList<>();
        for (int i = 0; i < contexts.size(); i++) {
            int level = 1;
            for (int other = 0; other < contexts.size(); other++) {
                if (other != i && isWithin(maps.get(i), maps.get(other))) {
                    level++;
                }
            }
            memories.add(host.guest(contexts.get(i), level, limits));
        }
        return memories;
    }

    /** Whether {@code inner} maps memory of the guest of {@code outer} only, and as another memory than that guest's own. */
    static boolean isWithin(EptMap inner, EptMap outer) {
        TreeMap<Long, MappedRange> byHost = new TreeMap<>();
        outer.ranges().forEach(range -> byHost.put(range.output(), range));
        long pages = 0;
        long inside = 0;
        long alike = 0;
        for (MappedRange range : inner.ranges()) {
            for (long done = 0; done < range.length() && pages < MOST_PAGES; done += PAGE) {
                pages++;
                long at = range.output() + done;
                Map.Entry<Long, MappedRange> found = byHost.floorEntry(at);
                if (found != null && found.getValue().reaches(at, PAGE)) {
                    inside++;
                    alike += found.getValue().inputOf(at) == range.input() + done ? 1 : 0;
                }
            }
        }
        // A page or two that the host gives to every guest, such as an APIC page, is in both or in one alone.
        return inside >= FEWEST_PAGES && inside * 10 >= pages * 9 && alike * 2 < inside;
    }
}
