package org.ringside.app.diff;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.ringside.agent.integrity.ByteChange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.PageRun;

/**
 * How much of a run differs.
 *
 * @param changedBytes bytes that differ, in the pages that were looked at
 * @param starts physical address of the first byte of each change, the first {@link #MOST_STARTS}; empty where there is nothing to compare
 * @param complete whether all pages were looked at and could be read
 */
public record RunSummary(long changedBytes, List<Long> starts, boolean complete) {
    /** Changes whose places are kept. */
    public static final int MOST_STARTS = 64;

    /** Pages of a run that are compared byte by byte; a longer run has more than anybody counts. */
    public static final int MOST_PAGES = 256;

    public RunSummary {
        starts = List.copyOf(starts);
    }

    /** Physical address of the first byte that differs. */
    public OptionalLong first() {
        return starts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(starts.getFirst());
    }

    /** Compares; blocks. A page that only one snapshot has counts as a whole, from its first byte. */
    public static RunSummary of(Comparison comparison, ChangedRun run) {
        long looked = Math.min(run.pages(), MOST_PAGES);
        if (run.change() != PageRun.Change.CHANGED) {
            return new RunSummary(run.pages() * PhysicalMemory.PAGE_SIZE, List.of(), true);
        }
        long changed = 0;
        List<Long> starts = new ArrayList<>();
        boolean complete = looked == run.pages();
        for (long i = 0; i < looked; i++) {
            long page = run.address() + i * PhysicalMemory.PAGE_SIZE;
            Observed<MemorySegment> before = comparison.before().page(page);
            Observed<MemorySegment> after = comparison.after().page(page);
            if (before instanceof Observed.Known<MemorySegment>(MemorySegment old)
                    && after instanceof Observed.Known<MemorySegment>(MemorySegment now)) {
                changed += differing(old, now);
                if (starts.size() < MOST_STARTS) {
                    ByteChange.between(old, now, ByteChange.DEFAULT_GAP).stream()
                            .limit(MOST_STARTS - starts.size())
                            .forEach(change -> starts.add(page + change.offset()));
                }
            } else {
                complete = false;
            }
        }
        return new RunSummary(changed, starts, complete);
    }

    private static long differing(MemorySegment old, MemorySegment now) {
        long count = 0;
        for (long i = 0; i < old.byteSize(); i += Long.BYTES) {
            long difference = old.get(ValueLayout.JAVA_LONG_UNALIGNED, i) ^ now.get(ValueLayout.JAVA_LONG_UNALIGNED, i);
            while (difference != 0) {
                count += (difference & 0xff) != 0 ? 1 : 0;
                difference >>>= Byte.SIZE;
            }
        }
        return count;
    }
}
