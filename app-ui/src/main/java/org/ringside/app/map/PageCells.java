package org.ringside.app.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;

/**
 * A code for each page of a piece of memory, as a square-ish picture, and the same picture at a half, a quarter and so on of its size, where a
 * cell shows the highest code, the most telling, of the four it stands for. Immutable once built.
 */
public class PageCells {
    /** Cells of the finest picture, at most: a byte each. Beyond 64 GiB a cell is several pages. */
    private static final long MOST_CELLS = 1L << 24;

    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final long base;
    private final int pageShift;
    private final int columnShift;
    private final long pages;
    private final List<byte[]> levels;

    /** The same cells, for a class that knows more of them. */
    protected PageCells(PageCells other) {
        this(other.base, other.pageShift, other.columnShift, other.pages, other.levels);
    }

    private PageCells(long base, int pageShift, int columnShift, long pages, List<byte[]> levels) {
        this.base = base;
        this.pageShift = pageShift;
        this.columnShift = columnShift;
        this.pages = pages;
        this.levels = levels;
    }

    /**
     * Builds the picture; for a background thread.
     *
     * @param base address of its first page, page-aligned
     * @param end first address behind its last page
     * @param paint gives pages their codes; those it leaves out have code 0
     */
    public static PageCells of(long base, long end, Consumer<Painter> paint, ProgressMonitor monitor) {
        long pages = Math.max(1, (end - base + PAGE - 1) / PAGE);
        int pageShift = 0;
        while (pages >>> pageShift > MOST_CELLS) {
            pageShift++;
        }
        long cells = ceilShift(pages, pageShift);
        int columnShift = columnShift(cells);
        int rows = (int) ceilShift(cells, columnShift);
        byte[] finest = new byte[rows << columnShift];
        paint.accept(new Painter(finest, base, pageShift));
        monitor.checkCancelled();
        return new PageCells(base, pageShift, columnShift, pages, levels(finest, columnShift, monitor));
    }

    /** Gives pages their codes. */
    public static final class Painter {
        private final byte[] cells;
        private final long base;
        private final int pageShift;

        private Painter(byte[] cells, long base, int pageShift) {
            this.cells = cells;
            this.base = base;
            this.pageShift = pageShift;
        }

        /** Pages that have at least this code. What lies outside the picture is left out. */
        public void raise(AddressRange range, int code) {
            long start = Math.max(0, range.start() - base);
            long end = range.end() - base;
            if (end <= start) {
                return;
            }
            int first = (int) Math.min(cells.length, (start / PAGE) >>> pageShift);
            int last = (int) Math.min(cells.length, ceilShift(ceilShift(end, PhysicalMemory.PAGE_SHIFT), pageShift));
            for (int cell = first; cell < last; cell++) {
                cells[cell] = (byte) Math.max(cells[cell], code);
            }
        }

        /** Pages that have this code whatever they had before; only cells all of whose pages have it. */
        public void replace(AddressRange range, int code) {
            long first = ceilShift((range.start() - base) / PAGE, pageShift);
            long last = ((range.end() - base) / PAGE) >>> pageShift;
            if (first < last) {
                Arrays.fill(cells, (int) first, (int) Math.min(last, cells.length), (byte) code);
            }
        }
    }

    /** Pages in a row of the finest picture is a power of two that makes it about twice as wide as high. */
    private static int columnShift(long cells) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, cells - 1));
        return Math.clamp((bits + 1) / 2, 0, 13);
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

    private static long ceilShift(long value, int shift) {
        return (value + (1L << shift) - 1) >>> shift;
    }

    /** Address of the first page. */
    public long base() {
        return base;
    }

    /** First address behind the last page. */
    public long end() {
        return base + pages * PAGE;
    }

    /** Pages of the piece of memory. */
    public long pages() {
        return pages;
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
     * The code of a cell.
     *
     * @param level 0 is the finest; each next one has half the columns and rows
     * @return 0 beyond the picture's last page
     */
    public byte code(int level, int column, int row) {
        int shift = columnShift - level;
        int index = (row << shift) + column;
        byte[] cells = levels.get(level);
        return index < cells.length ? cells[index] : 0;
    }

    /** Whether a cell stands for any page; beyond the last one there is nothing to draw. */
    boolean exists(int level, int column, int row) {
        return address(column << level, row << level) < end();
    }

    /** Address of the first page of a cell of the finest picture. */
    public long address(int column, int row) {
        return base + ((((long) row << columnShift) + column) << pageShift) * PAGE;
    }

    /** Column of the page that holds an address, in the finest picture. */
    public int column(long address) {
        return (int) ((((address - base) / PAGE) >>> pageShift) & (columns() - 1));
    }

    /** Row of the page that holds an address, in the finest picture. */
    public int row(long address) {
        return (int) (((address - base) / PAGE) >>> pageShift >>> columnShift);
    }
}
