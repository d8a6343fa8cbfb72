package org.ringside.app.diff;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.SnapshotInfo;

/** What the list of changes shows and does, apart from how it looks. Belongs to the UI thread. */
public final class DiffViewModel {
    /** What there is to show. */
    public enum State {
        /** No trace is open. */
        CLOSED,
        /** The time cursor is before the first snapshot. */
        NO_SNAPSHOT,
        /** There is nothing to compare with. */
        NO_BASELINE,
        COMPARING,
        /** Not a byte differs. */
        IDENTICAL,
        READY,
        /** The filter leaves nothing. */
        ALL_FILTERED,
        /** The comparison failed; a notification says why. */
        FAILED
    }

    private static final int MOST_COUNTED = 200_000;

    private final Workspace workspace;
    private final BackgroundWork.Slot compareSlot;
    private final BackgroundWork.Slot summarySlot;
    private final BackgroundWork.Slot detailSlot;
    private final BackgroundWork.Slot filterSlot;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.CLOSED);
    private final ObservableList<DiffRow> rows = FXCollections.observableArrayList();
    private final ObservableList<DiffRow> readOnlyRows = FXCollections.unmodifiableObservableList(rows);
    private final ObjectProperty<DiffFilter> filter = new SimpleObjectProperty<>(this, "filter", DiffFilter.ALL);
    private final ReadOnlyObjectWrapper<String> summary = new ReadOnlyObjectWrapper<>(this, "summary", "");
    private final ReadOnlyObjectWrapper<Optional<ChangedRun>> selected =
            new ReadOnlyObjectWrapper<>(this, "selected", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<RunDetail>> detail =
            new ReadOnlyObjectWrapper<>(this, "detail", Optional.empty());
    private final ReadOnlyIntegerWrapper revision = new ReadOnlyIntegerWrapper(this, "revision");
    private final Set<MemoryKind> open = EnumSet.noneOf(MemoryKind.class);

    private Subscription subscriptions = Subscription.EMPTY;
    private @Nullable Comparison comparison;
    private @Nullable OnDemand<ChangedRun, RunSummary> summaries;
    private Map<ChangedRun, RunSummary> counted = new ConcurrentHashMap<>();
    private Map<MemoryKind, List<ChangedRun>> listed = Map.of();

    public DiffViewModel(Workspace workspace) {
        this.workspace = workspace;
        compareSlot = workspace.tasks().slot("Compare snapshots");
        summarySlot = workspace.tasks().slot("Count changed bytes");
        detailSlot = workspace.tasks().slot("Compare pages");
        filterSlot = workspace.tasks().slot("Filter changes");
        for (MemoryKind kind : MemoryKind.values()) {
            if (!kind.isNoise()) {
                open.add(kind);
            }
        }
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscriptions = Subscription.combine(
                workspace.momentProperty().subscribe(this::take),
                workspace.selectionProperty().subscribe(this::follow),
                workspace.symbolsProperty().subscribe(names -> symbolsChanged()),
                filter.subscribe(wanted -> list()));
    }

    /** Stops following, and drops running work. */
    public void detach() {
        subscriptions.unsubscribe();
        subscriptions = Subscription.EMPTY;
        compareSlot.cancel();
        summarySlot.cancel();
        detailSlot.cancel();
        filterSlot.cancel();
        summaries = null;
        if (state.get() == State.COMPARING) {
            comparison = null;
        }
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** What is listed: heads of groups, and runs below those that are open. */
    public ObservableList<DiffRow> rows() {
        return readOnlyRows;
    }

    public ObjectProperty<DiffFilter> filterProperty() {
        return filter;
    }

    /** What is compared and how much differs, in one line. */
    public ReadOnlyObjectProperty<String> summaryProperty() {
        return summary.getReadOnlyProperty();
    }

    /** The run whose detail is shown. */
    public ReadOnlyObjectProperty<Optional<ChangedRun>> selectedProperty() {
        return selected.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<Optional<RunDetail>> detailProperty() {
        return detail.getReadOnlyProperty();
    }

    /** Changes when counts or names of runs have come or changed. */
    public ReadOnlyIntegerProperty revisionProperty() {
        return revision.getReadOnlyProperty();
    }

    /** The comparison that is shown. */
    public Optional<Comparison> comparison() {
        return Optional.ofNullable(comparison);
    }

    /** Opens or folds a group. */
    public void toggle(MemoryKind kind) {
        if (!open.remove(kind)) {
            open.add(kind);
        }
        show();
    }

    /** How much of a run differs, if it is counted already; else it is being counted. */
    public Optional<RunSummary> summaryOf(ChangedRun run) {
        return summaries == null ? Optional.empty() : summaries.get(run);
    }

    /** The kernel's address of a run's first byte. */
    public Optional<Mapping> kernelAddress(ChangedRun run) {
        return comparison == null ? Optional.empty() : comparison.kernelAddress(run.address());
    }

    /** Names of what changed in a run, as far as it is counted already. */
    public List<SymbolPlace> symbols(ChangedRun run) {
        Comparison shown = comparison;
        if (shown == null || workspace.symbols().size() == 0) {
            return List.of();
        }
        return summaryOf(run)
                .map(summary -> shown.symbols(summary, workspace.symbols()))
                .orElse(List.of());
    }

    /** Shows a run's detail and selects its first byte that differs, in every view. */
    public void select(ChangedRun run) {
        show(run);
        workspace.select(summaryOf(run)
                .filter(counted -> counted.first().isPresent())
                .map(counted -> Selection.physical(counted.first().getAsLong(), 1))
                .orElseGet(() -> new Selection.Page(run.address())));
    }

    /** Selects bytes that changed, in every view. */
    public void select(ByteSpan span) {
        workspace.select(new Selection.Bytes(span));
    }

    /** Selects an instruction of the shown detail, in every view. */
    void selectVirtual(InstructionRow row) {
        int length = row.after().or(row::before).map(Instruction::length).orElse(1);
        detail.get()
                .flatMap(shown -> shown.mappings().stream().findFirst())
                .ifPresentOrElse(
                        mapping -> select(new ByteSpan(mapping.space(), row.address(), length)),
                        () -> select(ByteSpan.physical(row.address(), length)));
    }

    private void take(Moment moment) {
        OpenTrace trace = workspace.openTrace();
        Optional<SnapshotInfo> current = moment.snapshot();
        Optional<SnapshotInfo> baseline = moment.baseline();
        if (trace == null || current.isEmpty() || baseline.isEmpty()) {
            forget(trace == null ? State.CLOSED : current.isEmpty() ? State.NO_SNAPSHOT : State.NO_BASELINE);
            return;
        }
        Comparison shown = comparison;
        boolean same = shown != null
                && shown.current().equals(current.get())
                && shown.baseline().equals(baseline.get());
        if (same) {
            resume();
            return;
        }
        forget(State.COMPARING);
        compareSlot.run(
                monitor -> {
                    try {
                        return Comparison.of(trace.trace(), baseline.get(), current.get(), monitor);
                    } catch (Exception failure) {
                        workspace.ui().execute(() -> fail(moment));
                        throw failure;
                    }
                },
                this::compared);
    }

    /** After the view was covered for a while. */
    private void resume() {
        if (summaries == null && comparison != null) {
            count(comparison);
        }
    }

    private void forget(State next) {
        compareSlot.cancel();
        detailSlot.cancel();
        filterSlot.cancel();
        comparison = null;
        summaries = null;
        listed = Map.of();
        rows.clear();
        selected.set(Optional.empty());
        detail.set(Optional.empty());
        summary.set("");
        state.set(next);
    }

    private void fail(Moment moment) {
        if (workspace.moment().sameEvidence(moment) && state.get() == State.COMPARING) {
            state.set(State.FAILED);
        }
    }

    private void compared(Comparison result) {
        comparison = result;
        counted = new ConcurrentHashMap<>();
        count(result);
        summary.set(summarize(result));
        list();
        follow(workspace.selection());
    }

    private void count(Comparison shown) {
        Map<ChangedRun, RunSummary> known = counted;
        summaries = new OnDemand<>(summarySlot, workspace.ui(), run -> summary(known, shown, run), this::changed);
    }

    static String summarize(Comparison result) {
        StringBuilder text = new StringBuilder("%s → %s: %,d pages differ"
                .formatted(result.baseline().name(), result.current().name(), result.pages()));
        for (MemoryKind kind : MemoryKind.values()) {
            long pages = result.pages(kind);
            if (pages > 0) {
                text.append(" · %,d %s".formatted(pages, kind.title().toLowerCase(Locale.ROOT)));
            }
        }
        return text.toString();
    }

    /** Filters in the background: names and counts of hundreds of thousands of runs take a while. */
    private void list() {
        Comparison shown = comparison;
        if (shown != null) {
            DiffFilter accepted = filter.get();
            SymbolTable names = workspace.symbols();
            Map<ChangedRun, RunSummary> known = counted;
            filterSlot.run(
                    monitor -> shown.runs().stream()
                            .peek(run -> monitor.checkCancelled())
                            .filter(run -> accepted.accepts(
                                    run,
                                    shown.kernelAddress(run.address()).map(Mapping::address),
                                    () -> shown.symbols(summary(known, shown, run), names)))
                            .collect(Collectors.groupingBy(ChangedRun::kind)),
                    accepting -> {
                        listed = accepting;
                        show();
                    });
        }
    }

    private static RunSummary summary(Map<ChangedRun, RunSummary> known, Comparison shown, ChangedRun run) {
        RunSummary summary = known.get(run);
        if (summary == null) {
            summary = RunSummary.of(shown, run);
            if (known.size() < MOST_COUNTED) {
                known.put(run, summary);
            }
        }
        return summary;
    }

    private void show() {
        Comparison shown = comparison;
        if (shown == null) {
            return;
        }
        List<DiffRow> all = new ArrayList<>();
        for (MemoryKind kind : MemoryKind.values()) {
            List<ChangedRun> runs = listed.getOrDefault(kind, List.of());
            if (!runs.isEmpty()) {
                // What was asked for by text is not folded away again.
                boolean opened = open.contains(kind) || !filter.get().text().isEmpty();
                long pages = runs.stream().mapToLong(ChangedRun::pages).sum();
                all.add(new DiffRow.Group(kind, runs.size(), pages, opened));
                if (opened) {
                    runs.forEach(run -> all.add(new DiffRow.Run(run)));
                }
            }
        }
        rows.setAll(all);
        state.set(shown.runs().isEmpty() ? State.IDENTICAL : all.isEmpty() ? State.ALL_FILTERED : State.READY);
        changed();
    }

    private void show(ChangedRun run) {
        Comparison shown = comparison;
        if (shown == null || selected.get().equals(Optional.of(run))) {
            return;
        }
        selected.set(Optional.of(run));
        detail.set(Optional.empty());
        detailSlot.run(
                monitor -> RunDetail.of(shown, run, workspace.symbols(), monitor),
                found -> detail.set(Optional.of(found)));
    }

    /** Shows the run of what was selected elsewhere, if it lies in one. */
    private void follow(Selection selection) {
        Comparison shown = comparison;
        if (shown == null) {
            return;
        }
        Optional<Long> physical = switch (selection) {
            case Selection.Page(long address) -> Optional.of(address);
            case Selection.Bytes(ByteSpan span)
            when span.space() instanceof AddressSpace.Physical -> Optional.of(span.address());
            default -> Optional.empty();
        };
        physical.map(address -> address & -PhysicalMemory.PAGE_SIZE)
                .flatMap(shown::runOf)
                .ifPresent(this::show);
    }

    private void symbolsChanged() {
        Optional<ChangedRun> run = selected.get();
        if (comparison != null) {
            list();
            selected.set(Optional.empty());
            run.ifPresent(this::show);
        }
    }

    private void changed() {
        revision.set(revision.get() + 1);
    }
}
