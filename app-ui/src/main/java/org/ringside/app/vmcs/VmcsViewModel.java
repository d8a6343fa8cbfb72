package org.ringside.app.vmcs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.util.Subscription;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureWatch;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.trace.SnapshotInfo;

/** What the VMCS view shows and does, apart from how it looks. Belongs to the UI thread. */
public final class VmcsViewModel {
    private static final long ADDRESS_IN_PAGE = PhysicalMemory.PAGE_SIZE - 1L;

    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** The snapshot is being looked through: a task says how far. */
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        /** There is no VMX region in the snapshot. */
        NONE,
        READING,
        READY,
        /** The region could not be read; a notification says why. */
        FAILED
    }

    /**
     * What a VMCS can be compared with.
     *
     * @param title for a list
     * @param snapshot where it is
     * @param address of the region
     * @param layout to read it with
     */
    public record Other(String title, SnapshotInfo snapshot, long address, VmcsLayout layout) {}

    private record Compared(Other other, Observed<Vmcs> vmcs) {}

    private final Workspace workspace;
    private final StructureWatch watch;
    private final BackgroundWork.Slot slot;
    private final BackgroundWork.Slot otherSlot;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<List<FoundVmcs>> regions =
            new ReadOnlyObjectWrapper<>(this, "regions", List.of());
    private final ReadOnlyObjectWrapper<Optional<VmcsPicture>> picture =
            new ReadOnlyObjectWrapper<>(this, "picture", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Compared>> compared =
            new ReadOnlyObjectWrapper<>(this, "compared", Optional.empty());
    private final ReadOnlyObjectWrapper<List<VmcsRow>> rows = new ReadOnlyObjectWrapper<>(this, "rows", List.of());
    private final ReadOnlyObjectWrapper<List<String>> revealed =
            new ReadOnlyObjectWrapper<>(this, "revealed", List.of());
    private final StringProperty filter = new SimpleStringProperty(this, "filter", "");
    private final BooleanProperty onlyDifferences = new SimpleBooleanProperty(this, "onlyDifferences", true);
    private List<VmcsRow> allRows = List.of();
    private OptionalLong wanted = OptionalLong.empty();
    private Optional<VmcsLayout> wantedLayout = Optional.empty();
    private Subscription subscriptions = Subscription.EMPTY;

    public VmcsViewModel(Workspace workspace) {
        this.workspace = workspace;
        watch = new StructureWatch(workspace);
        slot = workspace.tasks().slot("Read a VMCS");
        otherSlot = workspace.tasks().slot("Read the VMCS to compare with");
        filter.subscribe(text -> narrow());
        onlyDifferences.subscribe(only -> narrow());
    }

    /** Begins to follow the workspace. */
    public void attach() {
        watch.attach();
        subscriptions = Subscription.combine(
                watch.seenProperty().subscribe(this::update),
                workspace.selectionProperty().subscribe(this::follow));
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        watch.detach();
        slot.cancel();
        otherSlot.cancel();
        picture.set(Optional.empty());
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** The VMX regions of the snapshot. */
    public ReadOnlyObjectProperty<List<FoundVmcs>> regionsProperty() {
        return regions.getReadOnlyProperty();
    }

    /** The VMCS on the screen. */
    ReadOnlyObjectProperty<Optional<VmcsPicture>> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    /** The rows to show, as filter and comparison leave them. */
    ReadOnlyObjectProperty<List<VmcsRow>> rowsProperty() {
        return rows.getReadOnlyProperty();
    }

    /** Text that a row must have: in its name, encoding, value or meaning. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Whether, in a comparison, only the fields that differ are shown. */
    public BooleanProperty onlyDifferencesProperty() {
        return onlyDifferences;
    }

    /** What is compared with; empty for nothing. */
    public Optional<Other> other() {
        return compared.get().map(Compared::other);
    }

    /** Why there is nothing to compare although it was asked for; else empty. */
    public String comparisonProblem() {
        return compared.get()
                .filter(found -> !found.vmcs().isKnown())
                .map(found -> found.other().title() + ": " + found.vmcs().reason())
                .orElse("");
    }

    /** Shows a region, with the layout that explains it best. */
    public void show(FoundVmcs found) {
        if (picture.get().filter(shown -> shown.found().equals(found)).isEmpty()) {
            workspace.select(new Selection.Vmcs(found.address()));
            show(found.address());
        }
    }

    /** Reads the region with another layout. */
    public void readWith(VmcsLayout layout) {
        if (picture.get().filter(shown -> shown.layout().equals(layout)).isEmpty()) {
            wantedLayout = Optional.of(layout);
            read();
        }
    }

    /** Every layout there is. */
    public List<VmcsLayout> layouts() {
        return workspace.structures().layouts().all();
    }

    /** Reads a layout from its text form, adds it to the others, and reads the region with it. What is wrong with it becomes a notification. */
    public void loadLayout(Path file) {
        workspace
                .tasks()
                .run(
                        "Read the layout " + file.getFileName(),
                        monitor -> VmcsLayouts.parse(String.valueOf(file.getFileName()), Files.readString(file)),
                        layout -> {
                            workspace.structures().add(layout);
                            readWith(layout);
                        });
    }

    /** What the search for VMCSs is told from. */
    public StructureWatch search() {
        return watch;
    }

    /** What the shown VMCS can be compared with: the other regions of the snapshot, then the same region in other snapshots. */
    public List<Other> others() {
        OpenTrace open = workspace.openTrace();
        Optional<VmcsPicture> shown = picture.get();
        if (open == null || shown.isEmpty()) {
            return List.of();
        }
        List<Other> others = new ArrayList<>();
        SnapshotInfo here = shown.get().structures().snapshot();
        for (FoundVmcs found : shown.get().structures().regions()) {
            if (!found.equals(shown.get().found()) && found.vmcs().isPresent()) {
                others.add(new Other(
                        found.title(), here, found.address(), found.vmcs().get().layout()));
            }
        }
        for (SnapshotInfo snapshot : open.snapshots()) {
            if (!snapshot.id().equals(here.id())) {
                others.add(new Other(
                        "%s, in %s".formatted(shown.get().found().title(), snapshot.name()),
                        snapshot,
                        shown.get().found().address(),
                        shown.get().layout()));
                workspace.structures().found(snapshot).stream()
                        .flatMap(structures -> structures.guests().stream())
                        .filter(found -> found.address() != shown.get().found().address())
                        .map(found -> new Other(
                                "%s, in %s".formatted(found.title(), snapshot.name()),
                                snapshot,
                                found.address(),
                                found.vmcs().orElseThrow().layout()))
                        .forEach(others::add);
            }
        }
        return others;
    }

    /** Compares the shown VMCS with another; with nothing if empty. */
    public void compareWith(Optional<Other> other) {
        otherSlot.cancel();
        OpenTrace open = workspace.openTrace();
        if (other.isEmpty() || open == null) {
            compared.set(Optional.empty());
            fill();
            return;
        }
        otherSlot.run(monitor -> readOther(open, other.get()), vmcs -> {
            compared.set(Optional.of(new Compared(other.get(), vmcs)));
            fill();
        });
    }

    private static Observed<Vmcs> readOther(OpenTrace open, Other other) throws IOException {
        return Vmcs.read(open.trace().memory(other.snapshot().id()), other.address(), other.layout());
    }

    /** Selects a row's node, in every view. */
    void select(VmcsRow row) {
        workspace.select(new Selection.Node(row.path()));
    }

    /** Selects what a finding or rule is about. */
    void select(VmcsProblem problem) {
        List<StructureNode> path = problem.selection();
        workspace.select(new Selection.Node(path));
    }

    /** Goes where a value leads. */
    void follow(VmcsRow.Link link) {
        workspace.select(link.selection());
        workspace.showView(link.view());
    }

    private void follow(Selection selection) {
        switch (selection) {
            case Selection.Vmcs(long address) -> show(address);
            case Selection.GuestAddress guest -> show(guest.vmcs());
            case Selection.Page(long address) -> show(address);
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical -> show(span.address() & ~ADDRESS_IN_PAGE);
            case Selection.Node(List<StructureNode> path) when path.size() > 1 -> reveal(path);
            default -> {}
        }
    }

    /** A field that was chosen elsewhere: shows its region, and says which row it is. */
    private void reveal(List<StructureNode> path) {
        path.getFirst()
                .span()
                .filter(span -> span.space() instanceof AddressSpace.Physical)
                .filter(span -> regions.get().isEmpty()
                        || regions.get().stream().anyMatch(found -> found.address() == span.address()))
                .ifPresent(span -> {
                    show(span.address());
                    revealed.set(path.stream().skip(1).map(StructureNode::name).toList());
                });
    }

    /** Names of the nodes down to the row that is selected elsewhere; empty for none. */
    ReadOnlyObjectProperty<List<String>> revealedProperty() {
        return revealed.getReadOnlyProperty();
    }

    private void show(long address) {
        boolean other = regions.get().stream().anyMatch(found -> found.address() == address)
                && picture.get()
                        .filter(shown -> shown.found().address() == address)
                        .isEmpty();
        if (other || regions.get().isEmpty()) {
            wanted = OptionalLong.of(address);
            wantedLayout = Optional.empty();
            read();
        }
    }

    private void update(StructureWatch.Seen seen) {
        switch (seen.phase()) {
            case CLOSED -> {
                wanted = OptionalLong.empty();
                clear(State.CLOSED);
            }
            case NO_SNAPSHOT -> clear(State.NO_SNAPSHOT);
            case SEARCHING -> clear(State.SEARCHING);
            case STOPPED -> clear(State.STOPPED);
            case FOUND -> {
                FoundStructures found = seen.found().orElseThrow();
                if (found.regions().isEmpty()) {
                    clear(State.NONE);
                } else {
                    regions.set(found.regions());
                    read();
                }
            }
        }
    }

    private void clear(State now) {
        slot.cancel();
        otherSlot.cancel();
        compared.set(Optional.empty());
        picture.set(Optional.empty());
        regions.set(List.of());
        allRows = List.of();
        rows.set(List.of());
        state.set(now);
    }

    private void read() {
        Optional<FoundStructures> structures = watch.found();
        if (structures.isEmpty() || structures.get().regions().isEmpty()) {
            return;
        }
        FoundStructures all = structures.get();
        FoundVmcs found = wanted.stream()
                .boxed()
                .flatMap(address -> all.at(address).stream())
                .findFirst()
                .orElse(all.regions().getFirst());
        VmcsLayout layout = wantedLayout.orElseGet(() -> layoutOf(found));
        if (picture.get().isEmpty()) {
            state.set(State.READING);
        }
        slot.run(monitor -> VmcsPicture.of(all, found, layout), this::arrived);
    }

    /** The layout that explains a region best; of one without content the first that was seen with its revision identifier. */
    private VmcsLayout layoutOf(FoundVmcs found) {
        List<VmcsLayout> known = layouts();
        return found.best()
                .map(LayoutScore::layout)
                .orElseGet(() -> known.stream()
                        .filter(layout -> layout.expects(found.region().carved().revision()))
                        .findFirst()
                        .orElse(known.getFirst()));
    }

    private void arrived(Observed<VmcsPicture> read) {
        if (!(read instanceof Observed.Known<VmcsPicture>(VmcsPicture shown))) {
            clear(State.FAILED);
            workspace.notifications().warn("The VMCS could not be read", read.reason());
            return;
        }
        picture.set(Optional.of(shown));
        if (other().filter(other -> isSame(other, shown)).isPresent()) {
            compared.set(Optional.empty());
        }
        state.set(State.READY);
        fill();
    }

    private static boolean isSame(Other other, VmcsPicture shown) {
        return other.address() == shown.found().address()
                && other.snapshot().id().equals(shown.structures().snapshot().id());
    }

    private void fill() {
        allRows = picture.get()
                .map(shown -> VmcsRows.of(
                        shown,
                        compared.get().flatMap(with -> with.vmcs().toOptional()).map(vmcs -> vmcs)))
                .orElse(List.of());
        narrow();
    }

    private void narrow() {
        String text = filter.get().strip();
        boolean differing = onlyDifferences.get()
                && compared.get().filter(with -> with.vmcs().isKnown()).isPresent();
        rows.set(allRows.stream()
                .flatMap(row -> differing ? row.differing().stream() : java.util.stream.Stream.of(row))
                .flatMap(row -> text.isEmpty() ? java.util.stream.Stream.of(row) : row.matching(text).stream())
                .toList());
    }
}
