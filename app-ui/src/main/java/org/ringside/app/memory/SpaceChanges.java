package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

/**
 * What differs in a space that is mapped: pages whose bytes changed, that are mapped to other bytes, or that only one snapshot has.
 *
 * @param changes by position on the line of the space, not by physical address
 * @param complete whether that is all
 */
record SpaceChanges(PageChanges changes, boolean complete) {
    /** Pages that are mapped elsewhere than before are read and compared, at most so many. */
    static final int MOST_COMPARED = 1 << 16;

    private static final Messages MESSAGES = Messages.of(SpaceChanges.class);
    private static final int MOST_RUNS = 1 << 18;
    private static final int PIECES_PER_REPORT = 4096;
    private static final long PAGE = PhysicalMemory.PAGE_SIZE;

    /** A snapshot's memory and what the space maps of it. */
    record Side(PhysicalMemory memory, SpaceMapping mapping) {}

    /**
     * Compares; blocks.
     *
     * @param physical what differs by physical address
     * @throws java.util.concurrent.CancellationException if the monitor says so
     */
    static SpaceChanges between(Side before, Side now, PageChanges physical, ProgressMonitor monitor) {
        Builder builder = new Builder(before, now, physical, monitor);
        builder.run();
        return new SpaceChanges(
                PageChanges.ofRuns(builder.runs), !builder.cut && before.mapping.complete() && now.mapping.complete());
    }

    /** Goes through both mappings at once, in the order of positions. */
    private static final class Builder {
        private final Side before;
        private final Side now;
        private final PageChanges physical;
        private final ProgressMonitor monitor;
        private final List<PageRun> runs = new ArrayList<>();
        private int compared;
        private boolean cut;

        Builder(Side before, Side now, PageChanges physical, ProgressMonitor monitor) {
            this.before = before;
            this.now = now;
            this.physical = physical;
            this.monitor = monitor;
        }

        void run() {
            List<SpaceMapping.Piece> old = before.mapping.pieces();
            List<SpaceMapping.Piece> current = now.mapping.pieces();
            int i = 0;
            int j = 0;
            long cursor = 0;
            while ((i < old.size() || j < current.size()) && !cut) {
                if ((i + j) % PIECES_PER_REPORT == 0) {
                    monitor.checkCancelled();
                    monitor.progress(MESSAGES.get("task.comparing"), i + j, old.size() + current.size());
                }
                SpaceMapping.@Nullable Piece was = i < old.size() ? old.get(i) : null;
                SpaceMapping.@Nullable Piece is = j < current.size() ? current.get(j) : null;
                long from = Math.min(begin(was, cursor), begin(is, cursor));
                long end = Math.min(nextEdge(was, from), nextEdge(is, from));
                part(from, end, covering(was, from), covering(is, from));
                cursor = end;
                i += was != null && was.end() == end ? 1 : 0;
                j += is != null && is.end() == end ? 1 : 0;
            }
        }

        private static long begin(SpaceMapping.@Nullable Piece piece, long cursor) {
            return piece == null ? Long.MAX_VALUE : Math.max(piece.position(), cursor);
        }

        /** Where a piece next begins or ends after a position. */
        private static long nextEdge(SpaceMapping.@Nullable Piece piece, long position) {
            if (piece == null) {
                return Long.MAX_VALUE;
            }
            return piece.position() > position ? piece.position() : piece.end();
        }

        private static SpaceMapping.@Nullable Piece covering(SpaceMapping.@Nullable Piece piece, long position) {
            return piece != null && piece.position() <= position ? piece : null;
        }

        private void part(long from, long end, SpaceMapping.@Nullable Piece was, SpaceMapping.@Nullable Piece is) {
            if (was == null || is == null) {
                add(from, (end - from) / PAGE, is == null ? PageRun.Change.VANISHED : PageRun.Change.APPEARED);
                return;
            }
            long oldPhysical = was.physical() + (from - was.position());
            long physicalNow = is.physical() + (from - is.position());
            if (oldPhysical == physicalNow) {
                for (PageRun run : physical.within(physicalNow, end - from)) {
                    add(from + (run.address() - physicalNow), run.pages(), run.change());
                }
                return;
            }
            for (long offset = 0; offset < end - from && !cut; offset += PAGE) {
                if (++compared > MOST_COMPARED) {
                    cut = true;
                } else if (differ(before.memory.page(oldPhysical + offset), now.memory.page(physicalNow + offset))) {
                    add(from + offset, 1, PageRun.Change.CHANGED);
                }
                if (compared % PIECES_PER_REPORT == 0) {
                    monitor.checkCancelled();
                }
            }
        }

        private static boolean differ(Observed<MemorySegment> was, Observed<MemorySegment> is) {
            return was instanceof Observed.Known<MemorySegment>(MemorySegment old)
                    && is instanceof Observed.Known<MemorySegment>(MemorySegment current)
                    && old.mismatch(current) >= 0;
        }

        private void add(long position, long pages, PageRun.Change change) {
            PageRun last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.change() == change && last.address() + last.pages() * PAGE == position) {
                runs.set(runs.size() - 1, new PageRun(last.address(), last.pages() + pages, change));
            } else if (runs.size() < MOST_RUNS) {
                runs.add(new PageRun(position, pages, change));
            } else {
                cut = true;
            }
        }
    }
}
