package org.ringside.app.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ringside.app.memory.PageChanges;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

/**
 * The states of all pages as a square-ish picture, and the same picture at a half, a quarter and so on of its size, where a cell shows
 * the most telling of the four it stands for. Immutable once built.
 */
public final class PagePyramid {
    /** Cells of the finest picture, at most: a byte each. Beyond 64 GiB a cell is several pages. */
    private static final long MOST_CELLS = 1L << 24;

    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final int pageShift;
    private final int columnShift;
    private final long pages;
    private final List<byte[]> levels;
    private final long[] counts;

    private PagePyramid(int pageShift, int columnShift, long pages, List<byte[]> levels, long[] counts) {
        this.pageShift = pageShift;
        this.columnShift = columnShift;
        this.pages = pages;
        this.levels = levels;
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
        long end = Math.max(end(shown), end(baseline));
        long pages = Math.max(1, (end + PAGE - 1) / PAGE);
        int pageShift = 0;
        while (pages >>> pageShift > MOST_CELLS) {
            pageShift++;
        }
        long cells = ceilShift(pages, pageShift);
        int columnShift = columnShift(cells);
        int rows = (int) ceilShift(cells, columnShift);
        byte[] finest = new byte[rows << columnShift];
        for (AddressRange range : shown) {
            raise(finest, range, pageShift, PageState.UNCHANGED);
        }
        for (AddressRange range : zero) {
            setZero(finest, range, pageShift);
        }
        for (PageRun run : changes.runs()) {
            PageState state = switch (run.change()) {
                case CHANGED -> PageState.CHANGED;
                case APPEARED -> PageState.APPEARED;
                case VANISHED -> PageState.VANISHED;
            };
            raise(finest, AddressRange.ofLength(run.address(), run.pages() * PAGE), pageShift, state);
        }
        monitor.checkCancelled();
        long[] counts = counts(shown, zero, changes, pages);
        return new PagePyramid(pageShift, columnShift, pages, levels(finest, columnShift, monitor), counts);
    }

    /** Pages in a row of the finest picture is a power of two that makes it about twice as wide as high. */
    private static int columnShift(long cells) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, cells - 1));
        return Math.clamp((bits + 1) / 2, 0, 13);
    }

    /** Only cells of which every page is zero: any other page is more telling. */
    private static void setZero(byte[] cells, AddressRange range, int pageShift) {
        long first = ceilShift(range.start() / PAGE, pageShift);
        long last = (range.end() / PAGE) >>> pageShift;
        if (first < last) {
            Arrays.fill(cells, (int) first, (int) Math.min(last, cells.length), PageState.ZERO.code());
        }
    }

    private static void raise(byte[] cells, AddressRange range, int pageShift, PageState state) {
        int first = (int) ((range.start() / PAGE) >>> pageShift);
        int last = (int) Math.min(cells.length, ceilShift(range.end() / PAGE, pageShift));
        for (int cell = first; cell < last; cell++) {
            cells[cell] = (byte) Math.max(cells[cell], state.code());
        }
    }

    private static List<byte[]> levels(byte[] finest, int columnShift, ProgressMonitor monitor) {
        List<byte[]> levels = new ArrayList<>(List.of(finest));
        byte[] below = finest;
        for (int shift = columnShift; shift > 0 && below.length >> shift > 1; shift--) {
            monitor.checkCancelled();
            below = halved(below, shift);
            levels.add(below);
        }
        return List.copyOf(levels);
    }

    private static byte[] halved(byte[] cells, int shift) {
        int rows = cells.length >> shift;
        int halfRows = (rows + 1) / 2;
        int halfShift = shift - 1;
        byte[] half = new byte[halfRows << halfShift];
        for (int row = 0; row < halfRows; row++) {
            int upper = (row * 2) << shift;
            int lower = row * 2 + 1 < rows ? upper + (1 << shift) : upper;
            for (int column = 0; column < 1 << halfShift; column++) {
                int left = column * 2;
                int above = Math.max(cells[upper + left], cells[upper + left + 1]);
                int under = Math.max(cells[lower + left], cells[lower + left + 1]);
                half[(row << halfShift) + column] = (byte) Math.max(above, under);
            }
        }
        return half;
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

    private static long ceilShift(long value, int shift) {
        return (value + (1L << shift) - 1) >>> shift;
    }

    /** Pages from address 0 to the end of captured memory. */
    public long pages() {
        return pages;
    }

    /** How many pages are in a state. */
    public long count(PageState state) {
        return counts[state.code()];
    }

    /** Pages that a cell of the finest picture stands for: 1 up to 64 GiB. */
    public long pagesPerCell() {
        return 1L << pageShift;
    }

    /** Cells in a row of the finest picture, a power of two. */
    public int columns() {
        return 1 << columnShift;
    }

    /** Rows of the finest picture. */
    public int rows() {
        return levels.getFirst().length >> columnShift;
    }

    /** How often the picture can be halved. */
    public int coarsest() {
        return levels.size() - 1;
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

    byte code(int level, int column, int row) {
        int shift = columnShift - level;
        int index = (row << shift) + column;
        byte[] cells = levels.get(level);
        return index < cells.length ? cells[index] : 0;
    }

    /** Whether a cell stands for any page up to the end of captured memory; beyond it there is nothing to draw. */
    boolean exists(int level, int column, int row) {
        return address(column << level, row << level) < pages * PAGE;
    }

    /** Address of the first page of a cell of the finest picture. */
    public long address(int column, int row) {
        return ((((long) row << columnShift) + column) << pageShift) * PAGE;
    }

    /** Column of the page that holds an address, in the finest picture. */
    public int column(long address) {
        return (int) (((address / PAGE) >>> pageShift) & (columns() - 1));
    }

    /** Row of the page that holds an address, in the finest picture. */
    public int row(long address) {
        return (int) ((address / PAGE) >>> pageShift >>> columnShift);
    }
}
