package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;

/** Looks for a pattern through all of a space that was captured, page by page. A match may cross into the next page if both were captured. */
final class MemorySearch {
    /** A search stops after so many matches. */
    static final int MAXIMUM_HITS = 10_000;

    private static final Messages MESSAGES = Messages.of(MemorySearch.class);
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;
    private static final int PAGES_PER_REPORT = 1024;

    private final SearchedSpace space;
    private final SearchPattern pattern;
    private final Consumer<List<Hit>> onHits;
    private final ProgressMonitor monitor;
    private final byte[] window = new byte[PAGE + SearchPattern.MAXIMUM_LENGTH];
    private long neighbourPosition = -1;
    private byte @Nullable [] neighbour;
    private long done;
    private long total;
    private int hits;
    private long unreadable;

    /**
     * A match.
     *
     * @param position of its first byte on the line of the space
     * @param address of its first byte in the space
     * @param length bytes
     */
    record Hit(long position, long address, int length) {}

    /**
     * How a search ended.
     *
     * @param hits matches told
     * @param truncated whether there may be more than {@link #MAXIMUM_HITS}
     * @param unreadablePages captured pages that could not be read, so may hide matches
     * @param wholeSpace whether all that the space maps is known: else more pages may hide matches
     */
    record Outcome(int hits, boolean truncated, long unreadablePages, boolean wholeSpace) {}

    /**
     * Prepares a search.
     *
     * @param onHits takes matches as they are found, in the order of the search, on the searching thread
     */
    MemorySearch(SearchedSpace space, SearchPattern pattern, Consumer<List<Hit>> onHits, ProgressMonitor monitor) {
        this.space = space;
        this.pattern = pattern;
        this.onHits = onHits;
        this.monitor = monitor;
    }

    /**
     * Searches the whole space once, from the page of a position on and around the end.
     *
     * @param from position where to begin
     * @param forward towards higher positions, or lower
     * @throws CancellationException if the monitor says so
     */
    Outcome run(long from, boolean forward) {
        total = space.mapping().bytes() / PAGE;
        long start = from & -PAGE;
        // Backward the page itself comes first too, so the cut is after it.
        for (SpaceMapping.Piece piece : space.mapping().around(forward ? start : start + PAGE, forward)) {
            if (hits >= MAXIMUM_HITS) {
                break;
            }
            search(piece, forward);
        }
        monitor.progress(MESSAGES.get("task.searching"), done, total);
        return new Outcome(
                hits, hits >= MAXIMUM_HITS, unreadable, space.mapping().complete());
    }

    private void search(SpaceMapping.Piece piece, boolean forward) {
        long pages = piece.length() / PAGE;
        for (long i = 0; i < pages && hits < MAXIMUM_HITS; i++) {
            if (done++ % PAGES_PER_REPORT == 0) {
                monitor.checkCancelled();
                monitor.progress(MESSAGES.get("task.searching"), done, total);
            }
            searchPage(piece.position() + (forward ? i : pages - 1 - i) * PAGE, forward);
        }
    }

    private void searchPage(long position, boolean forward) {
        byte[] page = bytes(position);
        if (page == null) {
            unreadable++;
            return;
        }
        byte[] next = pattern.length() > 1 ? bytes(position + PAGE) : null;
        int end = PAGE;
        System.arraycopy(page, 0, window, 0, PAGE);
        if (next != null) {
            System.arraycopy(next, 0, window, PAGE, pattern.length() - 1);
            end += pattern.length() - 1;
        }
        // Forward the next page is needed again as the page itself, backward this page as the next one.
        neighbourPosition = forward ? position + PAGE : position;
        neighbour = forward ? next : page;
        List<Hit> found = new ArrayList<>();
        pattern.find(window, end, PAGE, index -> {
            found.add(new Hit(position + index, space.linear().address(position) + index, pattern.length()));
            return hits + found.size() < MAXIMUM_HITS;
        });
        if (!found.isEmpty()) {
            hits += found.size();
            onHits.accept(forward ? found : found.reversed());
        }
    }

    private byte @Nullable [] bytes(long position) {
        if (position == neighbourPosition && neighbour != null) {
            return neighbour;
        }
        return space.page(position) instanceof Observed.Known<byte[]>(byte[] page) ? page : null;
    }
}
