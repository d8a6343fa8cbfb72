package org.ringside.app.map;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.memory.PageChanges;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

/** What the change map shows: a picture of all pages, a part of it, a cursor. Belongs to the UI thread. */
public final class MapViewModel {
    private static final Messages MESSAGES = Messages.of(MapViewModel.class);
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final Workspace workspace;
    private final BackgroundWork.Slot loading;
    private final BackgroundWork.Slot drawing;
    private final ReadOnlyObjectWrapper<@Nullable MapContent> content = new ReadOnlyObjectWrapper<>(this, "content");
    private final ReadOnlyObjectWrapper<MapViewport> viewport =
            new ReadOnlyObjectWrapper<>(this, "viewport", MapViewport.EMPTY);
    private final ReadOnlyObjectWrapper<@Nullable MapPicture> picture = new ReadOnlyObjectWrapper<>(this, "picture");
    private final ReadOnlyLongWrapper cursor = new ReadOnlyLongWrapper(this, "cursor");
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(this, "busy");
    private final BooleanProperty emphasis = new SimpleBooleanProperty(this, "emphasis", true);
    private MapPalette palette = MapPalette.BLACK;
    private boolean fitted = true;
    private @Nullable OpenTrace loadedTrace;
    private @Nullable Moment loadedMoment;
    private Subscription subscription = Subscription.EMPTY;

    /**
     * A loaded map.
     *
     * @param snapshot what is shown
     * @param baseline what it is compared with
     * @param pyramid the states of all pages
     * @param changes what differs
     */
    public record MapContent(
            SnapshotInfo snapshot, Optional<SnapshotInfo> baseline, PagePyramid pyramid, PageChanges changes) {}

