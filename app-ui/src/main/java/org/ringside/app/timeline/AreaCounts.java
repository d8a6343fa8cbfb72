package org.ringside.app.timeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.trace.EventKind;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.TraceTime;

/** What happened in a marked stretch of time, in one line. */
final class AreaCounts {
    private AreaCounts() {}

    /** Asks the trace; blocks. */
    static String count(OpenTrace open, List<Lane> lanes, TimelineViewModel.Area area, ProgressMonitor monitor)
            throws IOException {
        TraceTime from = new TraceTime(area.from());
        TraceTime until = new TraceTime(area.until());
        List<String> parts = new ArrayList<>();
        for (Lane lane : lanes) {
            monitor.checkCancelled();
            long count = lane.kind() == EventKind.SNAPSHOT
                    ? open.snapshots().stream()
                            .filter(snapshot -> snapshot.time().compareTo(from) >= 0
                                    && snapshot.time().compareTo(until) <= 0)
                            .count()
                    : open.trace().histogram(lane.kind(), from, until, 1)[0];
            if (count > 0) {
                parts.add("%,d %s".formatted(count, count == 1 ? lane.singular() : lane.plural()));
            }
        }
        String what = parts.isEmpty() ? "nothing happened" : String.join(", ", parts);
        return Durations.text(area.until() - area.from()) + " marked: " + what;
    }
}
