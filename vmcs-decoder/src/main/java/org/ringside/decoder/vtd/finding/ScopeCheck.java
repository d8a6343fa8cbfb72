package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.dmar.DmarTable.Coverage;
import org.ringside.decoder.vtd.dmar.RemappingStructure;

/** Entries for devices that firmware did not put behind the unit. */
final class ScopeCheck {
    private ScopeCheck() {}

    static List<DmaFinding> of(UnitReach reach, Optional<DmarTable> dmar) {
        Optional<RemappingStructure.HardwareUnit> place =
                dmar.flatMap(table -> reach.unit().base().flatMap(table::unit));
        List<DmaFinding> found = new ArrayList<>();
        if (dmar.isPresent() && place.isPresent()) {
            Map<DmaDomain, Boolean> unrestricted = new HashMap<>();
            for (RemappingBus bus :
                    reach.unit().tables().map(RemappingTables::buses).orElse(List.of())) {
                List<RemappedDevice> outside = bus.devices().stream()
                        .filter(device -> dmar.get().coverage(place.get(), device.id()) == Coverage.NOT_COVERED)
                        .toList();
                if (!outside.isEmpty()) {
                    found.add(finding(reach, bus, outside, unrestricted));
                }
            }
        }
        return found;
    }

    private static DmaFinding finding(
            UnitReach reach, RemappingBus bus, List<RemappedDevice> outside, Map<DmaDomain, Boolean> known) {
        List<RequesterId> free = outside.stream()
                .filter(device -> reach.isUnrestricted(device, known))
                .map(RemappedDevice::id)
                .toList();
        List<String> evidence = new ArrayList<>();
        if (!free.isEmpty()) {
            evidence.add("%s can write all memory".formatted(Words.devices(free)));
        }
        return DmaFinding.of(
                new Finding(
                        free.isEmpty() ? Severity.WARNING : Severity.ERROR,
                        "vtd.outside-scope",
                        "%d context entr%s of bus %02x %s for devices that the firmware's DMAR table does not put behind %s: %s"
                                .formatted(
                                        outside.size(),
                                        outside.size() == 1 ? "y" : "ies",
                                        bus.number(),
                                        outside.size() == 1 ? "is" : "are",
                                        reach.unit().name(),
                                        Words.devices(outside.stream()
                                                .map(RemappedDevice::id)
                                                .toList())),
                        Optional.of(bus.entry().span()),
                        Optional.of(VtdSpecification.section("8.3"))),
                evidence);
    }
}
