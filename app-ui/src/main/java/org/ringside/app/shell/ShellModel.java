package org.ringside.app.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.state.WindowState;
import org.ringside.app.state.WindowStateStore;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;

/** What the window does, apart from how it looks: opens traces, remembers them, keeps the window's state. No scene graph. */
public final class ShellModel {
    private final Workspace workspace;
    private final Optional<WindowStateStore> store;
    private final SampleTrace sample;
    private final ObjectProperty<Theme> theme;
    private final ObservableList<Path> recent = FXCollections.observableArrayList();
    private final ObservableList<Path> readOnlyRecent = FXCollections.unmodifiableObservableList(recent);
    private WindowState state;
    private Optional<DockLayout> layout;

    /**
     * Makes the model of one window.
     *
     * @param store where the state is kept; empty to keep nothing
     */
    public ShellModel(Workspace workspace, WindowState initial, Optional<WindowStateStore> store, SampleTrace sample) {
        this.workspace = workspace;
        this.state = initial;
        this.store = store;
        this.sample = sample;
        this.layout = initial.layout();
        this.theme = new SimpleObjectProperty<>(Theme.find(initial.theme()).orElse(Theme.DARK));
        recent.setAll(initial.recent());
        workspace.openTraceProperty().subscribe(this::remember);
    }

    public Workspace workspace() {
        return workspace;
    }

    public ObjectProperty<Theme> themeProperty() {
        return theme;
    }

    /** Traces that were opened, the latest first. */
    public ObservableList<Path> recent() {
        return readOnlyRecent;
    }

    public WindowState state() {
        return state;
    }

    /** The arrangement of panes that was stored; empty for the standard one. */
    public Optional<DockLayout> storedLayout() {
        return layout;
    }

    /** Opens a trace in the background. */
    public void open(Path path) {
        workspace.open(path.toAbsolutePath().normalize());
    }

    /** Opens the person's copy of the bundled trace. */
    public void openSample() {
        workspace.tasks().run("Open the sample trace", monitor -> sample.provide(), this::open);
    }

    /** Opens what was open when the window was last closed, or else the sample if there is one; quietly nothing if neither is there. */
    public void openLast() {
        Optional<Path> last = state.lastTrace();
        workspace
                .tasks()
                .run(
                        "Look for the last trace",
                        monitor -> {
                            Optional<Path> present = last.filter(Files::isRegularFile);
                            if (present.isPresent() || sample.bundled().isEmpty()) {
                                return present;
                            }
                            return Optional.of(sample.provide());
                        },
                        found -> found.ifPresent(this::open));
    }

    /** Takes a trace off the list of recent ones. */
    public void forget(Path path) {
        state = state.forgotten(path);
        recent.setAll(state.recent());
    }

    public void closeTrace() {
        workspace.close();
        state = state.closed();
    }

    /**
     * Remembers the window as it is now and stores it.
     *
     * @param whenStored runs on the UI thread when it is on disk, or could not be stored, which was then told
     */
    public void save(
            Optional<WindowState.Bounds> bounds,
            boolean maximized,
            Optional<DockLayout> layoutNow,
            Runnable whenStored) {
        layout = layoutNow;
        state = state.withWindow(bounds, maximized).withTheme(theme.get().id()).withLayout(layoutNow);
        WindowState toSave = state;
        store.ifPresentOrElse(
                present -> workspace
                        .tasks()
                        .run(
                                "Store the window's state",
                                monitor -> {
                                    present.save(toSave);
                                    return toSave;
                                },
                                done -> {},
                                whenStored),
                whenStored);
    }

    private void remember(OpenTrace open) {
        if (open != null) {
            state = state.opened(open.trace().path());
            if (!List.copyOf(recent).equals(state.recent())) {
                recent.setAll(state.recent());
            }
        }
    }
}
