package org.ringside.app.timeline;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.trace.EventKind;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/**
 * How long a trace is and which lanes have something in them.
 *
 * @param first first moment, nanoseconds since 1970
 * @param last last moment
 * @param kinds kinds that occur; empty if the trace is
 */
record Overview(long first, long last, Set<EventKind> kinds) {
    static final Overview NOTHING = new Overview(0, 0, Set.of());

    private static final TraceTime EVER = new TraceTime(Long.MIN_VALUE);
    private static final TraceTime FOREVER = new TraceTime(Long.MAX_VALUE);

    Overview {
        kinds = Set.copyOf(kinds);
    }

    boolean isEmpty() {
        return kinds.isEmpty();
    }

    boolean has(EventKind kind) {
        return kinds.contains(kind);
    }

    /** Asks the trace; blocks. */
    static Overview read(OpenTrace open) throws IOException {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        Stream.Builder<TraceTime> times = Stream.builder();
        open.snapshots().stream().map(SnapshotInfo::time).forEach(times);
        for (EventKind kind : EventKind.values()) {
            if (kind == EventKind.SNAPSHOT) {
                continue;
            }
            List<TraceEvent> first = open.trace().events(Set.of(kind), EVER, FOREVER, 1);
            if (!first.isEmpty()) {
                kinds.add(kind);
                times.add(first.getFirst().content().time());
                times.add(open.trace()
                        .eventsBackwards(Set.of(kind), FOREVER, 1)
                        .getFirst()
                        .content()
                        .time());
            }
        }
        if (!open.snapshots().isEmpty()) {
            kinds.add(EventKind.SNAPSHOT);
        }
        if (kinds.isEmpty()) {
            return NOTHING;
        }
        long[] sorted =
                times.build().mapToLong(TraceTime::epochNanoseconds).sorted().toArray();
        return new Overview(sorted[0], sorted[sorted.length - 1], kinds);
    }
}
