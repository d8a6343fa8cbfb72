package org.ringside.app.timeline;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ringside.trace.EventKind;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/** Where the arrow keys stop: an event, or a snapshot. Ordered by time; at one time snapshots come first, then events as recorded. */
sealed interface Stop {
    TraceTime time();

    /** Order among stops of the same time. */
    long order();

    record AtEvent(TraceEvent event) implements Stop {
        @Override
        public TraceTime time() {
            return event.content().time();
        }

        @Override
        public long order() {
            return event.id();
        }
    }

    record AtSnapshot(SnapshotInfo snapshot) implements Stop {
        @Override
        public TraceTime time() {
            return snapshot.time();
        }

        @Override
        public long order() {
            return Long.MIN_VALUE + snapshot.id().value();
        }
    }

    /**
     * The next or the previous stop; blocks.
     *
     * @param from where one is
     * @param order among what is at {@code from}: later stops of the same time come after it
     * @param kinds kinds of events that count
     */
    static Optional<Stop> find(
            Trace trace,
            List<SnapshotInfo> snapshots,
            Set<EventKind> kinds,
            TraceTime from,
            long order,
            boolean forward)
            throws IOException {
        Optional<Stop> event = kinds.isEmpty() ? Optional.empty() : findEvent(trace, kinds, from, order, forward);
        Optional<Stop> snapshot = snapshots.stream()
                .map(found -> (Stop) new AtSnapshot(found))
                .filter(stop -> forward ? compare(stop, from, order) > 0 : compare(stop, from, order) < 0)
                .reduce((a, b) -> compare(a, b.time(), b.order()) < 0 == forward ? a : b);
        if (event.isEmpty() || snapshot.isEmpty()) {
            return event.or(() -> snapshot);
        }
        Stop other = snapshot.get();
        return compare(event.get(), other.time(), other.order()) < 0 == forward ? event : snapshot;
    }

    private static Optional<Stop> findEvent(
            Trace trace, Set<EventKind> kinds, TraceTime from, long order, boolean forward) throws IOException {
        // Thousands of events may share a moment: ask for more until one beyond it has come.
        for (int limit = 64; ; limit = Math.multiplyExact(limit, 16)) {
            List<TraceEvent> events = forward
                    ? trace.events(kinds, from, new TraceTime(Long.MAX_VALUE), limit)
                    : trace.eventsBackwards(kinds, from, limit);
            Optional<Stop> found = events.stream()
                    .map(event -> (Stop) new AtEvent(event))
                    .filter(stop -> forward ? compare(stop, from, order) > 0 : compare(stop, from, order) < 0)
                    .findFirst();
            if (found.isPresent() || events.size() < limit || limit > 1 << 20) {
                return found;
            }
        }
    }

    private static int compare(Stop stop, TraceTime time, long order) {
        int byTime = stop.time().compareTo(time);
        return byTime != 0 ? byTime : Long.compare(stop.order(), order);
    }
}
