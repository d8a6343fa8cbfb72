package org.ringside.app.inspector;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.inspector.InspectorPage.Target;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** What the inspector shows of the selection. Belongs to the UI thread. */
public final class InspectorViewModel {
    /** Snapshots whose mappings are kept: what is shown, its baseline, and those looked at just before. */
    private static final int KEPT = 4;

    /**
     * What a page is made from; changes to any of it make another page.
     *
     * @param open the trace
     * @param moment what is shown and compared
     * @param selection what is selected
     * @param symbols names
     * @param structures what was found in the shown snapshot, if it was looked through
     */
    private record Subject(
            OpenTrace open,
            Moment moment,
            Selection selection,
            SymbolTable symbols,
            Optional<FoundStructures> structures) {}

    private final Workspace workspace;
    private final BackgroundWork.Slot slot;
    private final ReadOnlyObjectWrapper<Optional<InspectorPage>> page =
            new ReadOnlyObjectWrapper<>(this, "page", Optional.empty());
    private final ReadOnlyBooleanWrapper traceOpen = new ReadOnlyBooleanWrapper(this, "traceOpen");
    private final Evidences evidences = new Evidences();
    private Subscription subscriptions = Subscription.EMPTY;

    public InspectorViewModel(Workspace workspace) {
        this.workspace = workspace;
        slot = workspace.tasks().slot("Inspect the selection");
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscriptions = Subscription.combine(
                workspace.openTraceProperty().subscribe(open -> {
                    evidences.clear();
                    update();
                }),
                workspace.momentProperty().subscribe((was, is) -> {
                    if (!was.sameEvidence(is)) {
                        update();
                    }
                }),
                workspace.selectionProperty().subscribe(this::update),
                workspace.symbolsProperty().subscribe(this::update),
                workspace.structures().searchesProperty().subscribe((was, is) -> {
                    if (needsStructures(workspace.selection())) {
                        update();
                    }
                }));
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        slot.cancel();
        evidences.clear();
    }

    /** What is shown; empty if nothing is selected. */
    public ReadOnlyObjectProperty<Optional<InspectorPage>> pageProperty() {
        return page.getReadOnlyProperty();
    }

    public ReadOnlyBooleanProperty traceOpenProperty() {
        return traceOpen.getReadOnlyProperty();
    }

    /** The page as text. */
    public String text() {
        return page.get().map(InspectorText::of).orElse("");
    }

    /** Goes where a link leads. */
    public void go(Target target) {
        switch (target) {
            case Target.Select(Selection selection) -> workspace.select(selection);
            case Target.Follow follow -> workspace.follow(follow.link());
            case Target.Show(SnapshotInfo snapshot) -> workspace.moveTo(snapshot);
        }
    }

    private static boolean needsStructures(Selection selection) {
        return selection instanceof Selection.Vmcs || selection instanceof Selection.GuestAddress;
    }

    private void update() {
        OpenTrace open = workspace.openTrace();
        traceOpen.set(open != null);
        Selection selection = workspace.selection();
        slot.cancel();
        if (open == null || selection instanceof Selection.Nothing) {
            page.set(Optional.empty());
            return;
        }
        Subject subject = new Subject(
                open,
                workspace.moment(),
                selection,
                workspace.symbols(),
                workspace.moment().snapshot().flatMap(workspace.structures()::found));
        slot.run(monitor -> make(subject, monitor), page::set);
    }

    private Optional<InspectorPage> make(Subject subject, ProgressMonitor monitor) throws IOException {
        OpenTrace open = subject.open();
        return switch (subject.selection()) {
            case Selection.Nothing nothing -> Optional.empty();
            case Selection.Machine(String name) -> Optional.of(TracePages.ofMachine(name, open));
            case Selection.Snapshot(SnapshotInfo snapshot) -> Optional.of(TracePages.ofSnapshot(snapshot, open));
            case Selection.Event(TraceEvent event) -> Optional.of(TracePages.ofEvent(event, open));
            case Selection.Vmcs(long address) -> VmcsPages.of(address, subject.structures());
            case Selection.GuestAddress guest -> VmcsPages.ofAddress(guest, subject.structures());
            case Selection.Node node -> Optional.of(NodePages.of(node.path(), baseline(subject)));
            case Selection.Bytes(ByteSpan span) -> bytes(subject, monitor).map(pages -> pages.ofSpan(span));
            case Selection.Page(long address) -> bytes(subject, monitor).map(pages -> pages.ofPage(address));
        };
    }

    private Optional<BytesPages> bytes(Subject subject, ProgressMonitor monitor) throws IOException {
        Optional<SnapshotInfo> snapshot = subject.moment().snapshot();
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        SnapshotEvidence now = evidences.get(subject.open(), snapshot.get());
        return Optional.of(new BytesPages(now, baseline(subject), subject.symbols(), monitor));
    }

    private Optional<SnapshotEvidence> baseline(Subject subject) throws IOException {
        Optional<SnapshotInfo> baseline = subject.moment().baseline();
        return baseline.isEmpty() ? Optional.empty() : Optional.of(evidences.get(subject.open(), baseline.get()));
    }

    /** What was found in the snapshots looked at last. */
    private static final class Evidences {
        private final Map<SnapshotId, SnapshotEvidence> known = new LinkedHashMap<>();
        private @Nullable OpenTrace owner;

        synchronized SnapshotEvidence get(OpenTrace open, SnapshotInfo snapshot) throws IOException {
            if (!open.equals(owner)) {
                known.clear();
                owner = open;
            }
            SnapshotEvidence found = known.remove(snapshot.id());
            if (found == null) {
                found = new SnapshotEvidence(open, snapshot);
            }
            known.put(snapshot.id(), found);
            if (known.size() > KEPT) {
                known.remove(known.keySet().iterator().next());
            }
            return found;
        }

        synchronized void clear() {
            known.clear();
            owner = null;
        }
    }

    /** Selects a part of a decoded tree. */
    void select(List<StructureNode> path) {
        workspace.select(new Selection.Node(path));
    }
}
