package org.ringside.app.timeline;

import java.util.List;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** Something to draw in a lane. Pixels count from the left of the lane. */
sealed interface Mark {
    /** Left edge, in pixels. */
    double left();

    /** Right edge, in pixels, not below {@link #left()}. */
    double right();

    /** First moment it stands for, nanoseconds since 1970. */
    long from();

    /** Last moment it stands for. */
    long until();

    /** A count of events in a slice of time. */
    record Bar(double left, double right, long from, long until, long count) implements Mark {}

    /**
     * One event, or several too near to tell apart.
     *
     * @param events by time, at least one
     * @param worst the greatest severity among them
     */
    record Events(double left, double right, List<TraceEvent> events, Severity worst) implements Mark {
        public Events {
            events = List.copyOf(events);
        }

        @Override
        public long from() {
            return events.getFirst().content().time().epochNanoseconds();
        }

        @Override
        public long until() {
            return events.getLast().content().time().epochNanoseconds();
        }

        /** The first of the worst: what one wants to see of these. */
        TraceEvent representative() {
            return events.stream()
                    .filter(event -> event.content().severity() == worst)
                    .findFirst()
                    .orElse(events.getFirst());
        }
    }

    /**
     * One snapshot, or several too near to tell apart.
     *
     * @param snapshots by time, at least one
     */
    record Snapshots(double left, double right, List<SnapshotInfo> snapshots) implements Mark {
        public Snapshots {
            snapshots = List.copyOf(snapshots);
        }

        @Override
        public long from() {
            return snapshots.getFirst().time().epochNanoseconds();
        }

        @Override
        public long until() {
            return snapshots.getLast().time().epochNanoseconds();
        }
    }

    /** Not known yet. */
    record Loading(double left, double right, long from, long until) implements Mark {}
}
