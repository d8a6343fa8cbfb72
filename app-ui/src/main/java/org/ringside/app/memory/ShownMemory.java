package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.snapshot.SnapshotDiff;

/**
 * The memory that the view shows: the moment's snapshot and its baseline, the spaces that they have, and the pages of the one that is
 * shown. Opens all of it in the background. Belongs to the UI thread.
 */
final class ShownMemory {
    private static final Messages MESSAGES = Messages.of(ShownMemory.class);
    /** What happens to the memory that is shown. */
    interface Listener {
        /** Pages of another space, or of another snapshot, are shown from now on. */
        void sheetOpened(HexSheet sheet, SpaceChoice space);

        /** Another snapshot was opened; its space has been. */
        void evidenceOpened();

        /** Pages were read. */
        void pagesArrived();

        /** Something else is known, or nothing is shown any more. */
        void changed();
    }

    private final Workspace workspace;
    private final Listener listener;
    private final BackgroundWork.Slot opening;
    private final BackgroundWork.Slot differing;
    private final BackgroundWork.Slot finding;
    private final ReadOnlyObjectWrapper<@Nullable MemoryEvidence> evidence =
            new ReadOnlyObjectWrapper<>(this, "evidence");
    private final ReadOnlyObjectWrapper<List<SpaceChoice>> spaces =
            new ReadOnlyObjectWrapper<>(this, "spaces", List.of());
    private final ReadOnlyObjectWrapper<@Nullable SpaceChoice> space = new ReadOnlyObjectWrapper<>(this, "space");
    private final ReadOnlyBooleanWrapper ready = new ReadOnlyBooleanWrapper(this, "ready");
    private PageChanges changes = PageChanges.NONE;
    private @Nullable PageChanges spaceChanges;
    private @Nullable HexSheet sheet;

    ShownMemory(Workspace workspace, Listener listener) {
        this.workspace = workspace;
        this.listener = listener;
        this.opening = workspace.tasks().slot(MESSAGES.get("task.open"));
        this.differing = workspace.tasks().slot(MESSAGES.get("task.compare"));
        this.finding = workspace.tasks().slot(MESSAGES.get("task.find-space"));
    }

    ReadOnlyObjectProperty<@Nullable MemoryEvidence> evidenceProperty() {
        return evidence.getReadOnlyProperty();
    }

    @Nullable
    MemoryEvidence evidence() {
        return evidence.get();
    }

