package org.ringside.app.workspace;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.StructureFinder;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;

/**
 * The structures of hypervisors in the snapshots of the open trace. A snapshot is looked through when somebody first needs it, as a task; what
 * was found is kept as long as the trace is open. Belongs to the UI thread.
 */
public final class StructureSearch {
    private final BackgroundWork tasks;
    private final ReadOnlyObjectWrapper<Map<SnapshotId, Search>> searches =
            new ReadOnlyObjectWrapper<>(this, "searches", Map.of());
    private VmcsLayouts layouts = VmcsLayouts.shipped();

    /** How far the search of a snapshot is. */
    public sealed interface Search {
        /** It is under way. */
        record Running(TaskHandle task) implements Search {}

        /** It is done. */
        record Done(FoundStructures found) implements Search {}

        /** It was cancelled, or failed as a notification says. */
        record Stopped(TaskHandle.State why) implements Search {}
    }

    StructureSearch(BackgroundWork tasks) {
        this.tasks = tasks;
    }

    /** The searches that were started, by snapshot. */
    public ReadOnlyObjectProperty<Map<SnapshotId, Search>> searchesProperty() {
        return searches.getReadOnlyProperty();
    }

    /** The search of a snapshot; empty if nobody needed it yet. */
    public Optional<Search> of(SnapshotInfo snapshot) {
        return Optional.ofNullable(searches.get().get(snapshot.id()));
    }

    /** What was found in a snapshot; empty if that is not known (yet). */
    public Optional<FoundStructures> found(SnapshotInfo snapshot) {
        return of(snapshot)
                .flatMap(search ->
                        search instanceof Search.Done(FoundStructures found) ? Optional.of(found) : Optional.empty());
    }

    /** The layouts that are tried. */
    public VmcsLayouts layouts() {
        return layouts;
    }

    /** Adds a layout for later searches; it replaces that of the same id. */
    public void add(VmcsLayout layout) {
        layouts = layouts.with(layout);
    }

    /** Starts the search unless it was started before. */
    public void need(OpenTrace open, SnapshotInfo snapshot) {
        if (of(snapshot).isEmpty()) {
            search(open, snapshot);
        }
    }

    /** Starts the search, also if it was stopped or is to be repeated. */
    public void search(OpenTrace open, SnapshotInfo snapshot) {
        if (of(snapshot).orElse(null) instanceof Search.Running(TaskHandle running)) {
            running.cancel();
        }
        VmcsLayouts tried = layouts;
        TaskHandle task = tasks.run(
                "Look for VMCSs in " + snapshot.name(),
                monitor -> find(open, snapshot, tried, monitor),
                found -> put(snapshot, new Search.Done(found)));
        put(snapshot, new Search.Running(task));
        task.stateProperty().subscribe(state -> ended(snapshot, task, state));
    }

    /** Forgets everything: another trace is open, or none. */
    void clear() {
        searches.set(Map.of());
    }

    private void ended(SnapshotInfo snapshot, TaskHandle task, TaskHandle.State state) {
        boolean without = state == TaskHandle.State.CANCELLED || state == TaskHandle.State.FAILED;
        if (without && of(snapshot).equals(Optional.of(new Search.Running(task)))) {
            put(snapshot, new Search.Stopped(state));
        }
    }

    private void put(SnapshotInfo snapshot, Search search) {
        Map<SnapshotId, Search> changed = new HashMap<>(searches.get());
        changed.put(snapshot.id(), search);
        searches.set(Map.copyOf(changed));
    }

    private static FoundStructures find(
            OpenTrace open, SnapshotInfo snapshot, VmcsLayouts layouts, ProgressMonitor monitor) throws IOException {
        return new StructureFinder(
                        snapshot, open.trace().memory(snapshot.id()), open.state(snapshot.id()), layouts, monitor)
                .find();
    }
}
