package org.ringside.app.structures;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.trace.SnapshotInfo;

/**
 * A remapping unit of a snapshot and how it was found.
 *
 * @param unit the unit
 * @param note what it rests on, if not on registers of the snapshot itself; else empty
 */
public record FoundUnit(RemappingUnit unit, String note) {
    /**
     * The units of a snapshot: those whose registers it has; or else those whose root table the nearest other snapshot of the machine names,
     * as firmware and kernel set it once. Blocks.
     */
    public static List<FoundUnit> of(OpenTrace open, SnapshotInfo snapshot, PhysicalMemory memory) {
        List<DeviceRegisters> own = units(open, snapshot);
        if (!own.isEmpty()) {
            return own.stream()
                    .map(device -> new FoundUnit(RemappingUnit.decode(memory, device), ""))
                    .toList();
        }
        return open.snapshotsOf(snapshot.machine()).stream()
                .filter(other -> !units(open, other).isEmpty())
                .min(Comparator.comparingLong(other -> Math.abs(
                        other.time().epochNanoseconds() - snapshot.time().epochNanoseconds())))
                .map(other -> borrowed(open, snapshot, other, memory))
                .orElse(List.of());
    }

    /** A unit at a root table that a person named. Blocks. */
    public static FoundUnit atRoot(PhysicalMemory memory, long root) {
        return new FoundUnit(RemappingUnit.atRoot(memory, root), "The root table's address was entered by hand.");
    }

    private static List<FoundUnit> borrowed(
            OpenTrace open, SnapshotInfo snapshot, SnapshotInfo other, PhysicalMemory memory) {
        return units(open, other).stream()
                .map(device -> new UnitRegisters(device).rootTableAddress())
                .map(Observed::toOptional)
                .flatMap(Optional::stream)
                .map(root -> new FoundUnit(
                        RemappingUnit.atRoot(memory, root),
                        "The unit's registers were not captured in %s: the address of its root table is that of %s."
                                .formatted(snapshot.name(), other.name())))
                .toList();
    }

    private static List<DeviceRegisters> units(OpenTrace open, SnapshotInfo snapshot) {
        return open.state(snapshot.id()).devices().stream()
                .filter(RemappingUnit::recognises)
                .toList();
    }
}
