package org.ringside.decoder.vtd.dmar;

import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.ringside.decoder.acpi.AcpiTable;
import org.ringside.decoder.acpi.AcpiTables;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.vtd.RequesterId;

/**
 * The bus numbers in the memory-mapped configuration space of bridges, where the capture holds that space: most captures are of RAM alone and
 * do not (PCI Firmware specification, section 4.1.2; PCI-to-PCI Bridge Architecture, section 3.2).
 */
public final class ConfigurationSpace implements BusTopology {
    private static final int ALLOCATIONS = 44;
    private static final int ALLOCATION_BYTES = 16;
    private static final int HEADER_TYPE = 0x0e;
    private static final int SECONDARY_BUS = 0x19;
    private static final int SUBORDINATE_BUS = 0x1a;

    private final PhysicalMemory memory;
    private final long base;
    private final int firstBus;
    private final int lastBus;

    private ConfigurationSpace(PhysicalMemory memory, long base, int firstBus, int lastBus) {
        this.memory = memory;
        this.base = base;
        this.firstBus = firstBus;
        this.lastBus = lastBus;
    }

    /** The configuration space that the MCFG table places, or nothing where there is no such table. */
    public static BusTopology of(PhysicalMemory memory) {
        return AcpiTables.listed(memory, "MCFG")
                .map(AcpiTables.Found::table)
                .filter(table -> table.length() >= ALLOCATIONS + ALLOCATION_BYTES)
                .<BusTopology>map(table -> first(memory, table))
                .orElse(UNKNOWN);
    }

    private static ConfigurationSpace first(PhysicalMemory memory, AcpiTable table) {
        return new ConfigurationSpace(
                memory,
                table.bytes().get(LittleEndian.LONG, ALLOCATIONS),
                Byte.toUnsignedInt(table.bytes().get(ValueLayout.JAVA_BYTE, ALLOCATIONS + 10)),
                Byte.toUnsignedInt(table.bytes().get(ValueLayout.JAVA_BYTE, ALLOCATIONS + 11)));
    }

    @Override
    public Optional<Buses> behind(RequesterId bridge) {
        if (bridge.bus() < firstBus || bridge.bus() > lastBus) {
            return Optional.empty();
        }
        return memory.page(base + ((long) (bridge.value() - (firstBus << 8)) << 12))
                .toOptional()
                .flatMap(function -> {
                    int type = function.get(ValueLayout.JAVA_BYTE, HEADER_TYPE) & 0x7f;
                    int secondary = Byte.toUnsignedInt(function.get(ValueLayout.JAVA_BYTE, SECONDARY_BUS));
                    int subordinate = Byte.toUnsignedInt(function.get(ValueLayout.JAVA_BYTE, SUBORDINATE_BUS));
                    return type == 1 && secondary > bridge.bus() && subordinate >= secondary
                            ? Optional.of(new Buses(secondary, subordinate))
                            : Optional.empty();
                });
    }
}
