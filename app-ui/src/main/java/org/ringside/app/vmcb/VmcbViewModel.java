package org.ringside.app.vmcb;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.util.Subscription;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.vmcs.VmcsProblem;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureWatch;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.svm.CarvedVmcb;

/** What the VMCB view shows and does, apart from how it looks. Belongs to the UI thread. */
public final class VmcbViewModel {
    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** The snapshot is being looked through: a task says how far. */
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        /** There is no VMCB in the snapshot. */
        NONE,
        READING,
        READY,
        /** The page could not be read; a notification says why. */
        FAILED
    }

    private final Workspace workspace;
    private final StructureWatch watch;
    private final BackgroundWork.Slot slot;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<List<CarvedVmcb>> vmcbs = new ReadOnlyObjectWrapper<>(this, "vmcbs", List.of());
    private final ReadOnlyObjectWrapper<Optional<VmcbPicture>> picture =
            new ReadOnlyObjectWrapper<>(this, "picture", Optional.empty());
    private final ReadOnlyObjectWrapper<List<VmcbRow>> rows = new ReadOnlyObjectWrapper<>(this, "rows", List.of());
    private final ReadOnlyObjectWrapper<String> revealed = new ReadOnlyObjectWrapper<>(this, "revealed", "");
    private final StringProperty filter = new SimpleStringProperty(this, "filter", "");
    private List<VmcbRow> allRows = List.of();
    private OptionalLong wanted = OptionalLong.empty();
    private Subscription subscriptions = Subscription.EMPTY;

    public VmcbViewModel(Workspace workspace) {
        this.workspace = workspace;
        watch = new StructureWatch(workspace);
        slot = workspace.tasks().slot("Read a VMCB");
        filter.subscribe(text -> narrow());
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
        picture.set(Optional.empty());
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** The VMCBs and host state-save areas of the snapshot. */
    public ReadOnlyObjectProperty<List<CarvedVmcb>> vmcbsProperty() {
        return vmcbs.getReadOnlyProperty();
    }

    /** The VMCB on the screen. */
    ReadOnlyObjectProperty<Optional<VmcbPicture>> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    /** The rows to show, as the filter leaves them. */
    ReadOnlyObjectProperty<List<VmcbRow>> rowsProperty() {
        return rows.getReadOnlyProperty();
    }

    /** {@link VmcbRow#key()} of the row that is selected elsewhere; empty for none. */
    ReadOnlyObjectProperty<String> revealedProperty() {
        return revealed.getReadOnlyProperty();
    }

    /** Text that a row must have: in its name, place, value or meaning. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** What the search for VMCBs is told from. */
    public StructureWatch search() {
        return watch;
    }

    /** Shows one of {@link #vmcbsProperty()}. */
    public void show(CarvedVmcb found) {
        if (picture.get().filter(shown -> shown.found().equals(found)).isEmpty()) {
            workspace.select(new Selection.Page(found.address()));
            show(found.address());
        }
    }

    /** Selects a row's node, in every view. */
    void select(VmcbRow row) {
        workspace.select(new Selection.Node(row.path()));
    }

    /** Selects what a finding or rule is about. */
    void select(VmcsProblem problem) {
        workspace.select(new Selection.Node(problem.selection()));
    }

    private void follow(Selection selection) {
        switch (selection) {
            case Selection.Page(long address) -> show(address);
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical -> show(span.address());
            case Selection.Node(List<StructureNode> path)
            when path.size() > 1 ->
                path.getFirst()
                        .span()
                        .filter(span -> span.space() instanceof AddressSpace.Physical)
                        .filter(span -> isKnown(span.address()))
                        .ifPresent(span -> {
                            show(span.address());
                            revealed.set(new VmcbRow(path, List.of()).key());
                        });
            default -> {}
        }
    }

    private boolean isKnown(long address) {
        return vmcbs.get().isEmpty() || vmcbs.get().stream().anyMatch(found -> found.address() == address);
    }

    private void show(long address) {
        long page = address & -PhysicalMemory.PAGE_SIZE;
        boolean shown =
                picture.get().filter(now -> now.found().address() == page).isPresent();
        if (!shown && isKnown(page)) {
            wanted = OptionalLong.of(page);
            watch.found().ifPresent(this::read);
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
                if (found.vmcbs().isEmpty()) {
                    clear(State.NONE);
                } else {
                    vmcbs.set(found.vmcbs());
                    read(found);
                }
            }
        }
    }

    private void clear(State now) {
        slot.cancel();
        picture.set(Optional.empty());
        vmcbs.set(List.of());
        allRows = List.of();
        rows.set(List.of());
        state.set(now);
    }

    private void read(FoundStructures structures) {
        if (structures.vmcbs().isEmpty()) {
            return;
        }
        CarvedVmcb found = structures.vmcbs().stream()
                .filter(one -> wanted.isPresent() && one.address() == wanted.getAsLong())
                .findFirst()
                .orElse(structures.vmcbs().getFirst());
        if (picture.get().isEmpty()) {
            state.set(State.READING);
        }
        slot.run(monitor -> VmcbPicture.of(structures, found), this::arrived);
    }

    private void arrived(Observed<VmcbPicture> read) {
        if (!(read instanceof Observed.Known<VmcbPicture>(VmcbPicture shown))) {
            clear(State.FAILED);
            workspace.notifications().warn("The VMCB could not be read", read.reason());
            return;
        }
        picture.set(Optional.of(shown));
        allRows = VmcbRow.of(shown.tree());
        narrow();
        state.set(State.READY);
    }

    private void narrow() {
        String text = filter.get().strip();
        rows.set(allRows.stream()
                .flatMap(row -> text.isEmpty() ? Stream.of(row) : row.matching(text).stream())
                .toList());
    }
}
