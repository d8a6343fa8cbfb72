package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.RootEntry;
import org.ringside.decoder.vtd.VtdSpecification;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.dmar.DmarTable.Coverage;

/**
 * The published attack on a remapping unit (Morgan, Alata, Nicomette, Kaâniche, "IOMMU protection against I/O attacks", Journal of the
 * Brazilian Computer Society 24:2, 2018): a device that can still write the root table, before translation is on, gives its own bus a root
 * entry with a context table whose entries let every function reach all memory. A bus whose devices can write all memory is necessary; it is
 * named where something beside it says that no operating system made the entry:
 * <ul>
 *   <li>functions pass that cannot all exist,
 *   <li>the entry was not there, or was another, in the baseline, or the unit walks another root table,
 *   <li>firmware did not put the devices behind the unit,
 *   <li>the root table or the context table lies in memory that another, confined device can write.
 * </ul>
 */
final class FakeRootEntryCheck {
    /** Half of what a bus can have: an operating system makes entries for functions that exist, some dozens on a full bus. */
    private static final int MORE_THAN_EXIST = 128;

    private FakeRootEntryCheck() {}

    static List<DmaFinding> of(UnitReach reach, Optional<UnitReach> before, DmaEvidence now) {
        List<DmaFinding> found = new ArrayList<>();
        Optional<RemappingTables> tables = reach.unit().tables().toOptional();
        if (tables.isEmpty()) {
            return found;
        }
        Map<DmaDomain, Boolean> unrestricted = new HashMap<>();
        reach.domains().forEach(domain -> unrestricted.put(domain, reach.isUnrestricted(domain)));
        boolean othersConfined = unrestricted.containsValue(false);
        for (RemappingBus bus : tables.get().buses()) {
            List<RemappedDevice> free = bus.devices().stream()
                    .filter(device -> reach.isUnrestricted(device, unrestricted))
                    .toList();
            if (free.isEmpty()) {
                continue;
            }
            List<String> evidence = new ArrayList<>();
            if (free.size() >= MORE_THAN_EXIST) {
                evidence.add(
                        "%d of the 256 functions of bus %02x have entries that let them write all memory: an operating system makes entries for functions that exist"
                                .formatted(free.size(), bus.number()));
            }
            if (othersConfined) {
                before.ifPresent(earlier -> changed(reach, earlier, tables.get(), bus, free, evidence));
                outside(reach, now.dmar(), free, evidence);
                writable(reach, unrestricted, tables.get(), bus, evidence);
            }
            if (!evidence.isEmpty()) {
                found.add(finding(before, tables.get(), bus, free, evidence));
            }
        }
        return found;
    }

    private static void changed(
            UnitReach reach,
            UnitReach earlier,
            RemappingTables tables,
            RemappingBus bus,
            List<RemappedDevice> free,
            List<String> evidence) {
        Optional<RemappingTables> old = earlier.unit().tables().toOptional();
        if (old.isEmpty()) {
            return;
        }
        Map<DmaDomain, Boolean> known = new HashMap<>();
        List<RequesterId> freed = free.stream()
                .filter(device -> old.get()
                        .device(device.id())
                        .filter(was -> earlier.isUnrestricted(was, known))
                        .isEmpty())
                .map(RemappedDevice::id)
                .toList();
        if (freed.isEmpty()) {
            return;
        }
        String who = Words.devices(freed);
        Optional<RootEntry> was = old.get().bus(bus.number()).map(RemappingBus::entry);
        if (old.get().root() != tables.root()) {
            evidence.add("%s walks another root table than before (0x%x, before 0x%x), by which %s can write all memory"
                    .formatted(reach.unit().name(), tables.root(), old.get().root(), who));
        } else if (was.isEmpty()) {
            evidence.add("bus %02x had no root entry before".formatted(bus.number()));
        } else if (!was.get().contextTables().equals(bus.entry().contextTables())) {
            evidence.add("the root entry of bus %02x led to another context table before (0x%x, now 0x%x)"
                    .formatted(
                            bus.number(), was.get().contextTable(), bus.entry().contextTable()));
        }
    }

    private static void outside(
            UnitReach reach, Optional<DmarTable> dmar, List<RemappedDevice> free, List<String> evidence) {
        dmar.ifPresent(table -> reach.unit().base().flatMap(table::unit).ifPresent(unit -> {
            List<RequesterId> outside = free.stream()
                    .map(RemappedDevice::id)
                    .filter(id -> table.coverage(unit, id) == Coverage.NOT_COVERED)
                    .toList();
            if (!outside.isEmpty()) {
                evidence.add("the firmware's DMAR table does not put %s behind %s"
                        .formatted(Words.devices(outside), reach.unit().name()));
            }
        }));
    }

    private static void writable(
            UnitReach reach,
            Map<DmaDomain, Boolean> unrestricted,
            RemappingTables tables,
            RemappingBus bus,
            List<String> evidence) {
        List<AddressRange> pages = new ArrayList<>();
        pages.add(AddressRange.ofLength(tables.root(), PhysicalMemory.PAGE_SIZE));
        bus.entry().contextTables().stream()
                .filter(table -> table >= 0 && table < Long.MAX_VALUE - PhysicalMemory.PAGE_SIZE)
                .forEach(table -> pages.add(AddressRange.ofLength(table, PhysicalMemory.PAGE_SIZE)));
        for (AddressRange page : pages) {
            for (DmaDomain domain : reach.domains()) {
                if (Boolean.FALSE.equals(unrestricted.get(domain))
                        && reach.overlap(domain, List.of(page)).isPresent()) {
                    evidence.add("the %s table at 0x%x lies in memory that %s can write"
                            .formatted(
                                    page.start() == tables.root() ? "root" : "context",
                                    page.start(),
                                    Words.devices(domain.devices())));
                    break;
                }
            }
        }
    }

    private static DmaFinding finding(
            Optional<UnitReach> before,
            RemappingTables tables,
            RemappingBus bus,
            List<RemappedDevice> free,
            List<String> evidence) {
        RootEntry entry = bus.entry();
        Optional<String> old = before.flatMap(earlier -> earlier.unit().tables().toOptional())
                .map(earlier -> earlier.bus(bus.number())
                        .map(was -> Words.bytes(
                                List.of(was.entry().low(), was.entry().high())))
                        .orElse("00".repeat(16)));
        String now = Words.bytes(List.of(entry.low(), entry.high()));
        Optional<String> different = old.filter(bytes -> !bytes.equals(now));
        return new DmaFinding(
                new Finding(
                        Severity.CRITICAL,
                        "vtd.fake-root-entry",
                        "fake root entry: the root entry of bus %02x at 0x%x gives %s all memory through the context table at 0x%x (root table 0x%x)"
                                .formatted(
                                        bus.number(),
                                        entry.address(),
                                        Words.devices(free.stream()
                                                .map(RemappedDevice::id)
                                                .toList()),
                                        entry.contextTable(),
                                        tables.root()),
                        Optional.of(entry.span()),
                        Optional.of(VtdSpecification.section("9.1"))),
                Words.first(evidence),
                different,
                different.map(bytes -> now));
    }
}
