package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.TranslationType;
import org.ringside.decoder.vtd.VtdSpecification;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.dmar.RemappingStructure;

/** Looks for what remapping units let devices do that they should not. Stateless. */
public final class DmaInspection {
    private static final int MOST_FINDINGS = 500;

    private DmaInspection() {}

    /**
     * Runs every check.
     *
     * @param now the moment in question
     * @param baseline an earlier moment of the same machine, to find what changed
     * @return what was found, violations first; at most some hundred
     */
    public static List<DmaFinding> inspect(DmaEvidence now, Optional<DmaEvidence> baseline) {
        List<DmaFinding> found = new ArrayList<>();
        for (UnitReach reach : now.units()) {
            Optional<UnitReach> before = baseline.flatMap(earlier -> same(earlier, reach.unit()));
            found.addAll(FakeRootEntryCheck.of(reach, before, now));
            found.addAll(ChangedEntriesCheck.of(reach, before));
            found.addAll(ScopeCheck.of(reach, now.dmar()));
            found.addAll(protectedMemory(reach, now.protectedMemory()));
            passThrough(reach).ifPresent(found::add);
            found.addAll(unit(reach.unit()));
        }
        now.dmar().ifPresent(dmar -> found.addAll(reserved(dmar, now.protectedMemory())));
        found.sort(Comparator.comparing((DmaFinding one) -> one.finding().severity())
                .reversed());
        return List.copyOf(found.subList(0, Math.min(found.size(), MOST_FINDINGS)));
    }

    /** The unit at the same place, or, where places are not known, the only one. */
    private static Optional<UnitReach> same(DmaEvidence evidence, RemappingUnit unit) {
        Optional<UnitReach> placed = evidence.units().stream()
                .filter(other -> unit.base().isPresent() && other.unit().base().equals(unit.base()))
                .findFirst();
        boolean alone = evidence.units().size() == 1
                && (unit.base().isEmpty()
                        || evidence.units().getFirst().unit().base().isEmpty());
        return placed.isPresent() || !alone
                ? placed
                : Optional.of(evidence.units().getFirst());
    }

    private static List<DmaFinding> protectedMemory(UnitReach reach, List<ProtectedMemory> protectedMemory) {
        List<DmaFinding> found = new ArrayList<>();
        if (!reach.unit().translationEnabled().orElse(true)) {
            // That every device reaches everything is a finding of the unit itself.
            return found;
        }
        for (ProtectedMemory memory : protectedMemory) {
            List<String> evidence = new ArrayList<>();
            long most = 0;
            long first = 0;
            int devices = 0;
            for (DmaDomain domain : reach.domains()) {
                Optional<UnitReach.Overlap> overlap = reach.overlap(domain, memory.ranges());
                if (overlap.isPresent()) {
                    UnitReach.Overlap here = overlap.get();
                    devices += domain.devices().size();
                    first = most == 0 ? here.first() : first;
                    most = Math.max(most, here.bytes());
                    evidence.add("%s (domain %d, %s) write %,d KiB of it, the first at 0x%x by DMA address 0x%x"
                            .formatted(
                                    Words.devices(domain.devices()),
                                    domain.id(),
                                    domain.type().title(),
                                    (here.bytes() + 1023) >> 10,
                                    here.first(),
                                    here.dmaAddress()));
                }
            }
            if (!evidence.isEmpty()) {
                found.add(DmaFinding.of(
                        new Finding(
                                Severity.CRITICAL,
                                memory.kind().code(),
                                "%d device%s can write %s, for example at 0x%x"
                                        .formatted(
                                                devices,
                                                devices == 1 ? "" : "s",
                                                memory.kind().title(),
                                                first),
                                Optional.of(Words.page(first)),
                                Optional.empty()),
                        Words.first(evidence)));
            }
        }
        return found;
    }

