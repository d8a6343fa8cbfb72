package org.ringside.app.map;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.memory.PageChanges;
import org.ringside.app.structures.FoundUnit;
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
    private static final int MOST_DEVICES = 12;

    private final Workspace workspace;
    private final BackgroundWork.Slot loading;
    private final PictureModel picture;
    private final ReadOnlyObjectWrapper<@Nullable MapContent> content = new ReadOnlyObjectWrapper<>(this, "content");
    private final BackgroundWork.Slot overlaying;
    private final BooleanProperty writers = new SimpleBooleanProperty(this, "writers");
    private final ReadOnlyObjectWrapper<@Nullable WriterOverlay> overlay = new ReadOnlyObjectWrapper<>(this, "overlay");
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(this, "busy");
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
        this.overlaying = workspace.tasks().slot(MESSAGES.get("task.writers"));
        this.picture = new PictureModel(workspace.tasks().slot(MESSAGES.get("task.draw")));
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscription = Subscription.combine(
                workspace.openTraceProperty().subscribe(trace -> follow()),
                workspace.momentProperty().subscribe(moment -> follow()),
                workspace.selectionProperty().subscribe(this::selected),
                writers.subscribe(on -> present()));
        picture.draw();
    }

    /** Stops following; the last picture stays. */
    public void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
        loading.cancel();
        overlaying.cancel();
        picture.cancel();
        if (content.get() == null) {
            loadedMoment = null;
        }
    }

    /** The map; null while there is no snapshot, or it is being made. */
    public ReadOnlyObjectProperty<@Nullable MapContent> contentProperty() {
        return content.getReadOnlyProperty();
    }

    /** The picture, the part of it that is seen, and the cursor. */
    public PictureModel picture() {
        return picture;
    }

    ReadOnlyObjectProperty<MapViewport> viewportProperty() {
        return picture.viewportProperty();
    }

    /** Physical address of the page under the cursor. */
    public ReadOnlyLongProperty cursorProperty() {
        return picture.cursorProperty();
    }

    /** Whether a map is being made. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Whether changed pages have a halo where they are small. */
    public BooleanProperty emphasisProperty() {
        return picture.emphasisProperty();
    }

    /** Whether the picture shows which pages devices can write instead of what changed. */
    public BooleanProperty writersProperty() {
        return writers;
    }

    /** What devices can write, while it is shown; null while it is being read, or not shown. */
    public ReadOnlyObjectProperty<@Nullable WriterOverlay> overlayProperty() {
        return overlay.getReadOnlyProperty();
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
        picture.resize(width, height);
    }

    /** Shows the whole picture. */
    public void fit() {
        picture.fit();
    }

    /** The page at a pixel; empty beside the picture. */
    public OptionalLong pageAt(double x, double y) {
        MapContent map = content.get();
        OptionalLong first = picture.pageAt(x, y);
        if (map == null || first.isEmpty()) {
            return OptionalLong.empty();
        }
        PagePyramid pyramid = map.pyramid();
        long page = first.getAsLong();
        if (overlay.get() != null) {
            return first;
        }
        return OptionalLong.of(telling(map, page, pyramid.column(page), pyramid.row(page)));
    }

    /** Where a pixel stands for several pages, the first one that differs is meant. */
    private long telling(MapContent map, long first, int column, int row) {
        int level = picture.viewportProperty().get().level();
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
        String text = MESSAGES.get("page", Formats.address(address), address / PAGE, state.toLowerCase(Locale.ROOT));
        WriterOverlay shown = overlay.get();
        return shown == null ? text : text + "\n" + writers(shown, address);
    }

    private static String writers(WriterOverlay shown, long address) {
        if (shown.open()) {
            return MESSAGES.get("writers.open");
        }
        List<String> devices = shown.writers(address).stream()
                .flatMap(reach -> reach.devices().stream())
                .distinct()
                .limit(MOST_DEVICES)
                .map(Object::toString)
                .toList();
        return devices.isEmpty()
                ? MESSAGES.get("writers.nobody")
                : MESSAGES.get("writers.who", String.join(", ", devices));
    }

    /** Puts the cursor on a page and selects it in all views. */
    public void select(long address) {
        picture.moveCursor(address);
        workspace.select(new Selection.Page(address));
    }

    /** Selects the page under the cursor and brings up its bytes. */
    public void open() {
        workspace.select(new Selection.Page(picture.cursorProperty().get()));
        workspace.showView("memory");
    }

    /** Selects the nearest page after or before the cursor that differs; says whether there is one. */
    public boolean goToChange(boolean forward) {
        MapContent map = content.get();
        if (map == null) {
            return false;
        }
        OptionalLong target = forward
                ? map.changes().next(picture.cursorProperty().get())
                : map.changes().previous(picture.cursorProperty().get());
        target.ifPresent(this::select);
        return target.isPresent();
    }

    private void selected(Selection selection) {
        switch (selection) {
            case Selection.Page(long address) -> picture.moveCursor(address);
            case Selection.Bytes(var span)
            when span.space() instanceof AddressSpace.Physical -> picture.moveCursor(span.address());
            default -> {}
        }
    }

    private void follow() {
        OpenTrace trace = workspace.openTrace();
        Moment moment = workspace.moment();
        if (trace == null || moment.snapshot().isEmpty()) {
            loading.cancel();
            loadedMoment = null;
            content.set(null);
            overlaying.cancel();
            overlay.set(null);
            picture.clear();
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
        content.set(map);
        busy.set(false);
        picture.show(map.pyramid());
        present();
        selected(workspace.selection());
    }

    /** Shows what changed, or begins to read what devices can write. */
    private void present() {
        MapContent map = content.get();
        OpenTrace trace = workspace.openTrace();
        overlaying.cancel();
        overlay.set(null);
        if (map == null || trace == null) {
            return;
        }
        if (!writers.get()) {
            picture.show(map.pyramid());
            return;
        }
        SnapshotInfo snapshot = map.snapshot();
        overlaying.run(
                monitor -> {
                    PhysicalMemory memory = trace.trace().memory(snapshot.id());
                    return WriterOverlay.of(memory, FoundUnit.of(trace, snapshot, memory), Optional.empty(), monitor);
                },
                found -> {
                    overlay.set(found);
                    picture.show(found.cells());
                });
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
