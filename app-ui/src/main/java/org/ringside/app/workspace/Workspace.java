package org.ringside.app.workspace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceTime;
import org.ringside.trace.symbols.SymbolFiles;

/** The root of all view-models: one open trace, one moment, one selection, one history of both. Belongs to the UI thread. */
public final class Workspace {
    private record Place(Moment moment, Selection selection) {}

    private static final int HISTORY = 500;

    private final UiThread ui;
    private final TraceOpener opener;
    private final Notifications notifications = new Notifications();
    private final BackgroundWork tasks;
    private final StructureSearch structures;
    private final ActionRegistry actions = new ActionRegistry();
    private final UndoStack undo = new UndoStack();
    private final ReadOnlyObjectWrapper<@Nullable OpenTrace> openTrace = new ReadOnlyObjectWrapper<>(this, "openTrace");
    private final ReadOnlyObjectWrapper<Moment> moment = new ReadOnlyObjectWrapper<>(this, "moment", Moment.NONE);
    private final ReadOnlyObjectWrapper<Selection> selection =
            new ReadOnlyObjectWrapper<>(this, "selection", Selection.nothing());
    private final ReadOnlyObjectWrapper<SymbolTable> symbols =
            new ReadOnlyObjectWrapper<>(this, "symbols", SymbolTable.empty());
    private final ReadOnlyBooleanWrapper canGoBack = new ReadOnlyBooleanWrapper(this, "canGoBack");
    private final ReadOnlyBooleanWrapper canGoForward = new ReadOnlyBooleanWrapper(this, "canGoForward");
    private final List<Consumer<String>> viewListeners = new ArrayList<>();
    private final List<Place> history = new ArrayList<>();
    private int current = -1;

    /**
     * Makes an empty workspace.
     *
     * @param ui the thread that owns it
     * @param opener opens trace files
     */
    public Workspace(UiThread ui, TraceOpener opener) {
        this.ui = ui;
        this.opener = opener;
        this.tasks = new BackgroundWork(ui, notifications);
        this.structures = new StructureSearch(tasks);
    }

    public UiThread ui() {
        return ui;
    }

    public BackgroundWork tasks() {
        return tasks;
    }

    /** The structures of hypervisors in the snapshots of the open trace. */
    public StructureSearch structures() {
        return structures;
    }

    public Notifications notifications() {
        return notifications;
    }

    public ActionRegistry actions() {
        return actions;
    }

    public UndoStack undo() {
        return undo;
    }

    /** The open trace as it was last read; null if none is open. */
    public ReadOnlyObjectProperty<@Nullable OpenTrace> openTraceProperty() {
        return openTrace.getReadOnlyProperty();
    }

    public @Nullable OpenTrace openTrace() {
        return openTrace.get();
    }

    public ReadOnlyObjectProperty<Moment> momentProperty() {
        return moment.getReadOnlyProperty();
    }

    public Moment moment() {
        return moment.get();
    }

    public ReadOnlyObjectProperty<Selection> selectionProperty() {
        return selection.getReadOnlyProperty();
    }

    public Selection selection() {
        return selection.get();
    }

    /** Names of the guarded kernel's addresses; an empty table until some were loaded. */
    public ReadOnlyObjectProperty<SymbolTable> symbolsProperty() {
        return symbols.getReadOnlyProperty();
    }

    public SymbolTable symbols() {
        return symbols.get();
    }

    /** Takes names for the open trace's addresses; the empty table takes them away. */
    public void show(SymbolTable names) {
        ui.check();
        symbols.set(names);
    }

    /** Reads a System.map or kallsyms in the background and takes its names; what is odd about it becomes a notification. */
    public TaskHandle loadSymbols(Path file) {
        return tasks.run("Read symbols " + file.getFileName(), monitor -> SymbolFiles.read(file), read -> {
            show(read);
            if (!read.findings().isEmpty()) {
                notifications.warn(
                        "Symbols of " + file.getFileName(),
                        String.join(
                                "\n",
                                read.findings().stream().map(Finding::message).toList()));
            }
        });
    }

    /** Opens a trace file in the background and shows its last moment; the trace that was open is closed. */
    public TaskHandle open(Path path) {
        return tasks.run(
                "Open " + path.getFileName(),
                monitor -> {
                    Trace trace = opener.open(path);
                    try {
                        return OpenTrace.read(trace);
                    } catch (Exception failure) {
                        trace.close();
                        throw failure;
                    }
                },
                this::show);
    }

