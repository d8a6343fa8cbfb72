package org.ringside.agent.extract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListSet;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.snapshot.PageRun;

/**
 * The pages of a trace that tell what happened, most telling first. Nothing here knows a particular recording: the pages are those that
 * changed between snapshots of a machine, those that the decoders read to find page tables, VT-d tables, and hypervisors and their
 * guests, and those that the kernel's page tables protect from writing, the ones near a change of such a page before the others.
 */
public final class EvidenceSelection {
    private final NavigableSet<Long> essential;
    private final List<Long> code;
    private final List<Long> readOnlyData;

    private EvidenceSelection(NavigableSet<Long> essential, List<Long> code, List<Long> readOnlyData) {
        this.essential = essential;
        this.code = List.copyOf(code);
        this.readOnlyData = List.copyOf(readOnlyData);
    }

    /**
     * Looks through all snapshots of a trace.
     *
     * @throws IOException if the trace cannot be read
     * @throws CancellationException if {@code progress} says to stop
     */
    public static EvidenceSelection of(Trace trace, ProgressMonitor progress) throws IOException {
        ConcurrentSkipListSet<Long> essential = new ConcurrentSkipListSet<>();
        TreeSet<Long> code = new TreeSet<>();
        TreeSet<Long> readOnly = new TreeSet<>();
        List<SnapshotInfo> snapshots = trace.snapshots();
        NavigableSet<Long> changed = changedPages(trace, snapshots);
        essential.addAll(changed);
        for (SnapshotInfo snapshot : snapshots) {
            progress.progress("looking at " + snapshot.name(), 0, 0);
            progress.checkCancelled();
            MachineState state = trace.state(snapshot.id());
            NestedPagingPages.read(trace.memory(snapshot.id()), essential, progress::isCancelled);
            VmxPages.read(trace.memory(snapshot.id()), essential, progress::isCancelled);
            progress.checkCancelled();
            PhysicalMemory memory = new ReadPages(trace.memory(snapshot.id()), essential);
            KernelMappings.of(memory, state, progress::isCancelled)
                    .toOptional()
                    .ifPresent(mappings -> classify(mappings, memory.ranges(), code, readOnly));
            // The way to a table that is not there is no evidence.
            ConcurrentSkipListSet<Long> wayToTable = new ConcurrentSkipListSet<>();
            DmarTable.listed(new ReadPages(trace.memory(snapshot.id()), wayToTable))
                    .ifPresent(table -> essential.addAll(wayToTable));
            state.devices().stream()
                    .filter(RemappingUnit::recognises)
                    .forEach(unit -> readUnit(memory, unit, progress));
        }
        progress.checkCancelled();
        TreeSet<Long> protectedChanges = new TreeSet<>(changed);
        protectedChanges.removeIf(page -> !code.contains(page) && !readOnly.contains(page));
        code.removeAll(essential);
        readOnly.removeAll(essential);
        readOnly.removeAll(code);
        return new EvidenceSelection(
                new TreeSet<>(essential),
                nearestFirst(code, protectedChanges),
                nearestFirst(readOnly, protectedChanges));
    }

    /** Pages that must be kept: what changed, and the tables. */
    public long essentialPages() {
        return essential.size();
    }

    /** Pages of kernel code beside those. */
    public long codePages() {
        return code.size();
    }

    /** Pages of read-only kernel data beside those. */
    public long readOnlyPages() {
        return readOnlyData.size();
    }

    /**
     * The essential pages and so many of the others: code first, then read-only data.
     *
     * @param others 0 to {@link #codePages()} + {@link #readOnlyPages()}
     * @return sorted, disjoint ranges of whole pages
     */
    public List<AddressRange> ranges(long others) {
        NavigableSet<Long> kept = new TreeSet<>(essential);
        code.stream().limit(others).forEach(kept::add);
        readOnlyData.stream().limit(Math.max(0, others - code.size())).forEach(kept::add);
        List<AddressRange> ranges = new ArrayList<>();
        for (long page : kept) {
            AddressRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.end() == page) {
                ranges.set(ranges.size() - 1, new AddressRange(last.start(), page + PhysicalMemory.PAGE_SIZE));
            } else {
                ranges.add(AddressRange.ofLength(page, PhysicalMemory.PAGE_SIZE));
            }
        }
        return ranges;
    }

    /** Pages that differ between one snapshot of a machine and the next. */
    private static NavigableSet<Long> changedPages(Trace trace, List<SnapshotInfo> snapshots) throws IOException {
        TreeSet<Long> changed = new TreeSet<>();
        for (int i = 1; i < snapshots.size(); i++) {
            SnapshotInfo later = snapshots.get(i);
            List<SnapshotInfo> earlier = snapshots.subList(0, i).stream()
                    .filter(snapshot -> snapshot.machine().equals(later.machine()))
                    .toList();
            if (earlier.isEmpty()) {
                continue;
            }
            for (PageRun run : trace.diff(earlier.getLast().id(), later.id()).runs()) {
                for (long page = 0; page < run.pages(); page++) {
                    changed.add(run.address() + page * PhysicalMemory.PAGE_SIZE);
                }
            }
        }
        return changed;
    }

    private static void classify(
            KernelMappings mappings, List<AddressRange> captured, Set<Long> code, Set<Long> readOnly) {
        for (AddressRange range : mappings.protectedRanges()) {
            for (long page = range.start(); page < range.end(); page += PhysicalMemory.PAGE_SIZE) {
                if (!isCaptured(captured, page)) {
                    continue;
                }
                switch (mappings.use(page)) {
                    case CODE -> code.add(page);
                    case READ_ONLY_DATA -> readOnly.add(page);
                    case DATA, UNMAPPED -> {}
                }
            }
        }
    }

    private static boolean isCaptured(List<AddressRange> captured, long page) {
        return captured.stream().anyMatch(range -> range.contains(page));
    }

    /** Reads everything that the decoder reads of a unit: its tables, interrupt-remapping table, and queue. */
    private static void readUnit(PhysicalMemory memory, DeviceRegisters device, ProgressMonitor progress) {
        TableLimits limits = TableLimits.standard().cancelledBy(progress::isCancelled);
        RemappingUnit unit = RemappingUnit.decode(memory, device);
        if (unit.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables)) {
            tables.domains().forEach(domain -> domain.map(memory, limits));
        }
        UnitRegisters registers = new UnitRegisters(device);
        InterruptRemappingTable.of(memory, registers);
        InvalidationQueue.of(memory, registers);
    }

    private static List<Long> nearestFirst(Set<Long> pages, NavigableSet<Long> changes) {
        Comparator<Long> byDistance = Comparator.comparingLong(page -> distance(page, changes));
        return pages.stream()
                .sorted(byDistance.thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static long distance(long page, NavigableSet<Long> changes) {
        Long below = changes.floor(page);
        Long above = changes.ceiling(page);
        return Math.min(below == null ? Long.MAX_VALUE : page - below, above == null ? Long.MAX_VALUE : above - page);
    }
}
