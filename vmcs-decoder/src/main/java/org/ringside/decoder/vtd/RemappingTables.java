package org.ringside.decoder.vtd;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;

/**
 * The root and context tables of a unit in legacy mode: bus → device → domain. At most 256 tables of 256 entries are read.
 *
 * @param root physical address of the root table
 * @param buses buses with a present root entry, by number
 * @param domains the domains of their devices, by identifier
 * @param findings what was odd about the root table and between domains; findings of a bus are with the bus
 */
public record RemappingTables(long root, List<RemappingBus> buses, List<DmaDomain> domains, List<Finding> findings) {
    private static final int ENTRIES = 256;
    private static final int MOST_FINDINGS_OF_A_BUS = 32;

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

    /** The domain that {@code device} belongs to. */
    public Optional<DmaDomain> domainOf(RequesterId device) {
        return domains.stream()
                .filter(domain -> domain.devices().contains(device))
                .findFirst();
    }

    /**
     * Reads the tables.
     *
     * @param memory holds them
     * @param root physical address of the root table
     * @return the tables, or why the root table could not be read
     */
    public static Observed<RemappingTables> read(PhysicalMemory memory, long root) {
        return memory.read(root & -4096L, PhysicalMemory.PAGE_SIZE).map(table -> {
            List<RemappingBus> buses = new ArrayList<>();
            List<Finding> findings = new ArrayList<>();
            for (int bus = 0; bus < ENTRIES; bus++) {
                RootEntry entry = rootEntry(table, root & -4096L, bus);
                if (entry.present()) {
                    buses.add(readBus(memory, entry));
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
            List<DmaDomain> domains = domains(buses);
            findings.addAll(sharedTables(buses));
            return new RemappingTables(root & -4096L, buses, domains, findings);
        });
    }

    private static RootEntry rootEntry(MemorySegment table, long base, int bus) {
        long offset = (long) bus * RootEntry.BYTES;
        return new RootEntry(
                bus, base + offset, table.get(LittleEndian.LONG, offset), table.get(LittleEndian.LONG, offset + 8));
    }

    private static RemappingBus readBus(PhysicalMemory memory, RootEntry root) {
        FindingCollector findings = new FindingCollector(VtdLayouts.AREA, MOST_FINDINGS_OF_A_BUS);
        findings.addAll(VtdLayouts.ROOT_LOW.check(root.low(), Optional.of(ByteSpan.physical(root.address(), 8))));
        findings.addAll(VtdLayouts.ROOT_HIGH.check(root.high(), Optional.of(ByteSpan.physical(root.address() + 8, 8))));
        List<RemappedDevice> devices = new ArrayList<>();
        Observed<MemorySegment> page = memory.read(root.contextTable(), PhysicalMemory.PAGE_SIZE);
        if (!(page instanceof Observed.Known<MemorySegment>(MemorySegment table))) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "vtd.context-table-not-readable",
                    "the context table of bus %02x at 0x%x could not be read: %s"
                            .formatted(root.bus(), root.contextTable(), page.reason()),
                    Optional.of(root.span()),
                    Optional.empty()));
            return new RemappingBus(root, devices, findings.toList());
        }
        for (int function = 0; function < ENTRIES; function++) {
            long offset = (long) function * ContextEntry.BYTES;
            ContextEntry entry = new ContextEntry(
                    root.contextTable() + offset,
                    table.get(LittleEndian.LONG, offset),
                    table.get(LittleEndian.LONG, offset + 8));
            RequesterId id = new RequesterId(root.bus() << 8 | function);
            if (entry.present()) {
                devices.add(new RemappedDevice(id, entry));
                findings.addAll(entryFindings(id, entry));
            }
        }
        return new RemappingBus(root, devices, findings.toList());
    }

    private static List<Finding> entryFindings(RequesterId id, ContextEntry entry) {
        List<Finding> findings = new ArrayList<>();
        ByteSpan span = entry.span();
        findings.addAll(VtdLayouts.CONTEXT_LOW.check(entry.low(), Optional.of(span)));
        findings.addAll(VtdLayouts.CONTEXT_HIGH.check(entry.high(), Optional.of(span)));
        if (entry.translationType() == TranslationType.RESERVED) {
            findings.add(finding(
                    Severity.WARNING,
                    "vtd.reserved-translation-type",
                    entry,
                    id,
                    "has a reserved translation type: its requests are blocked"));
        }
        if (!entry.levels().isKnown()) {
            findings.add(finding(
                    Severity.WARNING,
                    "vtd.reserved-address-width",
                    entry,
                    id,
                    "has a reserved address width: its requests are blocked"));
        }
        if (entry.translationType() == TranslationType.PASS_THROUGH) {
            findings.add(finding(
                    Severity.WARNING, "vtd.pass-through", entry, id, "passes through: it reads and writes all memory"));
        }
        if (entry.faultProcessingDisabled()) {
            findings.add(finding(
                    Severity.INFORMATION,
                    "vtd.fault-processing-disabled",
                    entry,
                    id,
                    "has fault processing disabled: blocked requests leave no record"));
        }
        return findings;
    }

    private static Finding finding(Severity severity, String code, ContextEntry entry, RequesterId id, String what) {
        return new Finding(
                severity,
                code,
                "device %s (context entry at 0x%x) %s".formatted(id, entry.address(), what),
                Optional.of(entry.span()),
                Optional.of(VtdLayouts.CONTEXT_LOW.reference()));
    }

    private static List<DmaDomain> domains(List<RemappingBus> buses) {
        record Key(int id, TranslationType type, long tables, int width) {}
        Map<Key, List<RequesterId>> members = new LinkedHashMap<>();
        Map<Integer, Integer> keysOfId = new TreeMap<>();
        for (RemappingBus bus : buses) {
            for (RemappedDevice device : bus.devices()) {
                ContextEntry entry = device.entry();
                boolean translated = entry.translationType() != TranslationType.PASS_THROUGH;
                Key key = new Key(
                        entry.domainId(),
                        entry.translationType(),
                        translated ? entry.tables() : 0,
                        entry.addressWidthField());
                members.computeIfAbsent(key, k -> {
                            keysOfId.merge(k.id(), 1, Integer::sum);
                            return new ArrayList<>();
                        })
                        .add(device.id());
            }
        }
        List<DmaDomain> domains = new ArrayList<>();
        members.forEach((key, devices) -> {
            List<Finding> findings = new ArrayList<>();
            if (keysOfId.getOrDefault(key.id(), 1) > 1) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "vtd.domain-tables-differ",
                        "domain identifier %d is used with different tables or types: cached translations of one leak into the other"
                                .formatted(key.id()),
                        Optional.empty(),
                        Optional.of(VtdLayouts.spec("6.2"))));
            }
            domains.add(new DmaDomain(key.id(), key.type(), key.tables(), key.width(), devices, findings));
        });
        domains.sort(Comparator.comparingInt(DmaDomain::id)
                .thenComparing(domain -> domain.devices().getFirst()));
        return domains;
    }

    /** Buses that share a context table: a device can then pass for one of another bus. */
    private static List<Finding> sharedTables(List<RemappingBus> buses) {
        Map<Long, List<RemappingBus>> byTable = new TreeMap<>();
        for (RemappingBus bus : buses) {
            byTable.computeIfAbsent(bus.entry().contextTable(), table -> new ArrayList<>())
                    .add(bus);
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