    /** Reads the open trace again, after it has grown; moment and selection stay. */
    public void refresh() {
        OpenTrace shown = openTrace.get();
        if (shown != null) {
            tasks.run("Read " + shown.trace().path().getFileName(), monitor -> OpenTrace.read(shown.trace()), read -> {
                OpenTrace now = openTrace.get();
                if (now != null && now.trace().equals(shown.trace())) {
                    openTrace.set(read);
                    if (moment.get().snapshot().isEmpty()) {
                        moveTo(read.latest());
                    }
                }
            });
        }
    }

    /** Shows an open trace, from its last moment, with the names of a symbol file that lies beside it. The trace that was open is closed once nothing reads it any more. */
    public void show(OpenTrace opened) {
        close();
        openTrace.set(opened);
        moveTo(opened.latest());
        tasks.run(
                "Look for symbols",
                monitor -> SymbolFiles.beside(opened.trace().path()),
                found -> found.ifPresent(this::loadSymbols));
    }

    /** Closes the open trace, if there is one, once nothing reads it any more. */
    public void close() {
        OpenTrace old = openTrace.get();
        if (old == null) {
            return;
        }
        List<TaskHandle> readers = List.copyOf(tasks.running());
        readers.forEach(TaskHandle::cancel);
        history.clear();
        current = -1;
        openTrace.set(null);
        moment.set(Moment.NONE);
        selection.set(Selection.nothing());
        symbols.set(SymbolTable.empty());
        structures.clear();
        undo.clear();
        updateHistory();
        tasks.run(
                "Close " + old.trace().path().getFileName(),
                monitor -> {
                    readers.forEach(reader -> reader.finished().join());
                    old.trace().close();
                    return old;
                },
                closed -> {});
    }

    /** Selects, in every view; a step of the history. */
    public void select(Selection selected) {
        go(new Place(moment.get(), selected));
    }

    /** Moves every view to a moment; a step of the history unless only the time differs. */
    public void moveTo(Moment target) {
        go(new Place(target, selection.get()));
    }

    /** Moves to the moment of a snapshot of the open trace. */
    public void moveTo(SnapshotInfo snapshot) {
        OpenTrace open = openTrace.get();
        if (open != null) {
            moveTo(open.at(snapshot));
        }
    }

    /** Moves the time cursor in the open trace. */
    public void moveTo(TraceTime time) {
        OpenTrace open = openTrace.get();
        if (open != null) {
            moveTo(open.at(time));
        }
    }

    /** Both at once: one step of the history. */
    public void go(Moment target, Selection selected) {
        go(new Place(target, selected));
    }

    /**
     * Goes to where an event points: its moment, its baseline, its bytes; and brings up the view that shows it best: the comparison if
     * there is something to compare with, else memory.
     */
    public void follow(EvidenceLink link) {
        OpenTrace open = openTrace.get();
        if (open != null) {
            Moment target = open.snapshot(link.snapshot())
                    .map(open::at)
                    .map(at -> link.baseline().isPresent()
                            ? at.comparedWith(link.baseline().flatMap(open::snapshot))
                            : at)
                    .orElseGet(moment::get);
            go(target, new Selection.Bytes(link.span()));
            showView(link.baseline().isPresent() ? "diff" : "memory");
        }
    }

    public ReadOnlyBooleanProperty canGoBackProperty() {
        return canGoBack.getReadOnlyProperty();
    }

    public ReadOnlyBooleanProperty canGoForwardProperty() {
        return canGoForward.getReadOnlyProperty();
    }

    public void back() {
        if (current > 0) {
            current--;
            apply(history.get(current));
        }
    }

    public void forward() {
        if (current + 1 < history.size()) {
            current++;
            apply(history.get(current));
        }
    }

    /** Asks the window to bring up a view, by its id, and to give it the focus. */
    public void showView(String id) {
        List.copyOf(viewListeners).forEach(listener -> listener.accept(id));
    }

    /**
     * Hears of {@link #showView}.
     *
     * @return stops hearing
     */
    public Runnable onShowView(Consumer<String> listener) {
        viewListeners.add(listener);
        return () -> viewListeners.remove(listener);
    }

    private void go(Place target) {
        ui.check();
        Place here = current < 0 ? null : history.get(current);
        if (target.equals(here)) {
            return;
        }
        history.subList(current + 1, history.size()).clear();
        boolean onlyTimePassed =
                here != null && here.selection.equals(target.selection) && here.moment.sameEvidence(target.moment);
        if (onlyTimePassed) {
            history.removeLast();
        } else if (history.size() == HISTORY) {
            history.removeFirst();
        }
        history.add(target);
        current = history.size() - 1;
        apply(target);
    }

    private void apply(Place place) {
        moment.set(place.moment);
        selection.set(place.selection);
        updateHistory();
    }

    private void updateHistory() {
        canGoBack.set(current > 0);
        canGoForward.set(current + 1 < history.size());
    }
}
