package org.ringside.decoder.vtd.dmar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.VtdSpecification;

/** A structure of the DMAR table (VT-d specification, section 8.2). */
public sealed interface RemappingStructure {
    /** Its bytes. */
    ByteSpan span();

    /** Devices it is about; none for those that name no device. */
    default List<DeviceScope> scopes() {
        return List.of();
    }

    /** The specification's short name, for example {@code "DRHD"}. */
    String name();

    /** In one line. */
    String meaning();

    /** Section of the specification. */
    String section();

    /** Its own fields, without device scopes. */
    List<StructureNode> fields();

    /** Everything in it. */
    default StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>(fields());
        scopes().forEach(scope -> children.add(scope.toStructure()));
        return new StructureNode.Structure(
                name(),
                meaning(),
                Optional.of(span()),
                Optional.of(VtdSpecification.section(section())),
                List.<Finding>of(),
                children);
    }

    private static String devices(List<DeviceScope> scopes) {
        return scopes.size() == 1 ? "1 device" : scopes.size() + " devices";
    }

    /**
     * DMA-remapping hardware unit.
     *
     * @param flags as they are: bit 0 = the unit has all PCI devices that no other unit names
     * @param size as it is: bits 3:0 = N of 2^N pages of registers
     * @param segment PCI segment
     * @param base physical address of its registers
     */
    record HardwareUnit(ByteSpan span, int flags, int size, int segment, long base, List<DeviceScope> scopes)
            implements RemappingStructure {
        public HardwareUnit {
            scopes = List.copyOf(scopes);
        }

        public boolean includesAll() {
            return (flags & 1) != 0;
        }

        @Override
        public String name() {
            return "DRHD";
        }

        @Override
        public String section() {
            return "8.3";
        }

        @Override
        public String meaning() {
            return "remapping unit at 0x%x, segment %d, %s%s"
                    .formatted(
                            base,
                            segment,
                            devices(scopes),
                            includesAll() ? ", and all PCI devices that no other unit names" : "");
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(
                    DmarNodes.bits(DmarNodes.DRHD_FLAGS, flags, span, 4),
                    DmarNodes.bits(DmarNodes.DRHD_SIZE, size, span, 5),
                    DmarNodes.number("Segment Number", segment, 16, "", span, 6),
                    DmarNodes.number("Register Base Address", base, 64, "", span, 8));
        }
    }

    /**
     * Reserved memory region: memory that firmware wants devices to reach at its own address, always.
     *
     * @param segment PCI segment
     * @param base first byte
     * @param limit last byte
     */
    record ReservedMemory(ByteSpan span, int segment, long base, long limit, List<DeviceScope> scopes)
            implements RemappingStructure {
        public ReservedMemory {
            scopes = List.copyOf(scopes);
        }

        /** The region; empty where limit and base contradict each other. */
        public Optional<AddressRange> range() {
            return Long.compareUnsigned(base, limit) <= 0 && limit != -1L
                    ? Optional.of(new AddressRange(base, limit + 1))
                    : Optional.empty();
        }

        @Override
        public String name() {
            return "RMRR";
        }

        @Override
        public String section() {
            return "8.4";
        }

        @Override
        public String meaning() {
            return "0x%x to 0x%x stays reachable for %s".formatted(base, limit, devices(scopes));
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(
                    DmarNodes.number("Segment Number", segment, 16, "", span, 6),
                    DmarNodes.number("Reserved Memory Region Base Address", base, 64, "", span, 8),
                    DmarNodes.number("Reserved Memory Region Limit Address", limit, 64, "", span, 16));
        }
    }

    /**
     * Root ports that support address translation services.
     *
     * @param flags as they are: bit 0 = all root ports
     */
    record RootPortAts(ByteSpan span, int flags, int segment, List<DeviceScope> scopes) implements RemappingStructure {
        public RootPortAts {
            scopes = List.copyOf(scopes);
        }

        @Override
        public String name() {
            return "ATSR";
        }

        @Override
        public String section() {
            return "8.5";
        }

        @Override
        public String meaning() {
            return (flags & 1) != 0 ? "all root ports support ATS" : devices(scopes) + " support ATS";
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(
                    DmarNodes.bits(DmarNodes.ATSR_FLAGS, flags, span, 4),
                    DmarNodes.number("Segment Number", segment, 16, "", span, 6));
        }
    }

    /**
     * The proximity domain of a unit.
     *
     * @param base physical address of the unit's registers
     * @param proximity domain, as in the SRAT table
     */
    record HardwareAffinity(ByteSpan span, long base, long proximity) implements RemappingStructure {
        @Override
        public String name() {
            return "RHSA";
        }

        @Override
        public String section() {
            return "8.6";
        }

        @Override
        public String meaning() {
            return "the unit at 0x%x is in proximity domain %d".formatted(base, proximity);
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(
                    DmarNodes.number("Register Base Address", base, 64, "", span, 8),
                    DmarNodes.number("Proximity Domain", proximity, 32, "", span, 16));
        }
    }

    /**
     * An ACPI device that makes requests.
     *
     * @param number by which scopes refer to it
     * @param object its name in the ACPI name space, as far as it is printable
     */
    record NamespaceDevice(ByteSpan span, int number, String object) implements RemappingStructure {
        @Override
        public String name() {
            return "ANDD";
        }

        @Override
        public String section() {
            return "8.7";
        }

        @Override
        public String meaning() {
            return "ACPI device %d is %s".formatted(number, object);
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(DmarNodes.number("ACPI Device Number", number, 8, object, span, 7));
        }
    }

    /**
     * Integrated devices that support address translation services.
     *
     * @param flags as they are: bit 0 = the devices need it
     */
    record IntegratedAts(ByteSpan span, int flags, int segment, List<DeviceScope> scopes)
            implements RemappingStructure {
        public IntegratedAts {
            scopes = List.copyOf(scopes);
        }

        @Override
        public String name() {
            return "SATC";
        }

        @Override
        public String section() {
            return "8.8";
        }

        @Override
        public String meaning() {
            return devices(scopes) + " on the chip " + ((flags & 1) != 0 ? "need ATS" : "support ATS");
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(
                    DmarNodes.bits(DmarNodes.SATC_FLAGS, flags, span, 4),
                    DmarNodes.number("Segment Number", segment, 16, "", span, 6));
        }
    }

    /** Properties of integrated devices. */
    record IntegratedProperties(ByteSpan span, int segment, List<DeviceScope> scopes) implements RemappingStructure {
        public IntegratedProperties {
            scopes = List.copyOf(scopes);
        }

        @Override
        public String name() {
            return "SIDP";
        }

        @Override
        public String section() {
            return "8.9";
        }

        @Override
        public String meaning() {
            return "properties of " + devices(scopes) + " on the chip";
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(DmarNodes.number("Segment Number", segment, 16, "", span, 6));
        }
    }

    /**
     * A structure of a type that this decoder does not know.
     *
     * @param type as it is
     */
    record Unknown(ByteSpan span, int type) implements RemappingStructure {
        @Override
        public String name() {
            return "Structure of type " + type;
        }

        @Override
        public String section() {
            return "8.2";
        }

        @Override
        public String meaning() {
            return "unknown to this decoder, %d bytes".formatted(span.length());
        }

        @Override
        public List<StructureNode> fields() {
            return List.of(DmarNodes.number("Type", type, 16, "", span, 0));
        }
    }
}
