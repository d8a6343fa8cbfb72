package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.util.Subscription;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureWatch;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.ShadowComparison;
import org.ringside.decoder.structure.StructureNode;

/** What the nesting view shows and does, apart from how it looks. Belongs to the UI thread. */
public final class NestingViewModel {
    private static final Messages MESSAGES = Messages.of(NestingViewModel.class);
    private static final String VMCS_VIEW = "vmcs";

    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** The snapshot is being looked through for hypervisors. */
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        /** The snapshot has no VMCS with a guest. */
        NONE,
        /** It has none, but AMD's kind of them. */
        AMD,
        READY
    }

    /**
     * A chain, looked at.
     *
     * @param chain the chain
     * @param rows every field
     * @param shadow the merged tables against those of both levels, or why there is no such comparison
     */
    record Compared(NestingChain chain, List<NestingRow> rows, Observed<ShadowComparison> shadow) {
        Compared {
            rows = List.copyOf(rows);
        }
    }

    private record Arrived(NestingPicture picture, List<NestingChain> chains) {}

    private final Workspace workspace;
    private final StructureWatch watch;
    private final BackgroundWork.Slot slot;
    private final BackgroundWork.Slot comparing;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<Optional<NestingPicture>> picture =
            new ReadOnlyObjectWrapper<>(this, "picture", Optional.empty());
    private final ReadOnlyObjectWrapper<List<NestingChain>> chains =
            new ReadOnlyObjectWrapper<>(this, "chains", List.of());
    private final ReadOnlyObjectWrapper<Optional<NestingChain>> chain =
            new ReadOnlyObjectWrapper<>(this, "chain", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Compared>> compared =
            new ReadOnlyObjectWrapper<>(this, "compared", Optional.empty());
    private final ReadOnlyObjectWrapper<List<NestingRow>> rows = new ReadOnlyObjectWrapper<>(this, "rows", List.of());
    private final ReadOnlyObjectWrapper<Optional<Long>> selected =
            new ReadOnlyObjectWrapper<>(this, "selected", Optional.empty());
    private final StringProperty filter = new SimpleStringProperty(this, "filter", "");
    private final BooleanProperty onlyDifferences = new SimpleBooleanProperty(this, "onlyDifferences", true);
    private Subscription subscriptions = Subscription.EMPTY;

    public NestingViewModel(Workspace workspace) {
        this.workspace = workspace;
        watch = new StructureWatch(workspace);
        slot = workspace.tasks().slot(MESSAGES.get("task"));
        comparing = workspace.tasks().slot(MESSAGES.get("task.compare"));
    }

    /** Begins to follow the workspace. */
    public void attach() {
        watch.attach();
        subscriptions = Subscription.combine(
                watch.seenProperty().subscribe(this::update),
                workspace.selectionProperty().subscribe(this::follow),
                filter.subscribe((was, is) -> fill()),
                onlyDifferences.subscribe((was, is) -> fill()));
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        watch.detach();
        slot.cancel();
        comparing.cancel();
    }

    /** What the search for hypervisors is told from. */
    public StructureWatch search() {
        return watch;
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** The levels. */
    ReadOnlyObjectProperty<Optional<NestingPicture>> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    /** The chains of VMCSs that there are. */
    ReadOnlyObjectProperty<List<NestingChain>> chainsProperty() {
        return chains.getReadOnlyProperty();
    }

    /** The chain that is looked at; empty where no hypervisor runs in another. */
    ReadOnlyObjectProperty<Optional<NestingChain>> chainProperty() {
        return chain.getReadOnlyProperty();
    }

    /** What there is to say of the chain; empty while it is compared. */
    ReadOnlyObjectProperty<Optional<Compared>> comparedProperty() {
        return compared.getReadOnlyProperty();
    }

    /** The fields to show, as filter and toggle leave them. */
    ReadOnlyObjectProperty<List<NestingRow>> rowsProperty() {
        return rows.getReadOnlyProperty();
    }

    /** Address of the VMCS that is selected, in whatever view; empty if something else is. */
    ReadOnlyObjectProperty<Optional<Long>> selectedProperty() {
        return selected.getReadOnlyProperty();
    }

    /** Text that a field must have: in its name, encoding, values or explanation. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Whether fields that are the same in all VMCSs, or not known in one, are left out. */
    public BooleanProperty onlyDifferencesProperty() {
        return onlyDifferences;
    }

    /** Looks at another chain. */
    void show(NestingChain wanted) {
        if (chain.get().filter(wanted::equals).isPresent()) {
            return;
        }
        chain.set(Optional.of(wanted));
        compared.set(Optional.empty());
        fill();
        comparing.run(
                monitor -> new Compared(wanted, NestingRows.of(wanted), wanted.compare(monitor::isCancelled)),
                found -> {
                    compared.set(Optional.of(found));
                    fill();
                });
    }

    /** Selects a VMCS, in every view. */
    void select(FoundVmcs vmcs) {
        workspace.select(new Selection.Vmcs(vmcs.address()));
    }

    /** Brings up a VMCS. */
    void open(FoundVmcs vmcs) {
        select(vmcs);
        workspace.showView(VMCS_VIEW);
    }

    /** Selects what a memory is: the VMCS that leads to it, or for the host's the snapshot. */
    void select(NestingPicture.Memory memory) {
        memory.givenBy().stream()
                .findFirst()
                .ifPresentOrElse(
                        this::select,
                        () -> picture.get()
                                .ifPresent(shown -> workspace.select(new Selection.Snapshot(
                                        shown.structures().snapshot()))));
    }

    /** Brings up what a memory's tables map; of the host's, its bytes. */
    void open(NestingPicture.Memory memory) {
        select(memory);
        workspace.showView(memory.givenBy().isEmpty() ? "memory" : "ept");
    }

    /** Selects where VM exits enter a hypervisor, in host-physical memory. */
    void select(NestingPicture.Hypervisor hypervisor) {
        hypervisor
                .entryHost()
                .toOptional()
                .ifPresent(address -> workspace.select(Selection.physical(address, Long.BYTES)));
    }

    /** Brings up the code at which VM exits enter a hypervisor. */
    void open(NestingPicture.Hypervisor hypervisor) {
        if (hypervisor.entryHost().isKnown()) {
            select(hypervisor);
            workspace.showView("memory");
        }
    }

    /**
     * Selects a field.
     *
     * @param side whose, in the order of the chain; one that is not there is the first
     */
    void select(NestingRow row, int side) {
        if (chain.get().isEmpty() || row.isHeading()) {
            return;
        }
        int at = side >= 0 && side < row.paths().size() ? side : 0;
        Optional<List<StructureNode>> path = row.paths().get(at);
        workspace.select(path.<Selection>map(Selection.Node::new)
                .orElseGet(() ->
                        new Selection.Vmcs(chain.get().get().vmcss().get(at).address())));
    }

    /** Brings up a field in its VMCS. */
    void open(NestingRow row, int side) {
        if (!row.isHeading()) {
            select(row, side);
            workspace.showView(VMCS_VIEW);
        }
    }

    /** Selects the first page of a range of the nested guest, as that guest addresses it. */
    void select(ShadowComparison.Range range) {
        chain.get()
                .ifPresent(now -> workspace.select(
                        new Selection.GuestAddress(now.inner().address(), false, range.guestPhysical())));
    }

    /** Brings up the journey of the first page of a range. */
    void open(ShadowComparison.Range range) {
        select(range);
        workspace.showView("journey");
    }

    /** The chain as text: the fields that are shown; empty if there is none. */
    public String text() {
        return chain.get()
                .map(now -> "Field\t%s\tDifference\n%s\n"
                        .formatted(
                                now.vmcss().stream().map(FoundVmcs::title).collect(Collectors.joining("\t")),
                                rows.get().stream().map(NestingRow::text).collect(Collectors.joining("\n"))))
                .orElse("");
    }

    private void follow(Selection selection) {
        Optional<Long> address = switch (selection) {
            case Selection.Vmcs(long vmcs) -> Optional.of(vmcs);
            case Selection.GuestAddress guest -> Optional.of(guest.vmcs());
            default -> Optional.empty();
        };
        selected.set(address);
        address.filter(wanted -> chain.get().filter(now -> now.has(wanted)).isEmpty())
                .flatMap(wanted ->
                        chains.get().stream().filter(each -> each.has(wanted)).findFirst())
                .ifPresent(this::show);
    }

    private void update(StructureWatch.Seen seen) {
        switch (seen.phase()) {
            case CLOSED -> clear(State.CLOSED);
            case NO_SNAPSHOT -> clear(State.NO_SNAPSHOT);
            case SEARCHING -> clear(State.SEARCHING);
            case STOPPED -> clear(State.STOPPED);
            case FOUND -> {
                FoundStructures found = seen.found().orElseThrow();
                if (found.guests().isEmpty()) {
                    clear(found.vmcbs().isEmpty() ? State.NONE : State.AMD);
                } else {
                    slot.run(
                            monitor -> new Arrived(
                                    NestingPicture.of(found), NestingChain.all(found, monitor::isCancelled)),
                            this::arrived);
                }
            }
        }
    }

    private void clear(State now) {
        slot.cancel();
        comparing.cancel();
        picture.set(Optional.empty());
        chains.set(List.of());
        chain.set(Optional.empty());
        compared.set(Optional.empty());
        fill();
        state.set(now);
    }

    private void arrived(Arrived arrived) {
        comparing.cancel();
        chain.set(Optional.empty());
        compared.set(Optional.empty());
        fill();
        picture.set(Optional.of(arrived.picture()));
        chains.set(arrived.chains());
        state.set(State.READY);
        follow(workspace.selection());
        if (chain.get().isEmpty() && !arrived.chains().isEmpty()) {
            show(arrived.chains().getFirst());
        }
    }

    /** Leaves out what is not wanted, and headings with nothing below them. */
    private void fill() {
        List<NestingRow> kept = new ArrayList<>();
        for (NestingRow row : compared.get().map(Compared::rows).orElse(List.of())) {
            if (row.isHeading()) {
                dropEmptyHeading(kept);
                kept.add(row);
            } else if ((!onlyDifferences.get() || row.differs()) && row.matches(filter.get())) {
                kept.add(row);
            }
        }
        dropEmptyHeading(kept);
        rows.set(List.copyOf(kept));
    }

    private static void dropEmptyHeading(List<NestingRow> kept) {
        if (!kept.isEmpty() && kept.getLast().isHeading()) {
            kept.removeLast();
        }
    }
}
