package org.ringside.app.journey;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.util.Subscription;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureWatch;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmcsField;

/** What the journey view shows and does, apart from how it looks. Belongs to the UI thread. */
public final class JourneyViewModel {
    private static final Messages MESSAGES = Messages.of(JourneyViewModel.class);

    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** The snapshot is being looked through for VMCSs. */
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        /** The snapshot has no VMCS with a guest. */
        NONE,
        READY
    }

    /**
     * What is followed.
     *
     * @param start the guest
     * @param virtual whether the guest's page tables translate the address first
     * @param address the address
     * @param cr3 the address space, of a virtual address; empty for that of the VMCS
     */
    record Request(JourneyStart start, boolean virtual, long address, OptionalLong cr3) {}

    private final Workspace workspace;
    private final StructureWatch watch;
    private final BackgroundWork.Slot slot;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<List<JourneyStart>> starts =
            new ReadOnlyObjectWrapper<>(this, "starts", List.of());
    private final ReadOnlyObjectWrapper<Optional<Request>> request =
            new ReadOnlyObjectWrapper<>(this, "request", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<JourneyPicture>> journey =
            new ReadOnlyObjectWrapper<>(this, "journey", Optional.empty());
    private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper(this, "problem", "");
    private Subscription subscriptions = Subscription.EMPTY;

    public JourneyViewModel(Workspace workspace) {
        this.workspace = workspace;
        watch = new StructureWatch(workspace);
        slot = workspace.tasks().slot(MESSAGES.get("task"));
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
    }

    /** What the search for VMCSs is told from. */
    public StructureWatch search() {
        return watch;
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** The guests whose addresses can be followed. */
    ReadOnlyObjectProperty<List<JourneyStart>> startsProperty() {
        return starts.getReadOnlyProperty();
    }

    /** What is followed, or was asked for. */
    ReadOnlyObjectProperty<Optional<Request>> requestProperty() {
        return request.getReadOnlyProperty();
    }

    /** The journey on the screen. */
    ReadOnlyObjectProperty<Optional<JourneyPicture>> journeyProperty() {
        return journey.getReadOnlyProperty();
    }

    /** What is wrong with what was entered, or why there is no journey; empty if nothing is. */
    public ReadOnlyStringProperty problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Shows another guest, from where it will go on. */
    void show(JourneyStart start) {
        if (request.get().filter(now -> now.start().equals(start)).isEmpty()) {
            go(beginning(start));
        }
    }

    /**
     * Follows an address.
     *
     * @param address an address or an expression, in which the fields of the guest's VMCS have their names: {@code rip+8}
     * @param cr3 another address space, likewise; empty for the guest's own
     */
    void follow(JourneyStart start, boolean virtual, String address, String cr3) {
        Optional<Long> value = value(start, address);
        Optional<Long> root = cr3.isBlank() ? Optional.empty() : value(start, cr3);
        if (value.isPresent() && (cr3.isBlank() || root.isPresent())) {
            go(new Request(
                    start, virtual, value.get(), root.map(OptionalLong::of).orElseGet(OptionalLong::empty)));
        }
    }

    /** Selects an entry, in every view. */
    void select(JourneyCard card) {
        workspace.select(new Selection.Node(card.path()));
    }

    /** Brings up the entry's bytes. */
    void open(JourneyCard card) {
        select(card);
        workspace.showView("memory");
    }

    /** Brings up the memory at the end of the journey. */
    void openEnd() {
        journey.get().flatMap(shown -> shown.host().toOptional()).ifPresent(address -> {
            workspace.select(Selection.physical(address, Long.BYTES));
            workspace.showView("memory");
        });
    }

    /** The journey as text; empty if there is none. */
    public String text() {
        return journey.get().map(JourneyPicture::text).orElse("");
    }

    private void follow(Selection selection) {
        switch (selection) {
            case Selection.Vmcs(long address) -> startOf(address).ifPresent(this::show);
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical ->
                startOf(span.address() & -PhysicalMemory.PAGE_SIZE).ifPresent(this::show);
            case Selection.GuestAddress(long vmcs, boolean virtual, long address) ->
                startOf(vmcs).ifPresent(start -> go(new Request(start, virtual, address, OptionalLong.empty())));
            default -> {}
        }
    }

    private Optional<JourneyStart> startOf(long vmcs) {
        return starts.get().stream()
                .filter(start -> start.vmcs().address() == vmcs)
                .findFirst();
    }

    private void update(StructureWatch.Seen seen) {
        switch (seen.phase()) {
            case CLOSED -> clear(State.CLOSED);
            case NO_SNAPSHOT -> clear(State.NO_SNAPSHOT);
            case SEARCHING -> clear(State.SEARCHING);
            case STOPPED -> clear(State.STOPPED);
            case FOUND -> arrived(seen.found().orElseThrow());
        }
    }

    private void clear(State now) {
        slot.cancel();
        starts.set(List.of());
        request.set(Optional.empty());
        journey.set(Optional.empty());
        problem.set("");
        state.set(now);
    }

    private void arrived(FoundStructures found) {
        Optional<Request> before = request.get();
        List<JourneyStart> all = found.guests().stream()
                .map(vmcs -> new JourneyStart(found, vmcs))
                .toList();
        if (all.isEmpty()) {
            clear(State.NONE);
            return;
        }
        starts.set(all);
        state.set(State.READY);
        follow(workspace.selection());
        if (request.get().equals(before) || request.get().isEmpty()) {
            go(before.flatMap(was -> startOf(was.start().vmcs().address())
                            .map(start -> new Request(start, was.virtual(), was.address(), was.cr3())))
                    .orElseGet(() -> beginning(all.getFirst())));
        }
    }

    /** Where a guest will go on: what one looks at first. */
    private static Request beginning(JourneyStart start) {
        Optional<Long> rip = start.vmcs()
                .vmcs()
                .flatMap(vmcs -> vmcs.get(VmcsField.GUEST_RIP).toOptional());
        return new Request(start, rip.isPresent(), rip.orElse(0L), OptionalLong.empty());
    }

    private void go(Request wanted) {
        request.set(Optional.of(wanted));
        slot.run(monitor -> journey(wanted, TableLimits.standard().cancelledBy(monitor::isCancelled)), made -> {
            journey.set(made.toOptional());
            problem.set(made.isKnown() ? "" : made.reason());
        });
    }

    private static Observed<JourneyPicture> journey(Request wanted, TableLimits limits) {
        JourneyStart start = wanted.start();
        return start.structures().nested(start.vmcs(), limits).flatMap(nested -> made(wanted, nested));
    }

    private static Observed<JourneyPicture> made(Request wanted, NestedGuests nested) {
        JourneyStart start = wanted.start();
        Observed<Journey> journey = wanted.virtual()
                ? start.paging()
                        .map(paging -> wanted.cr3().isPresent()
                                ? paging.withCr3(wanted.cr3().getAsLong())
                                : paging)
                        .map((PagingContext paging) -> nested.virtual(nested.levels(), paging, wanted.address()))
                : Observed.known(nested.physical(nested.levels(), wanted.address()));
        return journey.map(found -> JourneyPicture.of(start, wanted.virtual(), found));
    }

    private Optional<Long> value(JourneyStart start, String text) {
        return switch (AddressExpression.evaluate(text, name -> field(start, name))) {
            case AddressExpression.Value(long value) -> {
                problem.set("");
                yield Optional.of(value);
            }
            case AddressExpression.Problem(String message, int position) -> {
                problem.set(message);
                yield Optional.empty();
            }
        };
    }

    /** A field of the guest's VMCS, with or without its prefix. */
    private static OptionalLong field(JourneyStart start, String name) {
        String symbol = name.toUpperCase(Locale.ROOT);
        return VmcsField.ofSymbol(symbol)
                .or(() -> VmcsField.ofSymbol("GUEST_" + symbol))
                .flatMap(field ->
                        start.vmcs().vmcs().flatMap(vmcs -> vmcs.get(field).toOptional()))
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /** An address as it is written in a field. */
    static String written(long address) {
        return Formats.address(address);
    }
}
