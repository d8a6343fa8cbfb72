package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;

/** Looks for a pattern through all captured memory, page by page. A match may cross into the next page if both were captured. */
public final class MemorySearch {
    private static final Messages MESSAGES = Messages.of(MemorySearch.class);
    /** A search stops after so many matches. */
    public static final int MAXIMUM_HITS = 10_000;

    private static final int PAGE = PhysicalMemory.PAGE_SIZE;
    private static final int PAGES_PER_REPORT = 1024;

    private final PhysicalMemory memory;
    private final SearchPattern pattern;
    private final Consumer<List<Hit>> onHits;
    private final ProgressMonitor monitor;
    private final byte[] window = new byte[PAGE + SearchPattern.MAXIMUM_LENGTH];
    private long neighbourAddress = -1;
    private byte @Nullable [] neighbour;
    private long done;
    private long total;
    private int hits;
    private long unreadable;

    /**
     * A match.
     *
     * @param address physical address of its first byte
     * @param length bytes
     */
    public record Hit(long address, int length) {}

    /**
     * How a search ended.
     *
     * @param hits matches told
     * @param truncated whether there may be more than {@link #MAXIMUM_HITS}
     * @param unreadablePages captured pages that could not be read, so may hide matches
     */
    public record Outcome(int hits, boolean truncated, long unreadablePages) {}

    /**
     * Prepares a search.
     *
     * @param onHits takes matches as they are found, in the order of the search, on the searching thread
     */
    public MemorySearch(
            PhysicalMemory memory, SearchPattern pattern, Consumer<List<Hit>> onHits, ProgressMonitor monitor) {
        this.memory = memory;
        this.pattern = pattern;
        this.onHits = onHits;
        this.monitor = monitor;
    }

    /**
     * Searches all captured ranges once, from the page of an address on and around the end.
     *
     * @param from physical address where to begin
     * @param forward towards higher addresses, or lower
     * @throws CancellationException if the monitor says so
     */
    public Outcome run(long from, boolean forward) {
        List<AddressRange> ranges = memory.ranges();
        total = ranges.stream().mapToLong(AddressRange::length).sum() / PAGE;
        long start = from & -PAGE;
        for (AddressRange range : around(ranges, start, forward)) {
            if (hits >= MAXIMUM_HITS) {
                break;
            }
            search(range, forward);
        }
        monitor.progress(MESSAGES.get("task.searching"), done, total);
        return new Outcome(hits, hits >= MAXIMUM_HITS, unreadable);
    }

    /** The ranges cut at {@code start} and put in the order in which they are searched. */
    private static List<AddressRange> around(List<AddressRange> ranges, long start, boolean forward) {
        // Backward the page itself comes first too, so the cut is after it.
        long cut = forward ? start : start + PAGE;
        List<AddressRange> below = new ArrayList<>();
        List<AddressRange> above = new ArrayList<>();
        for (AddressRange range : ranges) {
            if (Long.compareUnsigned(range.end(), cut) <= 0) {
                below.add(range);
            } else if (Long.compareUnsigned(range.start(), cut) >= 0) {
                above.add(range);
            } else {
                below.add(new AddressRange(range.start(), cut));
                above.add(new AddressRange(cut, range.end()));
            }
        }
        List<AddressRange> ordered = new ArrayList<>(forward ? above : below.reversed());
        ordered.addAll(forward ? below : above.reversed());
        return ordered;
    }

    private void search(AddressRange range, boolean forward) {
        long pages = range.length() / PAGE;
        for (long i = 0; i < pages && hits < MAXIMUM_HITS; i++) {
            if (done++ % PAGES_PER_REPORT == 0) {
                monitor.checkCancelled();
                monitor.progress(MESSAGES.get("task.searching"), done, total);
            }
            searchPage(range.start() + (forward ? i : pages - 1 - i) * PAGE, forward);
        }
    }

    private void searchPage(long address, boolean forward) {
        byte[] page = bytes(address);
        if (page == null) {
            unreadable++;
            return;
        }
        byte[] next = pattern.length() > 1 ? bytes(address + PAGE) : null;
        int end = PAGE;
        System.arraycopy(page, 0, window, 0, PAGE);
        if (next != null) {
            System.arraycopy(next, 0, window, PAGE, pattern.length() - 1);
            end += pattern.length() - 1;
        }
        // Forward the next page is needed again as the page itself, backward this page as the next one.
        neighbourAddress = forward ? address + PAGE : address;
        neighbour = forward ? next : page;
        List<Hit> found = new ArrayList<>();
        pattern.find(window, end, PAGE, index -> {
            found.add(new Hit(address + index, pattern.length()));
            return hits + found.size() < MAXIMUM_HITS;
        });
        if (!found.isEmpty()) {
            hits += found.size();
            onHits.accept(forward ? found : found.reversed());
        }
    }

    private byte @Nullable [] bytes(long address) {
        if (address == neighbourAddress && neighbour != null) {
            return neighbour;
        }
        return memory.page(address) instanceof Observed.Known<MemorySegment>(MemorySegment segment)
                ? segment.toArray(ValueLayout.JAVA_BYTE)
                : null;
    }
}
