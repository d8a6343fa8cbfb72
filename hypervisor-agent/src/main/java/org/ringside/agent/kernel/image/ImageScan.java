package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;

/** One pass over physical memory that notes where something of a Linux image may be. Bounded lists: hostile memory holds as many as it likes. */
final class ImageScan {
    /** Places of each kind that are kept. */
    static final int MOST_PLACES = 256;

    /** The first eight characters of the version banner, as a little-endian word. */
    private static final long LINUX_VE = 0x6576_2078_756e_694cL;

    private static final int TOKENS = 256;
    private static final int TOKEN_INDEX_BYTES = TOKENS * Short.BYTES;
    private static final int LONGEST_TOKEN = 512;

    private final List<Long> tokenIndexes = new ArrayList<>();
    private final List<Long> banners = new ArrayList<>();
    private final List<Long> roots = new ArrayList<>();
    private long pages;
    private boolean cut;

    private ImageScan() {}

    /** Scans all that was captured. */
    static ImageScan of(PhysicalMemory memory, BooleanSupplier cancelled) {
        ImageScan scan = new ImageScan();
        List<AddressRange> zeros = memory.zeroRanges();
        int zero = 0;
        for (AddressRange range : memory.ranges()) {
            for (long at = range.start(); at < range.end(); at += PhysicalMemory.PAGE_SIZE) {
                while (zero < zeros.size() && zeros.get(zero).end() <= at) {
                    zero++;
                }
                if (zero < zeros.size() && zeros.get(zero).contains(at)) {
                    at = Math.min(range.end(), zeros.get(zero).end()) - PhysicalMemory.PAGE_SIZE;
                    continue;
                }
                if ((at & 0xf_ffff) == 0 && cancelled.getAsBoolean()) {
                    scan.cut = true;
                    return scan;
                }
                if (memory.page(at) instanceof Observed.Known<MemorySegment>(MemorySegment page)) {
                    scan.pages++;
                    scan.page(memory, at, page);
                }
            }
        }
        return scan;
    }

    /** Physical addresses where a table of 256 ascending 16-bit numbers lies, as kallsyms_token_index is. */
    List<Long> tokenIndexes() {
        return tokenIndexes;
    }

    /** Physical addresses of {@code "Linux version "}. */
    List<Long> banners() {
        return banners;
    }

    /** Pages that may be the root of page tables whose upper half holds a kernel: the first ones, as every process has one. */
    List<Long> roots() {
        return roots;
    }

    /** Pages that were captured. */
    long pages() {
        return pages;
    }

    /** Whether there were more places than are kept, or the pass was cancelled. */
    boolean isCut() {
        return cut;
    }

    private void page(PhysicalMemory memory, long address, MemorySegment page) {
        long previous = 0;
        for (int offset = 0; offset < PhysicalMemory.PAGE_SIZE; offset += Long.BYTES) {
            long word = page.get(LittleEndian.LONG, offset);
            if (mayBeginTokenIndex(word)) {
                tokenIndex(memory, address + offset);
            }
            if (offset > 0 && mayBeginTokenIndex(previous >>> 32 | word << 32)) {
                tokenIndex(memory, address + offset - 4);
            }
            if (word == LINUX_VE) {
                keep(banners, address + offset);
            }
            previous = word;
        }
        // The last entry of a root table maps the top 512 GiB (4-level) or 256 TiB, where the image lies: present,
        // writable, not a page.
        if ((previous & 0x83) == 0x03 && isTableEntry(previous)) {
            if (roots.size() < MOST_PLACES) {
                roots.add(address);
            }
        }
    }

    private static boolean isTableEntry(long entry) {
        return (entry & 0x7ff0_0000_0000_0000L) == 0;
    }

    private void keep(List<Long> list, long address) {
        if (list.size() < MOST_PLACES) {
            list.add(address);
        } else {
            cut = true;
        }
    }

    /** Four 16-bit numbers: zero, then ascending by at most the length of a token. */
    private static boolean mayBeginTokenIndex(long word) {
        if ((word & 0xffff) != 0) {
            return false;
        }
        int second = (int) (word >>> 16) & 0xffff;
        int third = (int) (word >>> 32) & 0xffff;
        int fourth = (int) (word >>> 48);
        return second > 0
                && third > second
                && fourth > third
                && second < LONGEST_TOKEN
                && third - second < LONGEST_TOKEN
                && fourth - third < LONGEST_TOKEN;
    }

    private void tokenIndex(PhysicalMemory memory, long address) {
        if (!(memory.read(address, TOKEN_INDEX_BYTES) instanceof Observed.Known<MemorySegment>(MemorySegment table))) {
            return;
        }
        int last = 0;
        for (int i = 1; i < TOKENS; i++) {
            int next = table.get(LittleEndian.SHORT, (long) i * Short.BYTES) & 0xffff;
            if (next <= last || next - last > LONGEST_TOKEN) {
                return;
            }
            last = next;
        }
        // Tokens of no character each are a table of the numbers 0 to 255, of which memory has several.
        if (last >= TOKENS) {
            keep(tokenIndexes, address);
        }
    }
}
