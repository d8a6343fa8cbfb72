package org.ringside.app.ept;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.util.Subscription;
import org.ringside.app.map.PictureModel;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureWatch;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTablePointer;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.TableStep;

/** What the EPT map shows and does, apart from how it looks. Belongs to the UI thread. */
public final class EptViewModel {
    private static final Messages MESSAGES = Messages.of(EptViewModel.class);
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** The snapshot is being looked through for VMCSs. */
        SEARCHING,
        /** The search was cancelled or failed. */
        STOPPED,
        /** No VMCS of the snapshot uses extended page tables, and no others were entered. */
        NONE,
        READING,
        READY
    }

    private final Workspace workspace;
    private final StructureWatch watch;
    private final BackgroundWork.Slot reading;
    private final BackgroundWork.Slot painting;
    private final BackgroundWork.Slot asking;
    private final PictureModel picture;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<List<EptChoice>> choices =
            new ReadOnlyObjectWrapper<>(this, "choices", List.of());
    private final ReadOnlyObjectWrapper<Optional<EptPicture>> map =
            new ReadOnlyObjectWrapper<>(this, "map", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<AddressRange>> piece =
            new ReadOnlyObjectWrapper<>(this, "piece", Optional.empty());
    private final ReadOnlyObjectWrapper<OptionalLong> page =
            new ReadOnlyObjectWrapper<>(this, "page", OptionalLong.empty());
    private final ReadOnlyObjectWrapper<List<EptAccessRow>> accesses =
            new ReadOnlyObjectWrapper<>(this, "accesses", List.of());
    private final ReadOnlyStringWrapper note = new ReadOnlyStringWrapper(this, "note", "");
    private OptionalLong wanted = OptionalLong.empty();
    private OptionalLong wantedPage = OptionalLong.empty();
    private OptionalLong entered = OptionalLong.empty();
    private Subscription subscriptions = Subscription.EMPTY;

    public EptViewModel(Workspace workspace) {
        this.workspace = workspace;
        watch = new StructureWatch(workspace);
        reading = workspace.tasks().slot(MESSAGES.get("task.read"));
        painting = workspace.tasks().slot(MESSAGES.get("task.paint"));
        asking = workspace.tasks().slot(MESSAGES.get("task.ask"));
        picture = new PictureModel(workspace.tasks().slot(MESSAGES.get("task.draw")));
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
        reading.cancel();
        painting.cancel();
        asking.cancel();
        picture.cancel();
    }

    /** What the search for VMCSs is told from. */
    public StructureWatch search() {
        return watch;
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** The tables that can be shown. */
    ReadOnlyObjectProperty<List<EptChoice>> choicesProperty() {
        return choices.getReadOnlyProperty();
    }

    /** The map on the screen. */
    ReadOnlyObjectProperty<Optional<EptPicture>> mapProperty() {
        return map.getReadOnlyProperty();
    }

    /** The piece of guest-physical memory in the picture. */
    ReadOnlyObjectProperty<Optional<AddressRange>> pieceProperty() {
        return piece.getReadOnlyProperty();
    }

    /** The picture of that piece. */
    public PictureModel picture() {
        return picture;
    }

    /** The selected guest-physical page. */
    public ReadOnlyObjectProperty<OptionalLong> pageProperty() {
        return page.getReadOnlyProperty();
    }

    /** What each kind of access to the selected page does. */
    ReadOnlyObjectProperty<List<EptAccessRow>> accessesProperty() {
        return accesses.getReadOnlyProperty();
    }

    /** What came of a search, or what is wrong with what was entered; empty if there is nothing to say. */
    public ReadOnlyStringProperty noteProperty() {
        return note.getReadOnlyProperty();
    }

    /** What the decoder noticed about the tables. */
    List<Finding> findings() {
        return map.get().map(shown -> shown.map().summary().findings()).orElse(List.of());
    }

    /** Shows other tables. */
    void show(EptChoice choice) {
        if (map.get().filter(shown -> shown.choice().equals(choice)).isEmpty()) {
            read(choice);
        }
    }

    /** Shows another piece of guest-physical memory. */
    void show(AddressRange other) {
        EptPicture shown = map.get().orElse(null);
        if (shown == null || piece.get().equals(Optional.of(other))) {
            return;
        }
        piece.set(Optional.of(other));
        painting.run(monitor -> EptCells.picture(shown.map().ranges(), other, monitor), cells -> {
            picture.show(cells);
            page.get().ifPresent(picture::moveCursor);
        });
    }

    /** Shows the tables of an EPTP that a person names, in host-physical memory; an empty text forgets it. */
    public void enter(String text) {
        if (text.isBlank()) {
            entered = OptionalLong.empty();
            note.set("");
            watch.found().ifPresent(this::arrived);
            return;
        }
        value(text).ifPresent(eptp -> {
            int levels = new ExtendedPageTablePointer(eptp).levels();
            if (levels != 4 && levels != 5) {
                note.set(MESSAGES.get("no-eptp", Formats.address(eptp), levels));
                return;
            }
            entered = OptionalLong.of(eptp);
            wanted = OptionalLong.empty();
            map.set(Optional.empty());
            watch.found().ifPresent(this::arrived);
        });
    }

    /** Goes to a guest-physical address, or to the first guest page that leads to a host-physical one, and says how many do. */
    public void find(String text, boolean hostPhysical) {
        Optional<Long> address = value(text);
        EptPicture shown = map.get().orElse(null);
        if (address.isEmpty() || shown == null) {
            return;
        }
        if (!hostPhysical) {
            select(address.get());
            note.set(shown.rowAt(address.get()).isPresent() ? "" : MESSAGES.get("not-mapped", hex(address.get())));
            return;
        }
        asking.run(monitor -> shown.guestPagesOf(address.get()), pages -> {
            note.set(
                    pages.isEmpty()
                            ? MESSAGES.get("host.none", hex(address.get()))
                            : MESSAGES.get("host.found", hex(address.get()), pages.size()));
            if (!pages.isEmpty()) {
                select(pages.getFirst() + (address.get() & (PAGE - 1)));
            }
        });
    }

    /** Selects a guest-physical address, in every view. */
    public void select(long guestPhysical) {
        map.get().ifPresent(shown -> {
            reveal(guestPhysical);
            workspace.select(selection(shown, guestPhysical));
        });
    }

    private static Selection selection(EptPicture shown, long guestPhysical) {
        return shown.choice()
                .vmcs()
                .<Selection>map(found -> new Selection.GuestAddress(found.address(), false, guestPhysical))
                .orElseGet(() -> new Selection.Bytes(new ByteSpan(shown.space(), guestPhysical, 1)));
    }

    /** Selects the host-physical bytes behind the page under the cursor, and brings up memory. */
    public void open() {
        map.get()
                .ifPresent(shown -> host(shown, picture.cursorProperty().get()).ifPresent(address -> {
                    workspace.select(new Selection.Page(address));
                    workspace.showView("memory");
                }));
    }

    /** Selects an entry of the tables, in every view. */
    void select(TableStep step) {
        workspace.select(new Selection.Node(List.<StructureNode>of(step.entry())));
    }

    /** What is known of a guest page, for a tooltip. */
    public String describe(long guestPhysical) {
        EptPicture shown = map.get().orElse(null);
        if (shown == null) {
            return "";
        }
        return shown.rowAt(guestPhysical)
                .map(row -> {
                    long offset = guestPhysical - row.range().input();
                    String host = row.host().map(at -> hex(at + offset)).orElse("?");
                    String more = row.flags().isEmpty() ? row.type() : row.type() + ", " + row.flags();
                    return MESSAGES.get("page", hex(guestPhysical), host, row.rights(), more, row.size());
                })
                .orElseGet(() -> MESSAGES.get("page.not-mapped", hex(guestPhysical)));
    }

    private static Optional<Long> host(EptPicture shown, long guestPhysical) {
        return shown.tables()
                .translate(guestPhysical)
                .flatMap(found -> shown.choice().owner().hostPhysical(found.output()))
                .toOptional();
    }

    private void follow(Selection selection) {
        switch (selection) {
            case Selection.Vmcs(long address) -> want(address, OptionalLong.empty());
            case Selection.GuestAddress(long vmcs, boolean virtual, long address) ->
                want(vmcs, virtual ? OptionalLong.empty() : OptionalLong.of(address));
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical -> want(span.address() & -PAGE, OptionalLong.empty());
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.GuestPhysical ->
                map.get()
                        .filter(shown -> shown.space().equals(span.space()))
                        .ifPresent(shown -> reveal(span.address()));
            default -> {}
        }
    }

    /** The tables of a VMCS were asked for, and perhaps a page. */
    private void want(long vmcs, OptionalLong address) {
        boolean known = watch.found().filter(all -> all.at(vmcs).isEmpty()).isEmpty();
        if (!known) {
            return;
        }
        wantedPage = address;
        wanted = OptionalLong.of(vmcs);
        Optional<EptChoice> choice = choices.get().stream()
                .filter(each ->
                        each.vmcs().filter(found -> found.address() == vmcs).isPresent())
                .findFirst();
        if (choice.isEmpty()) {
            return;
        }
        if (map.get().filter(shown -> shown.choice().equals(choice.get())).isPresent()) {
            address.ifPresent(this::reveal);
        } else {
            read(choice.get());
        }
    }

    private void update(StructureWatch.Seen seen) {
        switch (seen.phase()) {
            case CLOSED -> {
                entered = OptionalLong.empty();
                wanted = OptionalLong.empty();
                clear(State.CLOSED);
            }
            case NO_SNAPSHOT -> clear(State.NO_SNAPSHOT);
            case SEARCHING -> clear(State.SEARCHING);
            case STOPPED -> clear(State.STOPPED);
            case FOUND -> arrived(seen.found().orElseThrow());
        }
    }

    private void clear(State now) {
        reading.cancel();
        painting.cancel();
        asking.cancel();
        choices.set(List.of());
        map.set(Optional.empty());
        piece.set(Optional.empty());
        page.set(OptionalLong.empty());
        accesses.set(List.of());
        picture.clear();
        note.set("");
        state.set(now);
    }

    private void arrived(FoundStructures found) {
        List<EptChoice> all = choices(found);
        if (all.isEmpty()) {
            clear(State.NONE);
            return;
        }
        choices.set(all);
        read(all.stream()
                .filter(choice -> wanted.isEmpty()
                        ? entered.isEmpty() || choice.vmcs().isEmpty()
                        : choice.vmcs()
                                .filter(vmcs -> vmcs.address() == wanted.getAsLong())
                                .isPresent())
                .findFirst()
                .orElse(all.getFirst()));
    }

    /** The tables of every guest, once each, and those that were entered. */
    private List<EptChoice> choices(FoundStructures found) {
        List<EptChoice> all = new ArrayList<>();
        MemorySpace host = found.survey().memories().getFirst();
        entered.ifPresent(eptp -> all.add(new EptChoice(Optional.empty(), host, EptContext.of(eptp))));
        Set<List<Object>> taken = new HashSet<>();
        for (FoundVmcs vmcs : found.guests()) {
            if (found.ept(vmcs) instanceof Observed.Known<EptContext>(EptContext context)) {
                MemorySpace owner = found.ownerMemory(vmcs);
                if (taken.add(List.of(owner, context))) {
                    all.add(new EptChoice(Optional.of(vmcs), owner, context));
                }
            }
        }
        return all;
    }

    private void read(EptChoice choice) {
        if (map.get().isEmpty()) {
            state.set(State.READING);
        }
        reading.run(monitor -> EptPicture.of(choice, monitor), this::show);
    }

    private void show(EptPicture read) {
        map.set(Optional.of(read));
        piece.set(Optional.empty());
        page.set(OptionalLong.empty());
        accesses.set(List.of());
        state.set(State.READY);
        if (wantedPage.isPresent()) {
            long address = wantedPage.getAsLong();
            wantedPage = OptionalLong.empty();
            reveal(address);
        }
        if (piece.get().isEmpty()) {
            read.largest().ifPresentOrElse(this::show, picture::clear);
        }
    }

    /** Puts the cursor on a page, in the piece that has it, and says what accesses to it do. */
    private void reveal(long guestPhysical) {
        EptPicture shown = map.get().orElse(null);
        if (shown == null) {
            wantedPage = OptionalLong.of(guestPhysical);
            return;
        }
        page.set(OptionalLong.of(guestPhysical));
        boolean inside = piece.get()
                .filter(now -> guestPhysical >= now.start() && guestPhysical < now.end())
                .isPresent();
        if (!inside) {
            shown.pieces().stream()
                    .filter(each -> guestPhysical >= each.start() && guestPhysical < each.end())
                    .findFirst()
                    .ifPresent(this::show);
        }
        picture.moveCursor(guestPhysical);
        asking.run(monitor -> EptAccessRow.of(shown.tables(), guestPhysical), accesses::set);
    }

    private Optional<Long> value(String text) {
        return switch (AddressExpression.evaluate(text, AddressExpression.Names.none())) {
            case AddressExpression.Value(long value) -> Optional.of(value);
            case AddressExpression.Problem(String message, int position) -> {
                note.set(message);
                yield Optional.empty();
            }
        };
    }

    private static String hex(long address) {
        return Formats.address(address);
    }
}