    ReadOnlyObjectProperty<List<SpaceChoice>> spacesProperty() {
        return spaces.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<@Nullable SpaceChoice> spaceProperty() {
        return space.getReadOnlyProperty();
    }

    @Nullable
    SpaceChoice space() {
        return space.get();
    }

    /** Whether all of it is open: memory, and what differs from the baseline if there is one. */
    ReadOnlyBooleanProperty readyProperty() {
        return ready.getReadOnlyProperty();
    }

    /** Pages of the shown space; null while nothing is shown. */
    @Nullable
    HexSheet sheet() {
        return sheet;
    }

    /** What differs from the baseline, by physical address. */
    PageChanges changes() {
        return changes;
    }

    boolean isPhysical() {
        SpaceChoice shown = space.get();
        return shown != null && shown.isPhysical();
    }

    /** Shows the workspace's moment, unless it is shown already. */
    void follow() {
        OpenTrace trace = workspace.openTrace();
        Moment moment = workspace.moment();
        Optional<SnapshotInfo> snapshot = moment.snapshot();
        if (trace == null || snapshot.isEmpty()) {
            stop();
            closeSheet();
            ready.set(false);
            evidence.set(null);
            listener.changed();
            return;
        }
        MemoryEvidence shown = evidence.get();
        if (shown != null
                && shown.trace().trace().equals(trace.trace())
                && shown.snapshot().equals(snapshot.get())
                && shown.baseline().equals(moment.baseline())) {
            opening.cancel();
            if (!ready.get()) {
                compare(shown);
            }
            return;
        }
        ready.set(false);
        opening.run(
                monitor -> {
                    MemoryEvidence opened = MemoryEvidence.open(trace, snapshot.get(), moment);
                    return new Opened(opened, SpaceChoices.of(opened));
                },
                this::open);
    }

    /** Drops running work. */
    void stop() {
        opening.cancel();
        differing.cancel();
        finding.cancel();
    }

    /** Shows another space of the same snapshot. */
    void show(SpaceChoice choice) {
        MemoryEvidence shown = evidence.get();
        if (shown != null && !choice.equals(space.get())) {
            openSheet(shown, choice);
        }
    }

    /**
     * Shows the space that an address belongs to, if the snapshot has it. A space that is not in the list is looked for in the background,
     * as that reads page tables, and stays in the list.
     *
     * @param last the last address that must be in it
     * @param then run once it is shown
     */
    void reach(AddressSpace wanted, long last, Runnable then) {
        finding.cancel();
        MemoryEvidence shown = evidence.get();
        if (shown == null) {
            return;
        }
        Optional<SpaceChoice> known = SpaceChoices.find(wanted, last, shown, spaces.get());
        if (known.isPresent()) {
            show(known.get());
            then.run();
            return;
        }
        finding.run(monitor -> SpaceChoices.lookFor(wanted, shown), found -> {
            if (found.isPresent() && shown.equals(evidence.get())) {
                List<SpaceChoice> more = new ArrayList<>(spaces.get());
                more.add(found.get());
                spaces.set(List.copyOf(more));
                show(found.get());
                then.run();
            }
        });
    }

    /**
     * Finds what differs from the baseline in the shown space; in the background if that is not known yet, as it reads the tables of both.
     *
     * @param then takes it, by position on the line of the space
     */
    void compareSpace(Consumer<PageChanges> then) {
        MemoryEvidence shown = evidence.get();
        SpaceChoice choice = space.get();
        PhysicalMemory before = shown == null ? null : shown.baselineMemory();
        if (shown == null || choice == null || before == null || choice.isPhysical()) {
            then.accept(changes);
            return;
        }
        PageChanges known = spaceChanges;
        if (known != null) {
            then.accept(known);
            return;
        }
        PageChanges physical = changes;
        workspace
                .tasks()
                .run(
                        MESSAGES.get("task.compare-space", choice.title()),
                        monitor -> {
                            SpaceMapping was = choice.mapping(before, shown.baselineState(), monitor::isCancelled);
                            monitor.checkCancelled();
                            SpaceMapping is = choice.mapping(shown.memory(), shown.state(), monitor::isCancelled);
                            monitor.checkCancelled();
                            return SpaceChanges.between(
                                    new SpaceChanges.Side(before, was),
                                    new SpaceChanges.Side(shown.memory(), is),
                                    physical,
                                    monitor);
                        },
                        found -> {
                            if (shown.equals(evidence.get()) && choice.equals(space.get())) {
                                spaceChanges = found.changes();
                                then.accept(found.changes());
                            }
                        });
    }

    private record Opened(MemoryEvidence evidence, List<SpaceChoice> choices) {}

    private void open(Opened found) {
        MemoryEvidence opened = found.evidence;
        List<SpaceChoice> choices = found.choices;
        evidence.set(opened);
        spaces.set(choices);
        changes = PageChanges.NONE;
        SpaceChoice before = space.get();
        openSheet(opened, SpaceChoices.like(before, choices));
        compare(opened);
        listener.evidenceOpened();
    }

    /** Finds out what differs from the baseline; also again if that was interrupted. */
    private void compare(MemoryEvidence opened) {
        ready.set(opened.baseline().isEmpty());
        opened.baseline()
                .ifPresent(baseline -> differing.run(
                        monitor -> opened.trace()
                                .trace()
                                .diff(baseline.id(), opened.snapshot().id()),
                        diff -> compared(opened, diff)));
    }

    private void compared(MemoryEvidence opened, SnapshotDiff diff) {
        if (opened.equals(evidence.get())) {
            changes = PageChanges.of(diff);
            spaceChanges = null;
            if (sheet != null) {
                sheet.know(changes);
            }
            ready.set(true);
            listener.changed();
        }
    }

    private void openSheet(MemoryEvidence shown, SpaceChoice choice) {
        closeSheet();
        spaceChanges = null;
        PageLoader baseline =
                shown.baselineMemory() == null ? null : choice.loader(shown.baselineMemory(), shown.baselineState());
        HexSheet opened = new HexSheet(
                choice.linear(),
                choice.loader(shown.memory(), shown.state()),
                baseline,
                choice.isPhysical(),
                this::readInBackground,
                workspace.ui()::execute,
                listener::pagesArrived);
        if (!changes.equals(PageChanges.NONE)) {
            opened.know(changes);
        }
        sheet = opened;
        space.set(choice);
        listener.sheetOpened(opened, choice);
    }

    private void closeSheet() {
        if (sheet != null) {
            sheet.close();
            sheet = null;
        }
    }

    /** Runs a reader of pages as quiet work, so that a trace is not closed under it. */
    private void readInBackground(Runnable reader) {
        workspace
                .tasks()
                .slot(MESSAGES.get("task.read"))
                .run(
                        monitor -> {
                            reader.run();
                            return reader;
                        },
                        done -> {});
    }
}
