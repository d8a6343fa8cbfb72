package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;

/**
 * A remapping unit: its registers as far as captured, and its tables.
 *
 * @param name for a person
 * @param base physical address of its registers, if known
 * @param registers its registers; empty if only the root table's address is known
 * @param mode which tables it walks; assumed legacy where the registers are not known
 * @param translationEnabled whether DMA is translated at all (GSTS.TES)
 * @param tables the tables, or why there are none
 * @param findings what is odd about the unit itself
 */
public record RemappingUnit(
        String name,
        Optional<Long> base,
        Optional<UnitRegisters> registers,
        RemappingMode mode,
        Observed<Boolean> translationEnabled,
        Observed<RemappingTables> tables,
        List<Finding> findings) {
    private static final int MOST_FINDINGS = 2000;

    public RemappingUnit {
        findings = List.copyOf(findings);
    }

    /** Whether {@code device} looks like a remapping unit: a version and address widths that exist, enough bytes for RTADDR_REG. */
    public static boolean recognises(DeviceRegisters device) {
        UnitRegisters registers = new UnitRegisters(device);
        if (!(registers.capabilities() instanceof Observed.Known<Long>(Long cap))
                || !(registers.rootTableAddress() instanceof Observed.Known<Long>)) {
            return false;
        }
        int version = device.bytes().get(PhysicalMemory.LittleEndian.INT, 0);
        boolean plausibleVersion = version >>> 8 == 0 && (version & 0xf0) != 0;
        return plausibleVersion && (cap >>> 8 & 0x1f) != 0;
    }

    /** The unit whose registers were captured; how wide physical addresses are for DMA is not known. */
    public static RemappingUnit decode(PhysicalMemory memory, DeviceRegisters device) {
        return decode(memory, device, UnitRules.UNKNOWN.hostAddressWidth());
    }

    /**
     * The unit whose registers were captured.
     *
     * @param hostAddressWidth bits of a physical address that DMA can reach, as the DMAR table says
     */
    public static RemappingUnit decode(PhysicalMemory memory, DeviceRegisters device, int hostAddressWidth) {
        UnitRegisters registers = new UnitRegisters(device);
        UnitRules rules = UnitRules.of(registers, hostAddressWidth);
        Observed<Long> root = registers.rootTableAddress();
        Observed<Boolean> enabled = registers.translationEnabled();
        RemappingMode mode = root.map(RemappingMode::of).orElse(RemappingMode.LEGACY);
        List<Finding> findings = new ArrayList<>();
        Observed<RemappingTables> tables = root.flatMap(value -> tables(memory, value, mode, rules, findings));
        if (!enabled.orElse(true)) {
            findings.add(finding(
                    Severity.WARNING,
                    "vtd.translation-off",
                    "DMA translation is off (GSTS.TES = 0): every device reaches every address"));
        }
        if (registers.globalStatus() instanceof Observed.Known<Long>(Long status) && (status >>> 30 & 1) == 0) {
            findings.add(
                    finding(
                            Severity.WARNING,
                            "vtd.root-not-set",
                            "the root-table pointer was never set (GSTS.RTPS = 0): the unit does not use RTADDR_REG as it stands"));
        }
        return new RemappingUnit(
                device.name(), Optional.of(device.base()), Optional.of(registers), mode, enabled, tables, findings);
    }

    /**
     * A unit of which nothing but the root table is known.
     *
     * @param root physical address of the root table; low bits as in RTADDR_REG select the mode, 0 is legacy
     */
    public static RemappingUnit atRoot(PhysicalMemory memory, long root) {
        RemappingMode mode = RemappingMode.of(root);
        List<Finding> findings = new ArrayList<>();
        Observed<RemappingTables> tables = tables(memory, root, mode, UnitRules.UNKNOWN, findings);
        return new RemappingUnit(
                "unit with its root table at 0x%x".formatted(root & -4096L),
                Optional.empty(),
                Optional.empty(),
                mode,
                new Observed.Unreadable<>("the unit's registers were not captured"),
                tables,
                findings);
    }

    private static Observed<RemappingTables> tables(
            PhysicalMemory memory, long root, RemappingMode mode, UnitRules rules, List<Finding> findings) {
        return switch (mode) {
            case LEGACY, SCALABLE -> RemappingTables.read(memory, root, mode == RemappingMode.SCALABLE, rules);
            case ABORT_DMA -> none(findings, "vtd.abort-dma", "the unit is in abort-DMA mode: it blocks all requests");
            case RESERVED -> none(findings, "vtd.reserved-mode", "RTADDR_REG selects a reserved table mode");
        };
    }

    private static Observed<RemappingTables> none(List<Finding> findings, String code, String message) {
        findings.add(finding(Severity.INFORMATION, code, message));
        return new Observed.NotApplicable<>(message);
    }

    private static Finding finding(Severity severity, String code, String message) {
        return new Finding(severity, code, message, Optional.empty(), Optional.of(VtdLayouts.spec("11.4.5")));
    }

    /** The findings of the unit, its tables and its buses; at most some thousand, with the rest counted. */
    public List<Finding> allFindings() {
        FindingCollector all = new FindingCollector(VtdLayouts.AREA, MOST_FINDINGS);
        all.addAll(findings);
        tables.toOptional().ifPresent(found -> {
            all.addAll(found.findings());
            found.buses().forEach(bus -> all.addAll(bus.findings()));
            found.domains().forEach(domain -> all.addAll(domain.findings()));
        });
        return all.toList();
    }

    /** Registers, then root table → bus → device, then domains. Built when asked for: a hostile table has 65536 devices. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        registers.ifPresent(captured -> children.add(captured.toStructure()));
        String meaning = mode.title() + ", translation "
                + translationEnabled.map(on -> on ? "on" : "off").orElse("unknown");
        if (tables instanceof Observed.Known<RemappingTables>(RemappingTables found)) {
            children.add(rootTable(found));
            children.add(new StructureNode.Structure(
                    "Domains",
                    "%d".formatted(found.domains().size()),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    found.domains().stream()
                            .<StructureNode>map(DmaDomain::toStructure)
                            .toList()));
        }
        return new StructureNode.Structure(
                name, meaning, Optional.empty(), Optional.of(VtdLayouts.spec("3.4")), findings, children);
    }

    private static StructureNode rootTable(RemappingTables found) {
        List<StructureNode> buses = new ArrayList<>();
        for (RemappingBus bus : found.buses()) {
            StructureNode.Structure entry = bus.entry().toStructure();
            List<StructureNode> parts = new ArrayList<>(entry.children());
            for (RemappedDevice device : bus.devices()) {
                parts.add(device.toStructure());
            }
            buses.add(new StructureNode.Structure(
                    "Bus %02x".formatted(bus.number()),
                    "%d devices, context table at 0x%x"
                            .formatted(bus.devices().size(), bus.entry().contextTable()),
                    entry.span(),
                    entry.reference(),
                    bus.findings(),
                    parts));
        }
        return new StructureNode.Structure(
                "Root Table",
                "%d buses present".formatted(found.buses().size()),
                Optional.of(ByteSpan.physical(found.root(), PhysicalMemory.PAGE_SIZE)),
                Optional.of(VtdLayouts.spec("9.1")),
                found.findings(),
                buses);
    }
}
