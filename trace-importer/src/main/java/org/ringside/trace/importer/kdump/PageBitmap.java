package org.ringside.trace.importer.kdump;

import java.lang.foreign.MemorySegment;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.RangeList;

/**
 * The second bitmap: one bit a page, set if the page is in the dump; the pages' descriptors follow each other in that order. The first bitmap
 * says which pages the machine had.
 */
final class PageBitmap {
    /** Bytes of bitmap that are accepted: 4 TiB of addresses in pages of 4 KiB. */
    private static final long MAXIMUM_SIZE = 128L << 20;

    /** Runs of pages that are accepted. */
    private static final int MAXIMUM_RUNS = 4 << 20;

    private static final int WORDS_PER_SUM = 64;

    private final MemorySegment bits;
    private final long pages;
    private final long[] sums;
    private final long count;
    private final long excluded;
    private final boolean stray;
    private final RangeList ranges;

    private PageBitmap(
            MemorySegment bits, long pages, long[] sums, long count, long excluded, boolean stray, RangeList ranges) {
        this.bits = bits;
        this.pages = pages;
        this.sums = sums;
        this.count = count;
        this.excluded = excluded;
        this.stray = stray;
        this.ranges = ranges;
    }

    static PageBitmap read(FileContent file, KdumpHeader header, long pages) throws ImportException {
        long size = header.bitmapSize() / 2;
        long offset = header.bitmapOffset() + size;
        file.require(header.bitmapOffset(), header.bitmapSize(), "bitmap_blocks: bitmaps");
        if (size > MAXIMUM_SIZE) {
            throw file.error(
                    header.bitmapOffset(),
                    "bitmap_blocks",
                    "a bitmap of %d bytes is more than the %d that can be read.".formatted(size, MAXIMUM_SIZE));
        }
        if (pages < 0 || pages > size * 8 || pages > ExtentPlan.ADDRESS_LIMIT / header.blockSize()) {
            throw file.error(
                    header.subHeaderOffset(),
                    "max_mapnr",
                    "%s pages are more than the bitmap's %d bits.".formatted(Long.toUnsignedString(pages), size * 8));
        }
        MemorySegment present = file.slice(header.bitmapOffset(), size, "first bitmap");
        MemorySegment bits = file.slice(offset, size, "second bitmap");
        long words = size / Long.BYTES;
        long[] sums = new long[(int) (words / WORDS_PER_SUM) + 1];
        RangeList.Builder ranges = new RangeList.Builder();
        long count = 0;
        long excluded = 0;
        boolean stray = false;
        for (long word = 0; word < words; word++) {
            if (word % WORDS_PER_SUM == 0) {
                sums[(int) (word / WORDS_PER_SUM)] = count;
            }
            long all = bits.get(LittleEndian.LONG, word * Long.BYTES);
            long value = all & valid(word, pages);
            stray |= value != all;
            count += Long.bitCount(value);
            excluded += Long.bitCount(present.get(LittleEndian.LONG, word * Long.BYTES) & valid(word, pages) & ~value);
            runs(value, word * Long.SIZE, header.blockSize(), ranges);
            if (ranges.count() > MAXIMUM_RUNS) {
                throw file.error(
                        offset + word * Long.BYTES,
                        "second bitmap",
                        "names more than %d separate runs of pages, more than can be read.".formatted(MAXIMUM_RUNS));
            }
        }
        return new PageBitmap(bits, pages, sums, count, excluded, stray, ranges.build());
    }

    /** The bits of a word that stand for pages below {@code pages}. */
    private static long valid(long word, long pages) {
        long left = pages - word * Long.SIZE;
        if (left >= Long.SIZE) {
            return -1;
        }
        return left <= 0 ? 0 : (1L << left) - 1;
    }

    private static void runs(long value, long firstPage, long blockSize, RangeList.Builder ranges) {
        long rest = value;
        while (rest != 0) {
            int start = Long.numberOfTrailingZeros(rest);
            int length = Long.numberOfTrailingZeros(~(rest >>> start));
            int end = start + Math.min(length, Long.SIZE - start);
            ranges.add((firstPage + start) * blockSize, (firstPage + end) * blockSize);
            rest = end == Long.SIZE ? 0 : rest & (-1L << end);
        }
    }

    /** Pages in the dump. */
    long count() {
        return count;
    }

    /** Pages that the machine had, by the first bitmap, but that are not in the dump. */
    long excluded() {
        return excluded;
    }

    /** Whether bits are set above the last page there can be. */
    boolean stray() {
        return stray;
    }

    RangeList ranges() {
        return ranges;
    }

    /** Number of the page's descriptor, or negative if the page is not in the dump. */
    long descriptor(long page) {
        if (page < 0 || page >= pages) {
            return -1;
        }
        long word = page / Long.SIZE;
        int bit = (int) (page % Long.SIZE);
        long value = bits.get(LittleEndian.LONG, word * Long.BYTES);
        if (((value >>> bit) & 1) == 0) {
            return -1;
        }
        long sum = sums[(int) (word / WORDS_PER_SUM)];
        for (long before = word - word % WORDS_PER_SUM; before < word; before++) {
            sum += Long.bitCount(bits.get(LittleEndian.LONG, before * Long.BYTES));
        }
        return sum + Long.bitCount(value & ((1L << bit) - 1));
    }
}