    public MapViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.loading = workspace.tasks().slot(MESSAGES.get("task.map"));
        this.drawing = workspace.tasks().slot(MESSAGES.get("task.draw"));
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscription = Subscription.combine(
                workspace.openTraceProperty().subscribe(trace -> follow()),
                workspace.momentProperty().subscribe(moment -> follow()),
                workspace.selectionProperty().subscribe(this::selected),
                emphasis.subscribe(this::draw));
        draw();
    }

    /** Stops following; the last picture stays. */
    public void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
        loading.cancel();
        drawing.cancel();
        if (content.get() == null) {
            loadedMoment = null;
        }
    }

    /** The map; null while there is no snapshot, or it is being made. */
    public ReadOnlyObjectProperty<@Nullable MapContent> contentProperty() {
        return content.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<MapViewport> viewportProperty() {
        return viewport.getReadOnlyProperty();
    }

    /** The latest finished picture; it may be of an earlier viewport. */
    ReadOnlyObjectProperty<@Nullable MapPicture> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    /** Physical address of the page under the cursor. */
    public ReadOnlyLongProperty cursorProperty() {
        return cursor.getReadOnlyProperty();
    }

    /** Whether a map is being made. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Whether changed pages have a halo where they are small. */
    public BooleanProperty emphasisProperty() {
        return emphasis;
    }

    /** Snapshots that the shown one can be compared with: all others, those of the same machine first. */
    public List<SnapshotInfo> baselines() {
        OpenTrace trace = workspace.openTrace();
        Optional<SnapshotInfo> shown = workspace.moment().snapshot();
        if (trace == null || shown.isEmpty()) {
            return List.of();
        }
        List<SnapshotInfo> others = new ArrayList<>(trace.snapshots());
        others.remove(shown.get());
        others.sort((one, other) -> Boolean.compare(
                !one.machine().equals(shown.get().machine()),
                !other.machine().equals(shown.get().machine())));
        return List.copyOf(others);
    }

    /** Compares with another snapshot, in all views. */
    public void compareWith(SnapshotInfo baseline) {
        workspace.moveTo(workspace.moment().comparedWith(Optional.of(baseline)));
    }

    /** Says how large the pane is, in pixels. */
    public void resize(int width, int height) {
        MapViewport shown = viewport.get();
        if (width < 1 || height < 1 || (width == shown.width() && height == shown.height())) {
            return;
        }
        MapContent map = content.get();
        if (map == null) {
            viewport.set(new MapViewport(0, 0, 0, width, height));
        } else {
            show(
                    fitted
                            ? MapViewport.fitting(map.pyramid(), width, height)
                            : shown.resized(map.pyramid(), width, height));
        }
    }

    void use(MapPalette colors) {
        if (!colors.equals(palette)) {
            palette = colors;
            draw();
        }
    }

    /** Shows the whole picture. */
    public void fit() {
        fitted = true;
        change(map -> MapViewport.fitting(
                map.pyramid(), viewport.get().width(), viewport.get().height()));
    }

    /** Zooms with the cell at a pixel staying where it is. */
    public void zoom(int steps, double x, double y) {
        fitted = false;
        change(map -> viewport.get().zoomed(map.pyramid(), step(viewport.get().zoom(), steps), x, y));
    }

    /** Steps are finer near the size of a pixel and wider beyond. */
    private static int step(int zoom, int steps) {
        int size = zoom + 1;
        return zoom >= 4 ? (steps > 0 ? size * 3 / 2 : size * 2 / 3) - 1 : zoom + steps;
    }

    public void pan(long deltaX, long deltaY) {
        fitted = false;
        change(map -> viewport.get().moved(map.pyramid(), deltaX, deltaY));
    }

    /** The page at a pixel; empty beside the picture. */
    public OptionalLong pageAt(double x, double y) {
        MapContent map = content.get();
        if (map == null) {
            return OptionalLong.empty();
        }
        long column = viewport.get().column(x);
        long row = viewport.get().row(y);
        PagePyramid pyramid = map.pyramid();
        if (column < 0 || row < 0 || column >= pyramid.columns() || row >= pyramid.rows()) {
            return OptionalLong.empty();
        }
        long first = pyramid.address((int) column, (int) row);
        if (first >= pyramid.pages() * PAGE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(telling(map, first, (int) column, (int) row));
    }

    /** Where a pixel stands for several pages, the first one that differs is meant. */
    private long telling(MapContent map, long first, int column, int row) {
        int level = viewport.get().level();
        PagePyramid pyramid = map.pyramid();
        PageState wanted = pyramid.state(level, column >> level, row >> level);
        if (!wanted.isDifference() || (level == 0 && pyramid.pagesPerCell() == 1)) {
            return first;
        }
        int side = 1 << level;
        for (int line = 0; line < side; line++) {
            long start = pyramid.address(column >> level << level, (row >> level << level) + line);
            long end = start + side * pyramid.pagesPerCell() * PAGE;
            if (map.changes().at(start).isPresent()) {
                return start;
            }
            OptionalLong next = map.changes().next(start);
            if (next.isPresent() && next.getAsLong() < end) {
                return next.getAsLong();
            }
        }
        return first;
    }

    /** What is known of a page, for a tooltip. */
    public String describe(long address) {
        MapContent map = content.get();
        if (map == null) {
            return "";
        }
        PagePyramid pyramid = map.pyramid();
        String state = map.changes()
                .at(address)
                .map(change -> switch (change) {
                    case CHANGED -> PageState.CHANGED;
                    case APPEARED -> PageState.APPEARED;
                    case VANISHED -> PageState.VANISHED;
                })
                .orElseGet(() -> pyramid.state(0, pyramid.column(address), pyramid.row(address)))
                .title();
        return MESSAGES.get("page", Formats.address(address), address / PAGE, state.toLowerCase(Locale.ROOT));
    }

    /** Puts the cursor on a page and selects it in all views. */
    public void select(long address) {
        moveCursor(address);
        workspace.select(new Selection.Page(address));
    }

    /** Moves the cursor by columns and rows of the picture as it is seen. */
    public void moveCursor(int columns, int rows) {
        MapContent map = content.get();
        if (map != null) {
            PagePyramid pyramid = map.pyramid();
            int side = 1 << viewport.get().level();
            long cell = pyramid.pagesPerCell() * PAGE;
            long delta = (columns + (long) rows * pyramid.columns()) * side * cell;
            long last = (pyramid.pages() - 1) * PAGE;
            moveCursor(Math.clamp(cursor.get() + delta, 0, last));
        }
    }

    /** Selects the page under the cursor and brings up its bytes. */
    public void open() {
        workspace.select(new Selection.Page(cursor.get()));
        workspace.showView("memory");
    }

    /** Selects the nearest page after or before the cursor that differs; says whether there is one. */
    public boolean goToChange(boolean forward) {
        MapContent map = content.get();
        if (map == null) {
            return false;
        }
        OptionalLong target =
                forward ? map.changes().next(cursor.get()) : map.changes().previous(cursor.get());
        target.ifPresent(this::select);
        return target.isPresent();
    }

    private void moveCursor(long address) {
        cursor.set(address & -PAGE);
        MapContent map = content.get();
        if (map != null && address < map.pyramid().pages() * PAGE) {
            PagePyramid pyramid = map.pyramid();
            show(viewport.get().revealing(pyramid, pyramid.column(address), pyramid.row(address)));
        }
    }

    private void selected(Selection selection) {
        switch (selection) {
            case Selection.Page(long address) -> moveCursor(address);
            case Selection.Bytes(var span)
            when span.space() instanceof AddressSpace.Physical -> moveCursor(span.address());
            default -> {}
        }
    }

    private void follow() {
        OpenTrace trace = workspace.openTrace();
        Moment moment = workspace.moment();
        if (trace == null || moment.snapshot().isEmpty()) {
            loading.cancel();
            drawing.cancel();
            loadedMoment = null;
            content.set(null);
            picture.set(null);
            busy.set(false);
            return;
        }
        boolean same = loadedMoment != null
                && loadedMoment.sameEvidence(moment)
                && loadedTrace != null
                && loadedTrace.trace().equals(trace.trace());
        if (same) {
            return;
        }
        loadedMoment = moment;
        loadedTrace = trace;
        busy.set(true);
        SnapshotInfo snapshot = moment.snapshot().get();
        loading.run(monitor -> load(trace, snapshot, moment.baseline(), monitor), this::loaded);
    }

    private static MapContent load(
            OpenTrace trace, SnapshotInfo snapshot, Optional<SnapshotInfo> baseline, ProgressMonitor monitor)
            throws IOException {
        PageChanges changes = baseline.isPresent()
                ? PageChanges.of(trace.trace().diff(baseline.get().id(), snapshot.id()))
                : PageChanges.NONE;
        List<AddressRange> zeros = trace.trace().memory(snapshot.id()).zeroRanges();
        PagePyramid pyramid = PagePyramid.build(
                snapshot.ranges(), baseline.map(SnapshotInfo::ranges).orElse(List.of()), zeros, changes, monitor);
        return new MapContent(snapshot, baseline, pyramid, changes);
    }

    private void loaded(MapContent map) {
        MapContent before = content.get();
        content.set(map);
        busy.set(false);
        boolean sameShape =
                before != null && before.pyramid().pages() == map.pyramid().pages();
        if (!sameShape) {
            fit();
        } else {
            draw();
        }
        selected(workspace.selection());
    }

    private void change(Function<MapContent, MapViewport> to) {
        MapContent map = content.get();
        if (map != null) {
            show(to.apply(map));
        }
    }

    private void show(MapViewport target) {
        viewport.set(target);
        draw();
    }

    private void draw() {
        MapContent map = content.get();
        if (map == null) {
            return;
        }
        MapViewport shown = viewport.get();
        MapPalette colors = palette;
        boolean halo = emphasis.get();
        drawing.run(monitor -> MapPicture.draw(map.pyramid(), shown, colors, halo), picture::set);
    }

    /** The newest task of both slots is not needed any more once nothing is shown. */
    Optional<String> title() {
        return Optional.ofNullable(content.get())
                .map(map -> map.baseline()
                        .map(baseline ->
                                baseline.name() + " → " + map.snapshot().name())
                        .orElse(Objects.toString(map.snapshot().name())));
    }
}
