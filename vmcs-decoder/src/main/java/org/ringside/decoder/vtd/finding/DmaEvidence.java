package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.NotedMemory;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.UnitRules;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;

/**
 * What the checks look at: the units of one moment.
 *
 * @param memory of that moment
 * @param units what each lets devices reach
 * @param dmar the firmware's table, if it was found
 * @param protectedMemory what no device should write
 */
public record DmaEvidence(
        PhysicalMemory memory, List<UnitReach> units, Optional<DmarTable> dmar, List<ProtectedMemory> protectedMemory) {
    public DmaEvidence {
        units = List.copyOf(units);
        protectedMemory = List.copyOf(protectedMemory);
    }

    /**
     * Decodes units; their own tables are protected memory.
     *
     * @param devices registers of the units
     * @param dmar the firmware's table, if it was found: it says how wide addresses are
     * @param others further memory to protect
     * @param limits of each unit
     */
    public static DmaEvidence of(
            PhysicalMemory memory,
            List<DeviceRegisters> devices,
            Optional<DmarTable> dmar,
            List<ProtectedMemory> others,
            TableLimits limits) {
        NotedMemory noted = new NotedMemory(memory);
        List<RemappingUnit> units = new ArrayList<>();
        int width = dmar.map(DmarTable::hostAddressWidth).orElse(UnitRules.UNKNOWN.hostAddressWidth());
        for (DeviceRegisters device : devices) {
            units.add(RemappingUnit.decode(noted, device, width));
        }
        return of(memory, noted, units, dmar, others, limits);
    }

    /** As {@link #of(PhysicalMemory, List, Optional, List, TableLimits)} of units that were decoded already. */
    public static DmaEvidence ofUnits(
            PhysicalMemory memory,
            List<RemappingUnit> units,
            Optional<DmarTable> dmar,
            List<ProtectedMemory> others,
            TableLimits limits) {
        NotedMemory noted = new NotedMemory(memory);
        for (RemappingUnit unit : units) {
            unit.registers()
                    .ifPresentOrElse(
                            registers -> RemappingUnit.decode(noted, registers.device()),
                            () -> unit.tables()
                                    .toOptional()
                                    .ifPresent(tables -> RemappingUnit.atRoot(
                                            noted, tables.root() | unit.mode().field())));
        }
        return of(memory, noted, units, dmar, others, limits);
    }

    private static DmaEvidence of(
            PhysicalMemory memory,
            NotedMemory noted,
            List<RemappingUnit> units,
            Optional<DmarTable> dmar,
            List<ProtectedMemory> others,
            TableLimits limits) {
        List<UnitReach> reaches = new ArrayList<>();
        for (RemappingUnit unit : units) {
            reaches.add(new UnitReach(noted, unit, limits));
            unit.registers().ifPresent(registers -> readOthers(noted, registers));
        }
        List<ProtectedMemory> all = new ArrayList<>(others);
        all.add(new ProtectedMemory(ProtectedMemory.Kind.IOMMU_TABLES, noted.noted()));
        return new DmaEvidence(memory, reaches, dmar, all);
    }

    private static void readOthers(NotedMemory noted, UnitRegisters registers) {
        InterruptRemappingTable.of(noted, registers);
        InvalidationQueue.of(noted, registers);
    }

    /** The tables that the processors walk. */
    public static ProtectedMemory pageTables(PhysicalMemory memory, List<PagingContext> contexts, TableLimits limits) {
        NotedMemory noted = new NotedMemory(memory);
        for (PagingContext context : contexts) {
            TableRanges ranges = new PageWalker(noted, context).ranges(limits);
            while (ranges.hasNext()) {
                ranges.next();
            }
        }
        return new ProtectedMemory(ProtectedMemory.Kind.CPU_PAGE_TABLES, noted.noted());
    }
}
