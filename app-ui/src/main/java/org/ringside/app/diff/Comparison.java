package org.ringside.app.diff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.agent.kernel.KernelMappings.Use;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

/**
 * Two snapshots compared: every run of changed pages, with what the kernel uses it for, the most telling first. Reading {@link #before()}
 * and {@link #after()} may block; all else is in memory. Safe for several threads.
 *
 * @param baseline the earlier snapshot
 * @param current the later one
 * @param before memory of the baseline
 * @param after memory of the later one
 * @param baselineMappings the baseline's kernel mappings, or why they are not known
 * @param currentMappings the later snapshot's, or why they are not known
 * @param runs by kind, then by address; they do not overlap
 */
public record Comparison(
        SnapshotInfo baseline,
        SnapshotInfo current,
        PhysicalMemory before,
        PhysicalMemory after,
        Observed<KernelMappings> baselineMappings,
        Observed<KernelMappings> currentMappings,
        List<ChangedRun> runs) {
    private static final Comparator<ChangedRun> MOST_TELLING =
            Comparator.comparing(ChangedRun::kind).thenComparing(ChangedRun::address, Long::compareUnsigned);

    public Comparison {
        runs = runs.stream().sorted(MOST_TELLING).toList();
    }

    /**
     * Compares; blocks.
     *
     * @throws java.util.concurrent.CancellationException if the monitor says so
     */
    public static Comparison of(Trace trace, SnapshotInfo baseline, SnapshotInfo current, ProgressMonitor monitor)
            throws IOException {
        monitor.progress("comparing pages", 0, 0);
        SnapshotDiff diff = trace.diff(baseline.id(), current.id());
        PhysicalMemory before = trace.memory(baseline.id());
        PhysicalMemory after = trace.memory(current.id());
        MachineState stateBefore = trace.state(baseline.id());
        MachineState stateAfter = trace.state(current.id());
        monitor.progress("reading page tables", 0, 0);
        Observed<KernelMappings> mappingsBefore = KernelMappings.of(before, stateBefore, monitor::isCancelled);
        Observed<KernelMappings> mappingsAfter = KernelMappings.of(after, stateAfter, monitor::isCancelled);
        monitor.checkCancelled();
        Classifier classifier = new Classifier(mappingsBefore.toOptional(), mappingsAfter.toOptional());
        List<ChangedRun> runs = new ArrayList<>();
        for (PageRun run : diff.runs()) {
            monitor.checkCancelled();
            classifier.split(run, runs);
        }
        return new Comparison(baseline, current, before, after, mappingsBefore, mappingsAfter, runs);
    }

    /** Pages of a kind. */
    public long pages(MemoryKind kind) {
        return runs.stream()
                .filter(run -> run.kind() == kind)
                .mapToLong(ChangedRun::pages)
                .sum();
    }

    /** Pages of every kind. */
    public long pages() {
        return runs.stream().mapToLong(ChangedRun::pages).sum();
    }

    /** The run that a physical address lies in: one binary search in the runs of each kind. */
    public Optional<ChangedRun> runOf(long physical) {
        long page = physical & -PhysicalMemory.PAGE_SIZE;
        for (MemoryKind kind : MemoryKind.values()) {
            ChangedRun key = new ChangedRun(page, 1, PageRun.Change.CHANGED, kind);
            int found = Collections.binarySearch(runs, key, MOST_TELLING);
            // Where no run begins at the page, the one before the insertion point is the only one that may hold it.
            int candidate = found >= 0 ? found : -found - 2;
            if (candidate >= 0
                    && runs.get(candidate).kind() == kind
                    && runs.get(candidate).range().contains(physical)) {
                return Optional.of(runs.get(candidate));
            }
        }
        return Optional.empty();
    }

    /**
     * The kernel's address of a physical one: an executable one if there is any, else the baseline's first; empty if it has none or the page
     * tables are not known.
     */
    public Optional<Mapping> kernelAddress(long physical) {
        long page = physical & -PhysicalMemory.PAGE_SIZE;
        List<Mapping> known = mappings(page);
        return known.stream()
                .filter(mapping -> mapping.rights().execute())
                .findFirst()
                .or(() -> known.stream().findFirst())
                .map(mapping -> new Mapping(mapping.space(), mapping.address() + (physical - page), mapping.rights()));
    }

    /** The symbol at or below a physical address, through the kernel's mapping of it that has the nearest one. */
    public Optional<SymbolPlace> symbol(long physical, SymbolTable symbols) {
        long page = physical & -PhysicalMemory.PAGE_SIZE;
        return mappings(page).stream()
                .map(mapping -> KernelNames.of(mapping.address() + (physical - page), symbols))
                .flatMap(Optional::stream)
                .min(Comparator.comparingLong(SymbolPlace::offset));
    }

    /** The symbols of what changed, each function or table once. */
    public List<SymbolPlace> symbols(RunSummary summary, SymbolTable symbols) {
        Map<Symbol, SymbolPlace> found = new LinkedHashMap<>();
        for (long address : summary.starts()) {
            symbol(address, symbols).ifPresent(place -> found.putIfAbsent(place.symbol(), place));
        }
        return List.copyOf(found.values());
    }

    /** Kernel addresses of a page, the baseline's first. */
    List<Mapping> mappings(long page) {
        List<Mapping> known = new ArrayList<>();
        baselineMappings.toOptional().ifPresent(mappings -> known.addAll(mappings.mappingsOf(page)));
        currentMappings.toOptional().ifPresent(mappings -> known.addAll(mappings.mappingsOf(page)));
        return known;
    }

    /** Splits runs where the kernel's use changes. */
    private record Classifier(Optional<KernelMappings> before, Optional<KernelMappings> after) {
        void split(PageRun run, List<ChangedRun> runs) {
            long start = run.address();
            MemoryKind kind = kind(start, run.change());
            long pages = 1;
            for (long i = 1; i < run.pages(); i++) {
                long page = run.address() + i * PhysicalMemory.PAGE_SIZE;
                MemoryKind next = kind(page, run.change());
                if (next != kind) {
                    runs.add(new ChangedRun(start, pages, run.change(), kind));
                    start = page;
                    kind = next;
                    pages = 0;
                }
                pages++;
            }
            runs.add(new ChangedRun(start, pages, run.change(), kind));
        }

        private MemoryKind kind(long page, PageRun.Change change) {
            if (before.isEmpty() && (after.isEmpty() || change != PageRun.Change.APPEARED)) {
                return MemoryKind.UNKNOWN;
            }
            Use old = before.map(mappings -> mappings.use(page)).orElse(Use.UNMAPPED);
            Use now = after.map(mappings -> mappings.use(page)).orElse(old);
            if (old.isProtected() && isGone(page)) {
                return now == Use.CODE ? MemoryKind.NEW_CODE : MemoryKind.FREED;
            }
            return switch (old) {
                case CODE -> MemoryKind.CODE;
                case READ_ONLY_DATA -> MemoryKind.READ_ONLY_DATA;
                case DATA -> now == Use.CODE ? MemoryKind.NEW_CODE : MemoryKind.DATA;
                case UNMAPPED ->
                    switch (now) {
                        case CODE -> MemoryKind.NEW_CODE;
                        case READ_ONLY_DATA, DATA -> MemoryKind.DATA;
                        case UNMAPPED -> MemoryKind.UNMAPPED;
                    };
            };
        }

        /** Whether none of the addresses that protected the page leads to it any more. */
        private boolean isGone(long page) {
            return after.isPresent()
                    && before.stream()
                            .flatMap(mappings -> mappings.mappingsOf(page).stream())
                            .filter(mapping -> !mapping.rights().write())
                            .noneMatch(mapping -> after.get().mayLeadTo(mapping.address(), page));
        }
    }
}