    private static Optional<DmaFinding> passThrough(UnitReach reach) {
        List<DmaDomain> passing = reach.domains().stream()
                .filter(domain -> domain.type() == TranslationType.PASS_THROUGH)
                .toList();
        int others = reach.domains().size() - passing.size();
        if (passing.isEmpty() || others == 0) {
            return Optional.empty();
        }
        List<String> evidence = passing.stream()
                .map(domain -> "%s (domain %d) pass through".formatted(Words.devices(domain.devices()), domain.id()))
                .toList();
        return Optional.of(DmaFinding.of(
                new Finding(
                        Severity.WARNING,
                        "vtd.pass-through-among-translated",
                        "%d domain%s of %s pass%s through where %d others are translated"
                                .formatted(
                                        passing.size(),
                                        passing.size() == 1 ? "" : "s",
                                        reach.unit().name(),
                                        passing.size() == 1 ? "es" : "",
                                        others),
                        Optional.empty(),
                        Optional.of(VtdSpecification.section("9.3"))),
                Words.first(evidence)));
    }

    /** What the unit's registers say. */
    private static List<DmaFinding> unit(RemappingUnit unit) {
        List<DmaFinding> found = new ArrayList<>();
        unit.registers().ifPresent(registers -> {
            boolean remaps = registers.interruptRemappingEnabled().orElse(true);
            boolean can = registers
                    .extendedCapabilities()
                    .map(ecap -> (ecap >>> 3 & 1) != 0)
                    .orElse(true);
            if (!remaps && can) {
                found.add(warning(
                        "vtd.interrupt-remapping-off",
                        "interrupt remapping of %s is off (GSTS.IRES = 0): a device can raise any interrupt"
                                .formatted(unit.name())));
            }
            if (remaps && registers.compatibilityInterruptsPass().orElse(false)) {
                found.add(warning(
                        "vtd.compatibility-interrupts-pass",
                        "%s lets interrupts in the old format pass unremapped (GSTS.CFIS = 1): a device can raise any interrupt"
                                .formatted(unit.name())));
            }
            registers.faultRecords().stream()
                    .flatMap(record -> record.finding().stream())
                    .forEach(fault -> found.add(DmaFinding.of(fault, List.of())));
            if ((registers.faultStatus().orElse(0L) & 1) != 0) {
                found.add(warning("vtd.fault-overflow", "%s lost fault records (FSTS.PFO = 1)".formatted(unit.name())));
            }
        });
        if (!unit.translationEnabled().orElse(true)) {
            found.add(DmaFinding.of(
                    new Finding(
                            Severity.ERROR,
                            "vtd.translation-off",
                            "DMA translation of %s is off (GSTS.TES = 0): every device reaches every address"
                                    .formatted(unit.name()),
                            Optional.empty(),
                            Optional.of(VtdSpecification.section("11.4.4.2"))),
                    List.of()));
        }
        return found;
    }

    private static DmaFinding warning(String code, String message) {
        return DmaFinding.of(
                new Finding(
                        Severity.WARNING,
                        code,
                        message,
                        Optional.empty(),
                        Optional.of(VtdSpecification.section("11.4.4.2"))),
                List.of());
    }

    /** Regions that firmware keeps open for devices. */
    private static List<DmaFinding> reserved(DmarTable dmar, List<ProtectedMemory> protectedMemory) {
        List<DmaFinding> found = new ArrayList<>();
        for (RemappingStructure.ReservedMemory region : dmar.reservedMemory()) {
            List<String> evidence = new ArrayList<>();
            region.range()
                    .ifPresent(range -> protectedMemory.stream()
                            .filter(memory -> memory.ranges().stream()
                                    .anyMatch(other -> Long.compareUnsigned(other.start(), range.end()) < 0
                                            && Long.compareUnsigned(range.start(), other.end()) < 0))
                            .forEach(memory ->
                                    evidence.add("it overlaps " + memory.kind().title())));
            boolean malformed = region.range().isEmpty();
            found.add(DmaFinding.of(
                    new Finding(
                            evidence.isEmpty() && !malformed ? Severity.INFORMATION : Severity.ERROR,
                            evidence.isEmpty() ? "vtd.reserved-memory" : "vtd.reserved-memory-overlaps",
                            "firmware keeps memory open to devices (RMRR): " + region.meaning()
                                    + (malformed ? ", which is no range" : ""),
                            Optional.of(region.span()),
                            Optional.of(VtdSpecification.section("8.4"))),
                    evidence));
        }
        return found;
    }
}
