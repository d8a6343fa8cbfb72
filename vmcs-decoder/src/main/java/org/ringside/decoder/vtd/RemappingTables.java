package org.ringside.decoder.vtd;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * The root and context tables of a unit, in scalable mode with PASID tables: bus → device → domain. At most 256 tables of 256 entries and
 * 8,192 pages of PASID tables are read.
 *
 * @param root physical address of the root table
 * @param buses buses with a present root entry, by number
 * @param domains the domains of their devices, by identifier
 * @param findings what was odd about the root table and between domains; findings of a bus are with the bus
 */
public record RemappingTables(long root, List<RemappingBus> buses, List<DmaDomain> domains, List<Finding> findings) {
    private static final int ENTRIES = 256;

    public RemappingTables {
        buses = List.copyOf(buses);
        domains = List.copyOf(domains);
        findings = List.copyOf(findings);
    }

    /** All devices, by number. */
    public Stream<RemappedDevice> devices() {
        return buses.stream().flatMap(bus -> bus.devices().stream());
    }

    /** The device, if it has a present context entry. */
    public Optional<RemappedDevice> device(RequesterId id) {
        return devices().filter(device -> device.id().equals(id)).findFirst();
    }

    /** The bus, if it has a present root entry. */
    public Optional<RemappingBus> bus(int number) {
        return buses.stream().filter(bus -> bus.number() == number).findFirst();
    }

    /** The domain of requests of {@code device} without PASID. */
    public Optional<DmaDomain> domainOf(RequesterId device) {
        return domainOf(DmaSource.of(device));
    }

    /** The domain of requests of {@code source}. */
    public Optional<DmaDomain> domainOf(DmaSource source) {
        return domains.stream()
                .filter(domain -> domain.sources().contains(source))
                .findFirst();
    }

    /** The domains of all requests of {@code device}. */
    public List<DmaDomain> domainsOf(RequesterId device) {
        return domains.stream()
                .filter(domain -> domain.sources().stream()
                        .anyMatch(source -> source.device().equals(device)))
                .toList();
    }

    /**
     * Reads the tables.
     *
     * @param memory holds them
     * @param root physical address of the root table
     * @param scalable whether they are tables of scalable mode
     * @param rules what the unit supports
     * @return the tables, or why the root table could not be read
     */
    public static Observed<RemappingTables> read(PhysicalMemory memory, long root, boolean scalable, UnitRules rules) {
        return memory.read(root & -4096L, PhysicalMemory.PAGE_SIZE).map(table -> {
            List<RemappingBus> buses = new ArrayList<>();
            List<Finding> findings = new ArrayList<>();
            BusReader reader = new BusReader(memory, rules);
            for (int bus = 0; bus < ENTRIES; bus++) {
                RootEntry entry = rootEntry(table, root & -4096L, bus, scalable);
                if (entry.present()) {
                    buses.add(reader.read(entry));
                } else if ((entry.low() | entry.high()) != 0) {
                    findings.add(new Finding(
                            Severity.INFORMATION,
                            "vtd.stale-root-entry",
                            "root entry %d at 0x%x is not present, yet not zero (0x%x, 0x%x)"
                                    .formatted(bus, entry.address(), entry.low(), entry.high()),
                            Optional.of(entry.span()),
                            Optional.of(VtdLayouts.ROOT_LOW.reference())));
                }
            }
            List<DmaDomain> domains = DomainGroups.of(buses, rules);
            findings.addAll(sharedTables(buses));
            return new RemappingTables(root & -4096L, buses, domains, findings);
        });
    }

    private static RootEntry rootEntry(MemorySegment table, long base, int bus, boolean scalable) {
        long offset = (long) bus * RootEntry.BYTES;
        return new RootEntry(
                bus,
                base + offset,
                table.get(LittleEndian.LONG, offset),
                table.get(LittleEndian.LONG, offset + 8),
                scalable);
    }

    /** Buses that share a context table: a device can then pass for one of another bus. */
    private static List<Finding> sharedTables(List<RemappingBus> buses) {
        Map<Long, List<RemappingBus>> byTable = new TreeMap<>();
        for (RemappingBus bus : buses) {
            for (long table : bus.entry().contextTables()) {
                byTable.computeIfAbsent(table, key -> new ArrayList<>()).add(bus);
            }
        }
        List<Finding> findings = new ArrayList<>();
        byTable.forEach((table, sharing) -> {
            if (sharing.size() > 1) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "vtd.context-table-shared",
                        "%d buses, from %02x to %02x, share the context table at 0x%x"
                                .formatted(
                                        sharing.size(),
                                        sharing.getFirst().number(),
                                        sharing.getLast().number(),
                                        table),
                        Optional.of(sharing.getFirst().entry().span()),
                        Optional.empty()));
            }
        });
        return findings;
    }
}
