package org.ringside.trace.importer;

import java.util.List;
import java.util.Optional;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/**
 * What an import added to the trace.
 *
 * @param snapshot the new snapshot; its source has the notes
 * @param baseline the earlier snapshot of the same machine that it was compared with, if there is one
 * @param events what was put on the time line: the snapshot, and what changed since the baseline
 * @param newPages different pages that the trace did not know before
 * @param newBytes bytes those take, compressed; 0 if they stay in the file
 */
public record ImportResult(
        SnapshotInfo snapshot, Optional<SnapshotInfo> baseline, List<TraceEvent> events, long newPages, long newBytes) {
    public ImportResult {
        events = List.copyOf(events);
    }
}
