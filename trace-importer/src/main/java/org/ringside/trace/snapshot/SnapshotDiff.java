package org.ringside.trace.snapshot;

import java.util.List;
import org.ringside.trace.SnapshotId;

/**
 * What differs between two snapshots.
 *
 * @param before the earlier
 * @param after the later
 * @param runs sorted by address, as long as they can be
 */
public record SnapshotDiff(SnapshotId before, SnapshotId after, List<PageRun> runs) {
    public SnapshotDiff {
        runs = List.copyOf(runs);
    }

    /** Pages with this change. */
    public long pages(PageRun.Change change) {
        return runs.stream()
                .filter(run -> run.change() == change)
                .mapToLong(PageRun::pages)
                .sum();
    }
}
