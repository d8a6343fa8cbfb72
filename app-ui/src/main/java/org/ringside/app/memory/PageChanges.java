package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

/** What differs between two snapshots, to be asked page by page. Immutable; addresses are physical, or positions on the line of another space. */
public final class PageChanges {
    /** Nothing differs. */
    public static final PageChanges NONE = new PageChanges(List.of());

    private final PageRun[] runs;
    private final long[] starts;

    private PageChanges(List<PageRun> sorted) {
        runs = sorted.toArray(PageRun[]::new);
        starts = sorted.stream().mapToLong(PageRun::address).toArray();
    }

    public static PageChanges of(SnapshotDiff diff) {
        return ofRuns(diff.runs());
    }

    /** Of runs that do not overlap, in any order. */
    static PageChanges ofRuns(List<PageRun> runs) {
        return new PageChanges(
                runs.stream().sorted(Comparator.comparingLong(PageRun::address)).toList());
    }

    /**
     * The runs that lie in a range, cut where they reach out of it.
     *
     * @param address of a page
     * @param length bytes, a whole number of pages
     */
    List<PageRun> within(long address, long length) {
        List<PageRun> found = new ArrayList<>();
        for (int i = Math.max(0, runAtOrBelow(address)); i < runs.length && starts[i] < address + length; i++) {
            long from = Math.max(starts[i], address);
            long until = Math.min(end(i), address + length);
            if (from < until) {
                found.add(new PageRun(from, (until - from) / PhysicalMemory.PAGE_SIZE, runs[i].change()));
            }
        }
        return found;
    }

    public List<PageRun> runs() {
        return List.of(runs);
    }

    /** What happened to the page that holds an address; empty if nothing did. */
    public Optional<PageRun.Change> at(long address) {
        int index = runAtOrBelow(address);
        return index >= 0 && address < end(index) ? Optional.of(runs[index].change()) : Optional.empty();
    }

    /** The first differing page after the page that holds an address. */
    public OptionalLong next(long address) {
        long page = (address & -PhysicalMemory.PAGE_SIZE) + PhysicalMemory.PAGE_SIZE;
        int index = runAtOrBelow(page);
        if (index >= 0 && page < end(index)) {
            return OptionalLong.of(page);
        }
        return index + 1 < starts.length ? OptionalLong.of(starts[index + 1]) : OptionalLong.empty();
    }

    /** The last differing page before the page that holds an address. */
    public OptionalLong previous(long address) {
        long page = (address & -PhysicalMemory.PAGE_SIZE) - PhysicalMemory.PAGE_SIZE;
        int index = page < 0 ? -1 : runAtOrBelow(page);
        return index < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(page, end(index) - PhysicalMemory.PAGE_SIZE));
    }

    private long end(int index) {
        return starts[index] + runs[index].pages() * PhysicalMemory.PAGE_SIZE;
    }

    private int runAtOrBelow(long address) {
        int found = Arrays.binarySearch(starts, address);
        return found >= 0 ? found : -found - 2;
    }
}
