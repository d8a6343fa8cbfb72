package org.ringside.app.timeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.EventKind;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceTime;

/** What the timeline shows and does, apart from how it is drawn. Belongs to the UI thread. */
public final class TimelineViewModel {
    /** What there is to show. */
    public enum State {
        /** No trace is open. */
        CLOSED,
        /** The trace is being read. */
        LOADING,
        /** The trace has neither snapshots nor events. */
        EMPTY,
        READY,
        /** The trace could not be read; a notification says why. */
        FAILED
    }

    /**
     * A marked stretch of time.
     *
     * @param from first moment, nanoseconds since 1970
     * @param until last moment
     */
    public record Area(long from, long until) {
        static Area between(long a, long b) {
            return new Area(Math.min(a, b), Math.max(a, b));
        }
    }

    private final Workspace workspace;
    private final BackgroundWork.Slot overviewSlot;
    private final BackgroundWork.Slot tileSlot;
    private final TimelineSteps steps;
    private final BackgroundWork.Slot countSlot;
    private final TileCache cache = new TileCache();

    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ObjectProperty<TimeViewport> viewport =
            new SimpleObjectProperty<>(this, "viewport", new TimeViewport(0, Durations.SECOND));
    private final DoubleProperty width = new SimpleDoubleProperty(this, "width", 0);
    private final BooleanProperty relative = new SimpleBooleanProperty(this, "relative");
    private final BooleanProperty emptyLanesShown = new SimpleBooleanProperty(this, "emptyLanesShown");
    private final ReadOnlyObjectWrapper<Optional<Area>> area =
            new ReadOnlyObjectWrapper<>(this, "area", Optional.empty());
    private final ReadOnlyObjectWrapper<String> areaText = new ReadOnlyObjectWrapper<>(this, "areaText", "");
    private final ReadOnlyIntegerWrapper revision = new ReadOnlyIntegerWrapper(this, "revision");

    private Subscription subscriptions = Subscription.EMPTY;
    private @Nullable OpenTrace shown;
    private @Nullable TileLoader loader;
    private Overview overview = Overview.NOTHING;
    private boolean fitPending;

