package org.ringside.app.vtd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.ringside.app.text.Formats;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.decoder.vtd.DmaWalk;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.finding.DmaFinding;

/** What the VT-d view shows and does, apart from how it looks. Belongs to the UI thread. */
public final class VtdViewModel {
    /** What there is to show. */
    public enum State {
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        LOADING,
        /** Neither this snapshot nor another of its machine has a unit's registers. */
        NO_UNIT,
        READY,
        /** It could not be read; a notification says why. */
        FAILED
    }

    /**
     * A unit, ready to show.
     *
     * @param tree its rows
     * @param reach who reaches which page
     * @param memory of the snapshot
     * @param findings of the checks, on all units of the snapshot, violations first
     */
    public record Unit(UnitTree tree, DevicesReaching reach, PhysicalMemory memory, List<DmaFinding> findings) {
        String title() {
            return tree.found().unit().name();
        }

        /** Devices with a context entry, by number. */
        List<RequesterId> devices() {
            return tree.found().unit().tables().toOptional().stream()
                    .flatMap(RemappingTables::devices)
                    .map(RemappedDevice::id)
                    .toList();
        }
    }

    private final Workspace workspace;
    private final BackgroundWork.Slot slot;
    private final BackgroundWork.Slot walkSlot;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ReadOnlyObjectWrapper<List<Unit>> units = new ReadOnlyObjectWrapper<>(this, "units", List.of());
    private final ReadOnlyObjectWrapper<Optional<Unit>> shown =
            new ReadOnlyObjectWrapper<>(this, "shown", Optional.empty());
    private final ReadOnlyObjectWrapper<OptionalLong> page =
            new ReadOnlyObjectWrapper<>(this, "page", OptionalLong.empty());
    private final ReadOnlyObjectWrapper<List<String>> reaching =
            new ReadOnlyObjectWrapper<>(this, "reaching", List.of());
    private final ReadOnlyObjectWrapper<Optional<StructureNode>> walk =
            new ReadOnlyObjectWrapper<>(this, "walk", Optional.empty());
    private final ReadOnlyObjectWrapper<String> problem = new ReadOnlyObjectWrapper<>(this, "problem", "");
    private final WritersModel writers;
    private OptionalLong enteredRoot = OptionalLong.empty();
    private Subscription subscriptions = Subscription.EMPTY;

