package org.ringside.app.timeline;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/** Goes from event to event with the arrow keys, and selects. Belongs to the UI thread. */
final class TimelineSteps {
    private final Workspace workspace;
    private final BackgroundWork.Slot slot;
    private final ReadOnlyObjectWrapper<Optional<Stop>> focused =
            new ReadOnlyObjectWrapper<>(this, "focused", Optional.empty());

    TimelineSteps(Workspace workspace) {
        this.workspace = workspace;
        slot = workspace.tasks().slot("Step to the next event");
    }

    /** Where the arrow keys have stopped. */
    ReadOnlyObjectProperty<Optional<Stop>> focusedProperty() {
        return focused.getReadOnlyProperty();
    }

    void forget() {
        focused.set(Optional.empty());
    }

    void cancel() {
        slot.cancel();
    }

    /** Moves the time cursor to the next or previous event or snapshot in some lanes. */
    void step(OpenTrace open, List<Lane> lanes, boolean forward) {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        lanes.forEach(lane -> kinds.add(lane.kind()));
        List<SnapshotInfo> stops = kinds.remove(EventKind.SNAPSHOT) ? open.snapshots() : List.of();
        TraceTime from = workspace.moment().time();
        long order = here(from).map(Stop::order).orElse(forward ? Long.MAX_VALUE : Long.MIN_VALUE);
        slot.run(
                monitor -> Stop.find(open.trace(), stops, kinds, from, order, forward),
                found -> found.ifPresent(stop -> {
                    focused.set(Optional.of(stop));
                    workspace.moveTo(momentOf(stop, open));
                }));
    }

    /** Selects an event or a snapshot and moves the time cursor there. */
    void select(OpenTrace open, Stop stop) {
        focused.set(Optional.of(stop));
        Selection selected = switch (stop) {
            case Stop.AtEvent(TraceEvent event) -> new Selection.Event(event);
            case Stop.AtSnapshot(SnapshotInfo snapshot) -> new Selection.Snapshot(snapshot);
        };
        workspace.go(momentOf(stop, open), selected);
    }

    /** What is focused or selected at the cursor, if anything is: from there one steps on. */
    private Optional<Stop> here(TraceTime time) {
        Optional<Stop> selected = switch (workspace.selection()) {
            case Selection.Event(TraceEvent event) -> Optional.of(new Stop.AtEvent(event));
            case Selection.Snapshot(SnapshotInfo snapshot) -> Optional.of(new Stop.AtSnapshot(snapshot));
            default -> Optional.empty();
        };
        return focused.get().or(() -> selected).filter(stop -> stop.time().equals(time));
    }

    /** What an event is about is shown even where its clock says that it came before the snapshot. */
    private static Moment momentOf(Stop stop, OpenTrace open) {
        return switch (stop) {
            case Stop.AtSnapshot(SnapshotInfo snapshot) -> open.at(snapshot);
            case Stop.AtEvent(TraceEvent event) -> {
                Optional<SnapshotInfo> about = event.content().snapshot().flatMap(open::snapshot);
                yield about.map(snapshot -> momentOf(event, snapshot, open))
                        .orElseGet(() -> open.at(event.content().time()));
            }
        };
    }

    private static Moment momentOf(TraceEvent event, SnapshotInfo about, OpenTrace open) {
        Optional<SnapshotInfo> compared = event.content().links().stream()
                .map(EvidenceLink::baseline)
                .flatMap(Optional::stream)
                .findFirst()
                .flatMap(open::snapshot)
                .or(() -> open.at(about).baseline());
        return new Moment(event.content().time(), Optional.of(about), compared);
    }
}