    public TimelineViewModel(Workspace workspace) {
        this.workspace = workspace;
        overviewSlot = workspace.tasks().slot("Read the timeline");
        tileSlot = workspace.tasks().slot("Draw the timeline");
        steps = new TimelineSteps(workspace);
        countSlot = workspace.tasks().slot("Count the events marked");
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscriptions = Subscription.combine(
                workspace.openTraceProperty().subscribe(this::take),
                workspace.momentProperty().subscribe(this::follow),
                workspace.selectionProperty().subscribe(selected -> changed()),
                steps.focusedProperty().subscribe(this::changed),
                width.subscribe(this::widthChanged),
                emptyLanesShown.subscribe(this::changed),
                relative.subscribe(this::changed));
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        stopLoading();
        shown = null;
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    public ObjectProperty<TimeViewport> viewportProperty() {
        return viewport;
    }

    /** Width of the lanes in pixels; set by the view. */
    public DoubleProperty widthProperty() {
        return width;
    }

    /** Whether the axis counts from the first moment of the trace instead of saying the time of day. */
    public BooleanProperty relativeProperty() {
        return relative;
    }

    public BooleanProperty emptyLanesShownProperty() {
        return emptyLanesShown;
    }

    public ReadOnlyObjectProperty<Optional<Area>> areaProperty() {
        return area.getReadOnlyProperty();
    }

    /** How long the marked area is and what happened in it; empty if nothing is marked. */
    public ReadOnlyObjectProperty<String> areaTextProperty() {
        return areaText.getReadOnlyProperty();
    }

    /** Where the arrow keys have stopped. */
    ReadOnlyObjectProperty<Optional<Stop>> focusedProperty() {
        return steps.focusedProperty();
    }

    /** Changes whenever the picture has to be drawn again. */
    public ReadOnlyIntegerProperty revisionProperty() {
        return revision.getReadOnlyProperty();
    }

    public Moment moment() {
        return workspace.moment();
    }

    public Selection selection() {
        return workspace.selection();
    }

    /** Lanes on the screen, from the top. */
    public List<Lane> lanes() {
        return Lane.ALL.stream()
                .filter(lane -> emptyLanesShown.get() || overview.has(lane.kind()))
                .toList();
    }

    /** How many lanes have nothing in them. */
    public int emptyLanes() {
        return (int)
                Lane.ALL.stream().filter(lane -> !overview.has(lane.kind())).count();
    }

    /** The moment that relative times count from, if they are asked for. */
    public OptionalLong origin() {
        return relative.get() ? OptionalLong.of(overview.first()) : OptionalLong.empty();
    }

    /** The axis over the lanes. */
    TimeAxis.Axis axis(double spacing) {
        return relative.get()
                ? TimeAxis.relative(viewport.get(), width.get(), spacing, overview.first())
                : TimeAxis.absolute(viewport.get(), width.get(), spacing);
    }

    /** What to draw in each lane now; what is missing is being loaded and changes {@link #revisionProperty()} when it is there. */
    List<LanePicture> pictures() {
        SequencedSet<TileKey> missing = new LinkedHashSet<>();
        List<LanePicture> pictures = new ArrayList<>();
        for (Lane lane : lanes()) {
            pictures.add(
                    lane.kind() == EventKind.SNAPSHOT
                            ? LanePicture.ofSnapshots(lane, viewport.get(), width.get(), snapshots())
                            : overview.has(lane.kind())
                                    ? LanePicture.ofEvents(lane, viewport.get(), width.get(), cache, missing)
                                    : new LanePicture(lane, List.of(), 0));
        }
        if (loader != null) {
            loader.want(missing);
        }
        return pictures;
    }

    /** Whether something on the screen is still to come. */
    boolean isLoading() {
        return state.get() == State.LOADING || (loader != null && loader.isBusy());
    }

    /** Shows the whole trace. */
    public void fit() {
        if (!overview.isEmpty() && width.get() > 0) {
            viewport.set(TimeViewport.showing(overview.first(), overview.last(), width.get()));
            changed();
        }
    }

    /** Shows the marked area, or else what is selected between its neighbours. */
    public void fitArea() {
        area.get().ifPresent(marked -> show(marked.from(), marked.until()));
    }

    void show(long from, long until) {
        if (width.get() > 0) {
            viewport.set(TimeViewport.showing(from, until, width.get()));
            changed();
        }
    }

    public void zoomAt(double x, double factor) {
        viewport.set(viewport.get().zoomedAt(x, factor));
        changed();
    }

    public void pan(double pixels) {
        viewport.set(viewport.get().panned(pixels));
        changed();
    }

    /** Moves the time cursor to a pixel, and with it every view. */
    public void moveCursor(double x) {
        steps.forget();
        workspace.moveTo(viewport.get().traceTime(x));
    }

    /** Marks what lies between two pixels. */
    public void mark(double fromX, double toX) {
        mark(Area.between(viewport.get().time(fromX), viewport.get().time(toX)));
    }

    void mark(Area marked) {
        area.set(Optional.of(marked));
        areaText.set(Durations.text(marked.until() - marked.from()) + " marked");
        OpenTrace open = shown;
        if (open != null) {
            List<Lane> counted = lanes();
            countSlot.run(monitor -> AreaCounts.count(open, counted, marked, monitor), areaText::set);
        }
        changed();
    }

    public void clearArea() {
        countSlot.cancel();
        area.set(Optional.empty());
        areaText.set("");
        changed();
    }

    /** Selects what a mark stands for and moves the time cursor there; of several, the first of the worst. */
    void select(Mark mark) {
        switch (mark) {
            case Mark.Events events -> select(new Stop.AtEvent(events.representative()));
            case Mark.Snapshots snapshots ->
                select(new Stop.AtSnapshot(snapshots.snapshots().getLast()));
            case Mark.Bar bar -> workspace.moveTo(new TraceTime(bar.from()));
            case Mark.Loading loading -> workspace.moveTo(new TraceTime(loading.from()));
        }
    }

    /** Selects where the arrow keys have stopped. */
    public void selectFocused() {
        focusedProperty().get().ifPresent(this::select);
    }

    /** Moves the time cursor to the next or previous event or snapshot in the lanes on the screen. */
    public void step(boolean forward) {
        if (shown != null) {
            steps.step(shown, lanes(), forward);
        }
    }

    private void select(Stop stop) {
        if (shown != null) {
            steps.select(shown, stop);
        }
    }

    private List<SnapshotInfo> snapshots() {
        return shown == null ? List.of() : shown.snapshots();
    }

    private void take(@Nullable OpenTrace open) {
        boolean sameFile = shown != null && open != null && shown.trace().equals(open.trace());
        stopLoading();
        shown = open;
        cache.clear();
        if (!sameFile) {
            overview = Overview.NOTHING;
            steps.forget();
            clearArea();
        }
        if (open == null) {
            state.set(State.CLOSED);
            changed();
            return;
        }
        if (!sameFile) {
            state.set(State.LOADING);
        }
        overviewSlot.run(monitor -> readOverview(open), read -> begin(open, read, !sameFile));
        changed();
    }

    private Overview readOverview(OpenTrace open) throws IOException {
        try {
            return Overview.read(open);
        } catch (IOException | RuntimeException failure) {
            workspace.ui().execute(() -> {
                if (open.equals(shown)) {
                    failed();
                }
            });
            throw failure;
        }
    }

    private void begin(OpenTrace open, Overview read, boolean fit) {
        overview = read;
        loader = new TileLoader(
                open.trace(), work -> tileSlot.run(work, done -> {}), workspace.ui(), this::arrived, this::failed);
        state.set(read.isEmpty() ? State.EMPTY : State.READY);
        fitPending |= fit;
        widthChanged();
        changed();
    }

    private void arrived(TileKey key, Tile tile) {
        cache.put(key, tile);
        changed();
    }

    private void failed() {
        state.set(State.FAILED);
        changed();
    }

    private void stopLoading() {
        overviewSlot.cancel();
        tileSlot.cancel();
        steps.cancel();
        countSlot.cancel();
        if (loader != null) {
            loader.stop();
            loader = null;
        }
    }

    private void widthChanged() {
        if (fitPending && width.get() > 0 && !overview.isEmpty()) {
            fitPending = false;
            fit();
        }
        changed();
    }

    /** Keeps the time cursor on the screen when something else has moved it. */
    private void follow(Moment moment) {
        if (state.get() == State.READY && width.get() > 0) {
            viewport.set(viewport.get().revealing(moment.time().epochNanoseconds(), 0, width.get()));
        }
        changed();
    }

    private void changed() {
        revision.set(revision.get() + 1);
    }
}