    public VtdViewModel(Workspace workspace) {
        this.workspace = workspace;
        slot = workspace.tasks().slot("Read DMA remapping tables");
        walkSlot = workspace.tasks().slot("Follow a DMA request");
        writers = new WritersModel(workspace);
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscriptions = Subscription.combine(
                workspace.openTraceProperty().subscribe((was, is) -> enteredRoot = OptionalLong.empty()),
                workspace.momentProperty().subscribe((was, is) -> {
                    if (!was.sameEvidence(is)) {
                        read();
                    }
                }),
                workspace.selectionProperty().subscribe(this::follow));
        read();
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        slot.cancel();
        walkSlot.cancel();
        writers.cancel();
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<List<Unit>> unitsProperty() {
        return units.getReadOnlyProperty();
    }

    /** The unit on the screen. */
    public ReadOnlyObjectProperty<Optional<Unit>> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** The page that {@link #reachingProperty()} is about. */
    public ReadOnlyObjectProperty<OptionalLong> pageProperty() {
        return page.getReadOnlyProperty();
    }

    /** Who reaches the page, a line for each domain. */
    public ReadOnlyObjectProperty<List<String>> reachingProperty() {
        return reaching.getReadOnlyProperty();
    }

    /** The way of the DMA request that was asked for. */
    public ReadOnlyObjectProperty<Optional<StructureNode>> walkProperty() {
        return walk.getReadOnlyProperty();
    }

    /** What is wrong with what was entered; empty if nothing is. */
    public ReadOnlyObjectProperty<String> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    public void show(Unit unit) {
        shown.set(Optional.of(unit));
        walk.set(Optional.empty());
        page.get().ifPresent(this::ask);
    }

    /** Reads the tables from a root table that a person names; an empty text goes back to what was captured. */
    public void enterRoot(String text) {
        if (text.isBlank()) {
            enteredRoot = OptionalLong.empty();
            problem.set("");
            read();
            return;
        }
        address(text).ifPresent(root -> {
            enteredRoot = OptionalLong.of(root);
            read();
        });
    }

    /** Asks who reaches a page. */
    public void who(String text) {
        address(text).ifPresent(this::ask);
    }

    /** Follows a DMA request. */
    public void walk(Optional<RequesterId> device, String text) {
        Optional<Unit> unit = shown.get();
        if (device.isEmpty()) {
            problem.set("choose the device that makes the request");
            return;
        }
        if (unit.isPresent()) {
            address(text)
                    .ifPresent(address -> walkSlot.run(
                            monitor -> DmaWalk.of(
                                            unit.get().memory(),
                                            unit.get().tree().found().unit(),
                                            device.get(),
                                            address)
                                    .toStructure(),
                            structure -> walk.set(Optional.of(structure))));
        }
    }

    /** Selects the bytes that a finding is about, in every view. */
    public void select(DmaFinding finding) {
        finding.finding().span().ifPresent(span -> workspace.select(new Selection.Bytes(span)));
    }

    /** The picture of what devices can write. */
    public WritersModel writers() {
        return writers;
    }

    /** Selects a row, in every view: a structure, or the memory that a mapping leads to. */
    public void select(List<StructureNode> path) {
        Optional<ByteSpan> memory = shown.get().flatMap(unit -> unit.tree().memoryOf(path.getLast()));
        workspace.select(memory.<Selection>map(Selection.Bytes::new).orElseGet(() -> new Selection.Node(path)));
    }

    private Optional<Long> address(String text) {
        String digits = text.strip().replace("_", "");
        try {
            long value = Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
            problem.set("");
            return Optional.of(value);
        } catch (NumberFormatException notANumber) {
            problem.set("\"%s\" is not a hexadecimal address".formatted(text.strip()));
            return Optional.empty();
        }
    }

    private void ask(long physical) {
        long asked = physical & -PhysicalMemory.PAGE_SIZE;
        page.set(OptionalLong.of(asked));
        reaching.set(shown.get().map(unit -> lines(unit.reach(), asked)).orElse(List.of()));
    }

    private static List<String> lines(DevicesReaching reach, long page) {
        List<String> lines = new ArrayList<>();
        if (reach.everyDeviceReachesEverything()) {
            lines.add("Translation is off: every device can read and write this page.");
        }
        for (DeviceReach found : reach.page(page)) {
            lines.add("%s  %s  domain %d, DMA address %s"
                    .formatted(
                            found.rights(),
                            String.join(
                                    ", ",
                                    found.devices().stream()
                                            .map(Object::toString)
                                            .toList()),
                            found.domain().id(),
                            Formats.address(found.dmaAddress())));
        }
        if (lines.isEmpty()) {
            lines.add("No device behind this unit can read or write this page.");
        }
        if (!reach.complete()) {
            lines.add("Not all tables could be read: others may reach it too.");
        }
        return lines;
    }

    private void follow(Selection selection) {
        switch (selection) {
            case Selection.Page(long address) -> ask(address);
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical -> ask(span.address());
            default -> {}
        }
    }

    private void read() {
        slot.cancel();
        OpenTrace open = workspace.openTrace();
        Moment moment = workspace.moment();
        units.set(List.of());
        shown.set(Optional.empty());
        walk.set(Optional.empty());
        if (open == null || moment.snapshot().isEmpty()) {
            state.set(open == null ? State.CLOSED : State.NO_SNAPSHOT);
            return;
        }
        state.set(State.LOADING);
        OptionalLong root = enteredRoot;
        slot.run(
                monitor -> {
                    try {
                        return UnitReading.read(open, moment, root, monitor);
                    } catch (IOException | RuntimeException failure) {
                        workspace.ui().execute(() -> fail(moment));
                        throw failure;
                    }
                },
                this::arrived);
    }

    private void fail(Moment moment) {
        if (workspace.moment().sameEvidence(moment) && state.get() == State.LOADING) {
            state.set(State.FAILED);
        }
    }

    private void arrived(List<Unit> found) {
        units.set(found);
        state.set(found.isEmpty() ? State.NO_UNIT : State.READY);
        if (!found.isEmpty()) {
            show(found.getFirst());
            writers.use(
                    found.stream().map(unit -> unit.tree().found()).toList(),
                    found.getFirst().memory());
        }
    }
}
