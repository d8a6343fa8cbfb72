package org.ringside.app.vtd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.agent.dma.SnapshotDma;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.vtd.VtdViewModel.Unit;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.finding.DmaEvidence;
import org.ringside.decoder.vtd.finding.DmaFinding;
import org.ringside.decoder.vtd.finding.DmaInspection;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

/** Reads the units of a moment, ready to show. */
final class UnitReading {
    private UnitReading() {}

    /** Reads all units; blocks. */
    static List<Unit> read(OpenTrace open, Moment moment, OptionalLong root, ProgressMonitor monitor)
            throws IOException {
        TableLimits limits = TableLimits.standard().cancelledBy(monitor::isCancelled);
        SnapshotInfo snapshot = moment.snapshot().orElseThrow();
        PhysicalMemory memory = open.trace().memory(snapshot.id());
        Optional<DmarTable> dmar = DmarTable.listed(memory);
        List<FoundUnit> before = moment.baseline().isEmpty()
                ? List.of()
                : find(open, moment.baseline().get(), root);
        List<FoundUnit> now = find(open, snapshot, root);
        List<DmaFinding> findings = findings(open, moment, now, before, dmar, monitor);
        List<Unit> read = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Optional<UnitTree> baseline = Optional.empty();
            if (i < before.size() && before.size() == now.size()) {
                PhysicalMemory earlier =
                        open.trace().memory(moment.baseline().orElseThrow().id());
                baseline = Optional.of(UnitTree.of(earlier, before.get(i), dmar, limits, Optional.empty()));
            }
            UnitTree tree = UnitTree.of(memory, now.get(i), dmar, limits, baseline);
            read.add(new Unit(tree, DevicesReaching.of(memory, now.get(i).unit(), limits), memory, findings));
            monitor.checkCancelled();
        }
        return read;
    }

    /** What the checks say of all units; without a hypervisor, which only a search of all memory finds. */
    private static List<DmaFinding> findings(
            OpenTrace open,
            Moment moment,
            List<FoundUnit> now,
            List<FoundUnit> before,
            Optional<DmarTable> dmar,
            ProgressMonitor monitor)
            throws IOException {
        if (now.isEmpty()) {
            return List.of();
        }
        SnapshotInfo snapshot = moment.snapshot().orElseThrow();
        DmaEvidence evidence = SnapshotDma.evidence(
                open.trace().memory(snapshot.id()),
                open.state(snapshot.id()),
                now.stream().map(FoundUnit::unit).toList(),
                dmar,
                false,
                monitor::isCancelled);
        Optional<DmaEvidence> earlier = Optional.empty();
        if (!before.isEmpty()) {
            earlier = Optional.of(DmaEvidence.ofUnits(
                    open.trace().memory(moment.baseline().orElseThrow().id()),
                    before.stream().map(FoundUnit::unit).toList(),
                    dmar,
                    List.of(),
                    TableLimits.standard().cancelledBy(monitor::isCancelled)));
        }
        monitor.checkCancelled();
        return DmaInspection.inspect(evidence, earlier);
    }

    private static List<FoundUnit> find(OpenTrace open, SnapshotInfo snapshot, OptionalLong root) throws IOException {
        PhysicalMemory memory = open.trace().memory(snapshot.id());
        return root.isPresent()
                ? List.of(FoundUnit.atRoot(memory, root.getAsLong()))
                : FoundUnit.of(open, snapshot, memory);
    }
}
