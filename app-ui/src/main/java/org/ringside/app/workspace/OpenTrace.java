package org.ringside.app.workspace;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.trace.EventKind;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/**
 * A picture of an open trace that can be read on the UI thread. Replaced, never changed, when the trace has grown. Calls on {@link #trace()}
 * itself may block: only in background work.
 *
 * @param trace the trace
 * @param snapshots every snapshot, by time, then by id
 * @param sources every source
 * @param states registers of every snapshot
 * @param alarms the first {@link #MAXIMUM_EVENTS} alarms, by time
 * @param annotations the first {@link #MAXIMUM_EVENTS} notes and bookmarks, by time
 */
public record OpenTrace(
        Trace trace,
        List<SnapshotInfo> snapshots,
        List<SourceInfo> sources,
        Map<SnapshotId, MachineState> states,
        List<TraceEvent> alarms,
        List<TraceEvent> annotations) {
    /** Events of one kind that are kept in this picture; timelines ask the trace itself. */
    public static final int MAXIMUM_EVENTS = 10_000;

    private static final TraceTime EVER = new TraceTime(Long.MIN_VALUE);
    private static final TraceTime FOREVER = new TraceTime(Long.MAX_VALUE);

    public OpenTrace {
        snapshots = List.copyOf(snapshots);
        sources = List.copyOf(sources);
        states = Map.copyOf(states);
        alarms = List.copyOf(alarms);
        annotations = List.copyOf(annotations);
    }

    /** Reads the picture; not on the UI thread. */
    public static OpenTrace read(Trace trace) throws IOException {
        List<SnapshotInfo> snapshots = trace.snapshots();
        Map<SnapshotId, MachineState> states = new HashMap<>();
        for (SnapshotInfo snapshot : snapshots) {
            states.put(snapshot.id(), trace.state(snapshot.id()));
        }
        return new OpenTrace(
                trace,
                snapshots,
                trace.sources(),
                states,
                trace.events(Set.of(EventKind.ALARM), EVER, FOREVER, MAXIMUM_EVENTS),
                trace.events(Set.of(EventKind.ANNOTATION), EVER, FOREVER, MAXIMUM_EVENTS));
    }

    /** Names of machines, in order of their first snapshot. */
    public List<String> machines() {
        return snapshots.stream().map(SnapshotInfo::machine).distinct().toList();
    }

    public List<SnapshotInfo> snapshotsOf(String machine) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.machine().equals(machine))
                .toList();
    }

    public Optional<SnapshotInfo> snapshot(SnapshotId id) {
        return snapshots.stream().filter(snapshot -> snapshot.id().equals(id)).findFirst();
    }

    /** Registers of a snapshot; none if the snapshot is unknown or had none. */
    public MachineState state(SnapshotId id) {
        return states.getOrDefault(id, MachineState.none());
    }

    /** The moment of this snapshot, compared with the one before it on the same machine. */
    public Moment at(SnapshotInfo snapshot) {
        return new Moment(snapshot.time(), Optional.of(snapshot), before(snapshot));
    }

    /** The moment at this time: the last snapshot at or before it. */
    public Moment at(TraceTime time) {
        Optional<SnapshotInfo> shown = snapshots.stream()
                .filter(snapshot -> snapshot.time().compareTo(time) <= 0)
                .max(Comparator.comparing(SnapshotInfo::time)
                        .thenComparingLong(snapshot -> snapshot.id().value()));
        return new Moment(time, shown, shown.flatMap(this::before));
    }

    /** The last moment of the trace. */
    public Moment latest() {
        return snapshots.isEmpty() ? Moment.NONE : at(snapshots.getLast());
    }

    private Optional<SnapshotInfo> before(SnapshotInfo snapshot) {
        List<SnapshotInfo> sameMachine = snapshotsOf(snapshot.machine());
        int index = sameMachine.indexOf(snapshot);
        return index > 0 ? Optional.of(sameMachine.get(index - 1)) : Optional.empty();
    }
}
