package org.ringside.app.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.machine.MachineItem.Target;
import org.ringside.app.workspace.Annotations;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** What the machine tree shows and does. */
public final class MachineViewModel {
    private final Workspace workspace;
    private final Annotations annotations;
    private final ReadOnlyObjectWrapper<@Nullable MachineItem> root = new ReadOnlyObjectWrapper<>(this, "root");
    private final Map<String, Boolean> expanded = new HashMap<>();
    private Subscription following = Subscription.EMPTY;

    public MachineViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.annotations = new Annotations(workspace);
    }

    public void attach() {
        following = Subscription.combine(
                workspace.openTraceProperty().subscribe(open -> fill()),
                workspace.structures().searchesProperty().subscribe((was, is) -> fill()));
    }

    public void detach() {
        following.unsubscribe();
        following = Subscription.EMPTY;
    }

    private void fill() {
        @Nullable OpenTrace open = workspace.openTrace();
        root.set(
                open == null
                        ? null
                        : MachineTree.of(
                                open, workspace.structures().searchesProperty().get()));
    }

    /** The tree; null while no trace is open. */
    public ReadOnlyObjectProperty<@Nullable MachineItem> rootProperty() {
        return root.getReadOnlyProperty();
    }

    /** Whether the row at this path of keys shows its children: as the person left it, else by what it is. */
    public boolean isExpanded(String path, MachineItem item) {
        return expanded.getOrDefault(
                path,
                switch (item.kind()) {
                    case TRACE, MACHINE, SNAPSHOT, HYPERVISORS, ALARMS, BOOKMARKS -> true;
                    case LEVEL, VMCS -> !item.key().startsWith("other");
                    default -> false;
                });
    }

    public void setExpanded(String path, boolean shown) {
        expanded.put(path, shown);
    }

    /** Goes to what the row is about. */
    public void choose(MachineItem item) {
        item.target().ifPresent(target -> workspace.go(moment(target), target.selection()));
    }

    /** Goes there and brings up the view that shows it best. */
    public void open(MachineItem item) {
        choose(item);
        item.target().ifPresent(target -> workspace.showView(target.view()));
    }

    /** Compares what is shown with this row's snapshot. */
    public void compareWith(MachineItem item) {
        snapshot(item).ifPresent(other -> workspace.moveTo(workspace.moment().comparedWith(Optional.of(other))));
    }

    /** Whether {@link #compareWith} makes sense. */
    public boolean canCompareWith(MachineItem item) {
        return snapshot(item)
                .filter(other -> !workspace.moment().snapshot().equals(Optional.of(other)))
                .isPresent();
    }

    public void acknowledge(MachineItem item) {
        event(item, Kind.ALARM).ifPresent(annotations::acknowledge);
    }

    /** Whether the person may give the row another title. */
    public boolean canRename(MachineItem item) {
        return item.kind() == Kind.BOOKMARK;
    }

    public void renameBookmark(MachineItem item, String title) {
        event(item, Kind.BOOKMARK).ifPresent(bookmark -> annotations.renameBookmark(bookmark, title));
    }

    public void removeBookmark(MachineItem item) {
        event(item, Kind.BOOKMARK).ifPresent(annotations::removeBookmark);
    }

    /** What the row's snapshot is at this moment: shown, compared with, or neither. */
    public Role role(MachineItem item) {
        Moment moment = workspace.moment();
        Optional<SnapshotInfo> snapshot = snapshot(item);
        if (snapshot.isEmpty()) {
            return Role.NONE;
        }
        if (moment.snapshot().equals(snapshot)) {
            return Role.SHOWN;
        }
        return moment.baseline().equals(snapshot) ? Role.BASELINE : Role.NONE;
    }

    /** What a snapshot is at the moment. */
    public enum Role {
        SHOWN,
        BASELINE,
        NONE
    }

    private Moment moment(Target target) {
        @Nullable OpenTrace open = workspace.openTrace();
        Moment now = workspace.moment();
        if (open == null) {
            return now;
        }
        // A row of the snapshot that is shown anyway leaves the chosen baseline alone.
        return target.snapshot()
                .filter(snapshot -> !now.snapshot().equals(Optional.of(snapshot)))
                .map(open::at)
                .orElse(now);
    }

    private static Optional<SnapshotInfo> snapshot(MachineItem item) {
        return item.kind() == Kind.SNAPSHOT ? item.target().flatMap(Target::snapshot) : Optional.empty();
    }

    private static Optional<TraceEvent> event(MachineItem item, Kind kind) {
        return item.kind() == kind ? item.target().flatMap(Target::event) : Optional.empty();
    }
}
