package org.ringside.app.workspace;

import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.workspace.StructureSearch.Search;
import org.ringside.trace.SnapshotInfo;

/**
 * The structures in the shown snapshot, for a view that needs them: while it watches, each snapshot that is shown is looked through. Belongs to
 * the UI thread.
 */
public final class StructureWatch {
    private final Workspace workspace;
    private final ReadOnlyObjectWrapper<Seen> seen = new ReadOnlyObjectWrapper<>(this, "seen", Seen.of(Phase.CLOSED));
    private Subscription subscriptions = Subscription.EMPTY;

    /** How far it is. */
    public enum Phase {
        /** No trace is open. */
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        FOUND
    }

    /**
     * What is known.
     *
     * @param found present in {@link Phase#FOUND} only
     */
    public record Seen(Phase phase, Optional<FoundStructures> found) {
        private static Seen of(Phase phase) {
            return new Seen(phase, Optional.empty());
        }
    }

    public StructureWatch(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Begins to watch. */
    public void attach() {
        subscriptions = Subscription.combine(
                workspace.openTraceProperty().subscribe((was, is) -> update()),
                workspace.momentProperty().subscribe((was, is) -> update()),
                workspace.structures().searchesProperty().subscribe((was, is) -> update()));
        update();
    }

    /** Stops watching; a search that runs goes on for others. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
    }

    public ReadOnlyObjectProperty<Seen> seenProperty() {
        return seen.getReadOnlyProperty();
    }

    /** What was found in the shown snapshot; empty before that is known. */
    public Optional<FoundStructures> found() {
        return seen.get().found();
    }

    /** Looks through the snapshot again, with all layouts that are there now. */
    public void searchAgain() {
        OpenTrace open = workspace.openTrace();
        Optional<SnapshotInfo> snapshot = workspace.moment().snapshot();
        if (open != null && snapshot.isPresent()) {
            workspace.structures().search(open, snapshot.get());
        }
    }

    /** Stops looking through the snapshot. */
    public void stopSearch() {
        workspace.moment().snapshot().flatMap(workspace.structures()::of).ifPresent(search -> {
            if (search instanceof Search.Running(TaskHandle task)) {
                task.cancel();
            }
        });
    }

    private void update() {
        OpenTrace open = workspace.openTrace();
        Optional<SnapshotInfo> snapshot = workspace.moment().snapshot();
        if (open == null || snapshot.isEmpty()) {
            seen.set(Seen.of(open == null ? Phase.CLOSED : Phase.NO_SNAPSHOT));
            return;
        }
        Optional<Search> search = workspace.structures().of(snapshot.get());
        if (search.isEmpty()) {
            // Starting tells all who listen, this watch among them.
            workspace.structures().need(open, snapshot.get());
            return;
        }
        seen.set(
                switch (search.get()) {
                    case Search.Running running -> Seen.of(Phase.SEARCHING);
                    case Search.Stopped stopped -> Seen.of(Phase.STOPPED);
                    case Search.Done(FoundStructures found) -> new Seen(Phase.FOUND, Optional.of(found));
                });
    }
}
