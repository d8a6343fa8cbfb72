package org.ringside.decoder.vtd.dmar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.acpi.AcpiTable;
import org.ringside.decoder.acpi.AcpiTables;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * The DMAR table (VT-d specification, section 8.1).
 *
 * @param table its bytes
 * @param how how it was found, for a person
 * @param structures in the table's order
 * @param findings what was odd
 */
public record DmarTable(AcpiTable table, String how, List<RemappingStructure> structures, List<Finding> findings) {
    /** Its signature. */
    public static final String SIGNATURE = "DMAR";

    private static final int ADDRESS_WIDTH = 36;
    private static final int FLAGS = 37;
    private static final int STRUCTURES = 48;
    private static final int MOST_FINDINGS = 64;

    public DmarTable {
        structures = List.copyOf(structures);
        findings = List.copyOf(findings);
    }

    /** Whether a unit is responsible for a device. */
    public enum Coverage {
        COVERED,
        NOT_COVERED,
        /** A scope's path crosses bridges whose buses are not known. */
        UNKNOWN
    }

    /** The table in memory, if there is one; see {@link AcpiTables#find}. */
    public static Optional<DmarTable> find(PhysicalMemory memory, BooleanSupplier cancelled) {
        return AcpiTables.find(memory, SIGNATURE, cancelled)
                .map(found -> parse(found.table(), found.how(), ConfigurationSpace.of(memory)));
    }

    /** The table, if the root pointer and what it leads to were captured; see {@link AcpiTables#listed}. */
    public static Optional<DmarTable> listed(PhysicalMemory memory) {
        return AcpiTables.listed(memory, SIGNATURE)
                .map(found -> parse(found.table(), found.how(), ConfigurationSpace.of(memory)));
    }

    /** Reads a table; what is cut off or of an unknown type becomes a finding. */
    public static DmarTable parse(AcpiTable table, String how, BusTopology topology) {
        FindingCollector findings = new FindingCollector(VtdSpecification.AREA, MOST_FINDINGS);
        if (!table.checksumHolds()) {
            findings.add(finding("vtd.dmar-checksum", "the checksum of the DMAR table does not hold", table.span()));
        }
        List<RemappingStructure> structures = new ArrayList<>();
        MemorySegment bytes = table.bytes();
        if (bytes.byteSize() < STRUCTURES) {
            findings.add(finding(
                    "vtd.dmar-cut",
                    "the DMAR table has %d bytes, its fixed part has 48".formatted(bytes.byteSize()),
                    table.span()));
            return new DmarTable(table, how, structures, findings.toList());
        }
        long at = STRUCTURES;
        while (at < bytes.byteSize()) {
            long left = bytes.byteSize() - at;
            int length = left < 4 ? 0 : Short.toUnsignedInt(bytes.get(LittleEndian.SHORT, at + 2));
            if (length < 4 || length > left) {
                findings.add(finding(
                        "vtd.dmar-cut",
                        "the DMAR structure at 0x%x has %d bytes, %d are left of the table"
                                .formatted(table.address() + at, length, left),
                        ByteSpan.physical(table.address() + at, left)));
                break;
            }
            structures.add(new StructureReader(
                            bytes.asSlice(at, length),
                            ByteSpan.physical(table.address() + at, length),
                            topology,
                            findings)
                    .read());
            at += length;
        }
        return new DmarTable(table, how, structures, findings.toList());
    }

    /** Bits of a physical address that DMA can reach, 1 to 256; of a table too short for it 64. */
    public int hostAddressWidth() {
        return table.length() > ADDRESS_WIDTH ? byteAt(ADDRESS_WIDTH) + 1 : 64;
    }

    /** The flags as they are. */
    public int flags() {
        return table.length() > FLAGS ? byteAt(FLAGS) : 0;
    }

    private int byteAt(int offset) {
        return Byte.toUnsignedInt(table.bytes().get(ValueLayout.JAVA_BYTE, offset));
    }

    /** The remapping units. */
    public List<RemappingStructure.HardwareUnit> units() {
        return structures.stream()
                .filter(RemappingStructure.HardwareUnit.class::isInstance)
                .map(RemappingStructure.HardwareUnit.class::cast)
                .toList();
    }

    /** The unit whose registers are at {@code base}. */
    public Optional<RemappingStructure.HardwareUnit> unit(long base) {
        return units().stream().filter(unit -> unit.base() == base).findFirst();
    }

    /** Memory regions that firmware reserves for devices. */
    public List<RemappingStructure.ReservedMemory> reservedMemory() {
        return structures.stream()
                .filter(RemappingStructure.ReservedMemory.class::isInstance)
                .map(RemappingStructure.ReservedMemory.class::cast)
                .toList();
    }

    /** Whether {@code unit}, one of {@link #units()}, is responsible for {@code device} of its segment. */
    public Coverage coverage(RemappingStructure.HardwareUnit unit, RequesterId device) {
        Coverage named = named(unit, device);
        if (named != Coverage.NOT_COVERED || !unit.includesAll()) {
            return named;
        }
        Coverage result = Coverage.COVERED;
        for (RemappingStructure.HardwareUnit other : units()) {
            if (!other.equals(unit) && other.segment() == unit.segment()) {
                Coverage elsewhere = named(other, device);
                if (elsewhere == Coverage.COVERED) {
                    return Coverage.NOT_COVERED;
                }
                result = elsewhere == Coverage.UNKNOWN ? Coverage.UNKNOWN : result;
            }
        }
        return result;
    }

