package org.ringside.app.inspector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.VirtualMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

/** A snapshot's memory and what follows from it, found once and kept. Every method may block. Safe for several threads. */
final class SnapshotEvidence {
    /**
     * A unit and who reaches what through it.
     *
     * @param found the unit
     * @param reach its domains, listed
     */
    record UnitReach(FoundUnit found, DevicesReaching reach) {}

    private final OpenTrace open;
    private final SnapshotInfo snapshot;
    private final PhysicalMemory memory;
    private @Nullable Observed<KernelMappings> mappings;
    private @Nullable List<UnitReach> units;

    SnapshotEvidence(OpenTrace open, SnapshotInfo snapshot) throws IOException {
        this.open = open;
        this.snapshot = snapshot;
        this.memory = open.trace().memory(snapshot.id());
    }

    SnapshotInfo snapshot() {
        return snapshot;
    }

    PhysicalMemory memory() {
        return memory;
    }

    MachineState state() {
        return open.state(snapshot.id());
    }

    /** Where the kernel reaches pages. */
    synchronized Observed<KernelMappings> mappings(ProgressMonitor monitor) {
        Observed<KernelMappings> known = mappings;
        if (known == null) {
            known = KernelMappings.of(memory, state(), monitor::isCancelled);
            monitor.checkCancelled();
            mappings = known;
        }
        return known;
    }

    /** The remapping units and who reaches what through them. */
    synchronized List<UnitReach> units(ProgressMonitor monitor) {
        List<UnitReach> known = units;
        if (known == null) {
            TableLimits limits = TableLimits.standard().cancelledBy(monitor::isCancelled);
            List<UnitReach> found = new ArrayList<>();
            for (FoundUnit unit : FoundUnit.of(open, snapshot, memory)) {
                found.add(new UnitReach(unit, DevicesReaching.of(memory, unit.unit(), limits)));
            }
            monitor.checkCancelled();
            known = List.copyOf(found);
            units = known;
        }
        return known;
    }

    /** Memory by the linear addresses of an address space; the paging mode is that of the first CPU, or what the tables look like where it is not known. */
    VirtualMemory virtual(long cr3) {
        PagingContext context = state().cpus().stream()
                .map(cpu -> PagingContext.of(cpu).toOptional())
                .flatMap(Optional::stream)
                .findFirst()
                .map(found -> found.withCr3(cr3))
                .orElseGet(() -> PagingContext.assumed(memory, cr3));
        return new VirtualMemory(memory, new PageWalker(memory, context));
    }
}
