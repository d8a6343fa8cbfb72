package org.ringside.app.map;

import java.util.List;
import org.ringside.app.memory.PageChanges;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

/** The states of all pages of physical memory as a picture. Immutable once built. */
public final class PagePyramid extends PageCells {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final long[] counts;

    private PagePyramid(PageCells cells, long[] counts) {
        super(cells);
        this.counts = counts;
    }

    /**
     * Builds the picture; for a background thread.
     *
     * @param shown captured ranges of the shown snapshot
     * @param baseline captured ranges of the baseline; empty if there is none
     * @param zero ranges known to be all zero; may be empty
     */
    public static PagePyramid build(
            List<AddressRange> shown,
            List<AddressRange> baseline,
            List<AddressRange> zero,
            PageChanges changes,
            ProgressMonitor monitor) {
        PageCells cells = PageCells.of(
                0, Math.max(end(shown), end(baseline)), painter -> paint(painter, shown, zero, changes), monitor);
        return new PagePyramid(cells, counts(shown, zero, changes, cells.pages()));
    }

    private static void paint(Painter painter, List<AddressRange> shown, List<AddressRange> zero, PageChanges changes) {
        shown.forEach(range -> painter.raise(range, PageState.UNCHANGED.code()));
        // Only cells of which every page is zero: any other page is more telling.
        zero.forEach(range -> painter.replace(range, PageState.ZERO.code()));
        for (PageRun run : changes.runs()) {
            PageState state = switch (run.change()) {
                case CHANGED -> PageState.CHANGED;
                case APPEARED -> PageState.APPEARED;
                case VANISHED -> PageState.VANISHED;
            };
            painter.raise(AddressRange.ofLength(run.address(), run.pages() * PAGE), state.code());
        }
    }

    private static long[] counts(List<AddressRange> shown, List<AddressRange> zero, PageChanges changes, long pages) {
        long[] counts = new long[PageState.values().length];
        long changed = count(changes, PageRun.Change.CHANGED);
        long appeared = count(changes, PageRun.Change.APPEARED);
        long vanished = count(changes, PageRun.Change.VANISHED);
        long captured = pages(shown);
        // A zero page may have changed to be one: it is told as changed.
        long zeros = 0;
        for (AddressRange range : zero) {
            zeros += range.length() / PAGE - differing(changes, range);
        }
        counts[PageState.CHANGED.code()] = changed;
        counts[PageState.APPEARED.code()] = appeared;
        counts[PageState.VANISHED.code()] = vanished;
        counts[PageState.ZERO.code()] = zeros;
        counts[PageState.UNCHANGED.code()] = captured - changed - appeared - zeros;
        counts[PageState.NOT_CAPTURED.code()] = pages - captured - vanished;
        return counts;
    }

    private static long differing(PageChanges changes, AddressRange range) {
        long found = 0;
        for (PageRun run : changes.runs()) {
            long first = Math.max(run.address(), range.start());
            long last = Math.min(run.address() + run.pages() * PAGE, range.end());
            found += Math.max(0, last - first) / PAGE;
        }
        return found;
    }

    private static long count(PageChanges changes, PageRun.Change change) {
        return changes.runs().stream()
                .filter(run -> run.change() == change)
                .mapToLong(PageRun::pages)
                .sum();
    }

    private static long pages(List<AddressRange> ranges) {
        return ranges.stream().mapToLong(AddressRange::length).sum() / PAGE;
    }

    private static long end(List<AddressRange> ranges) {
        return ranges.isEmpty() ? 0 : ranges.getLast().end();
    }

    /** How many pages are in a state. */
    public long count(PageState state) {
        return counts[state.code()];
    }

    /**
     * The state of a cell.
     *
     * @param level 0 is the finest; each next one has half the columns and rows
     * @return {@link PageState#NOT_CAPTURED} beyond the picture's last page
     */
    public PageState state(int level, int column, int row) {
        return PageState.of(code(level, column, row));
    }
}