    /** Whether the unit names the device, or a bridge before it. */
    private static Coverage named(RemappingStructure.HardwareUnit unit, RequesterId device) {
        boolean unknown = false;
        for (DeviceScope scope : unit.scopes()) {
            if (scope.device().equals(Optional.of(device))
                    || scope.behind()
                            .filter(buses -> buses.contain(device.bus()))
                            .isPresent()) {
                return Coverage.COVERED;
            }
            boolean bridge =
                    scope.type() == DeviceScope.Type.BRIDGE && scope.behind().isEmpty();
            boolean path = scope.device().isEmpty() && scope.type() != DeviceScope.Type.UNKNOWN;
            unknown |= device.bus() != scope.startBus() && (bridge || path);
        }
        return unknown ? Coverage.UNKNOWN : Coverage.NOT_COVERED;
    }

    /** The table with its structures. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        ByteSpan span = table.span();
        children.add(DmarNodes.number("Length", table.length(), 32, "bytes", span, 4));
        children.add(DmarNodes.number("Revision", table.revision(), 8, "", span, 8));
        if (table.length() >= STRUCTURES) {
            children.add(DmarNodes.number(
                    "Host Address Width",
                    hostAddressWidth() - 1L,
                    8,
                    hostAddressWidth() + " bits",
                    span,
                    ADDRESS_WIDTH));
            children.add(DmarNodes.bits(DmarNodes.TABLE_FLAGS, flags(), span, FLAGS));
        }
        structures.forEach(structure -> children.add(structure.toStructure()));
        return new StructureNode.Structure(
                "DMAR Table",
                "%d unit%s, by %s %s, %s"
                        .formatted(
                                units().size(), units().size() == 1 ? "" : "s", table.oemId(), table.oemTableId(), how),
                Optional.of(span),
                Optional.of(VtdSpecification.section("8.1")),
                findings,
                children);
    }

    private static Finding finding(String code, String message, ByteSpan span) {
        return new Finding(
                Severity.WARNING, code, message, Optional.of(span), Optional.of(VtdSpecification.section("8.2")));
    }

    /** Reads one structure. */
    private record StructureReader(
            MemorySegment bytes, ByteSpan span, BusTopology topology, FindingCollector findings) {
        RemappingStructure read() {
            int type = half(0);
            int needed = switch (type) {
                case 0 -> 16;
                case 1 -> 24;
                case 2, 4, 5, 6 -> 8;
                case 3 -> 20;
                default -> 4;
            };
            if (bytes.byteSize() < needed) {
                findings.add(finding(
                        "vtd.dmar-structure-short",
                        "the DMAR structure of type %d at 0x%x has %d bytes, at least %d are needed"
                                .formatted(type, span.address(), bytes.byteSize(), needed),
                        span));
                return new RemappingStructure.Unknown(span, type);
            }
            return switch (type) {
                case 0 -> new RemappingStructure.HardwareUnit(span, one(4), one(5), half(6), eight(8), scopes(16));
                case 1 -> new RemappingStructure.ReservedMemory(span, half(6), eight(8), eight(16), scopes(24));
                case 2 -> new RemappingStructure.RootPortAts(span, one(4), half(6), scopes(8));
                case 3 ->
                    new RemappingStructure.HardwareAffinity(
                            span, eight(8), Integer.toUnsignedLong(bytes.get(LittleEndian.INT, 16)));
                case 4 -> new RemappingStructure.NamespaceDevice(span, one(7), name(8));
                case 5 -> new RemappingStructure.IntegratedAts(span, one(4), half(6), scopes(8));
                case 6 -> new RemappingStructure.IntegratedProperties(span, half(6), scopes(8));
                default -> new RemappingStructure.Unknown(span, type);
            };
        }

        private List<DeviceScope> scopes(int from) {
            List<DeviceScope> scopes = new ArrayList<>();
            long at = from;
            while (at < bytes.byteSize()) {
                long left = bytes.byteSize() - at;
                int length = left < 6 ? 0 : one(at + 1);
                if (length < 6 || length > left) {
                    findings.add(finding(
                            "vtd.dmar-scope-cut",
                            "the device scope at 0x%x has %d bytes, %d are left of its structure"
                                    .formatted(span.address() + at, length, left),
                            ByteSpan.physical(span.address() + at, left)));
                    break;
                }
                List<DeviceScope.Step> path = new ArrayList<>();
                for (long step = at + 6; step + 2 <= at + length; step += 2) {
                    path.add(new DeviceScope.Step(one(step), one(step + 1)));
                }
                scopes.add(DeviceScope.of(
                        one(at),
                        one(at + 4),
                        one(at + 5),
                        path,
                        topology,
                        ByteSpan.physical(span.address() + at, length)));
                at += length;
            }
            return scopes;
        }

        private String name(int from) {
            byte[] text = bytes.asSlice(from).toArray(ValueLayout.JAVA_BYTE);
            int end = 0;
            while (end < text.length && text[end] >= 0x20 && text[end] < 0x7f) {
                end++;
            }
            return new String(text, 0, end, StandardCharsets.US_ASCII);
        }

        private int one(long offset) {
            return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
        }

        private int half(long offset) {
            return Short.toUnsignedInt(bytes.get(LittleEndian.SHORT, offset));
        }

        private long eight(long offset) {
            return bytes.get(LittleEndian.LONG, offset);
        }
    }
}
