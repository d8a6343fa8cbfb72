package org.ringside.app.workspace;

import java.util.Optional;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceTime;

/**
 * The moment that all views show.
 *
 * @param time the time cursor
 * @param snapshot what is shown: the last snapshot at or before {@code time}; empty if there is none
 * @param baseline what it is compared with: the snapshot before it on the same machine unless another was chosen; empty if there is none
 */
public record Moment(TraceTime time, Optional<SnapshotInfo> snapshot, Optional<SnapshotInfo> baseline) {
    /** When nothing is open. */
    public static final Moment NONE = new Moment(new TraceTime(0), Optional.empty(), Optional.empty());

    /** Whether both show and compare the same evidence; their times may differ. */
    public boolean sameEvidence(Moment other) {
        return snapshot.equals(other.snapshot) && baseline.equals(other.baseline);
    }

    /** This moment compared with another snapshot, or with none. */
    public Moment comparedWith(Optional<SnapshotInfo> other) {
        return new Moment(time, snapshot, other);
    }
}
