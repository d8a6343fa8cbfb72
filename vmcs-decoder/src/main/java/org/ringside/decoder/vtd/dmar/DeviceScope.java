package org.ringside.decoder.vtd.dmar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * A device that a structure of the DMAR table is about (VT-d specification, section 8.3.1).
 *
 * @param type what kind of device
 * @param typeField the type as it is
 * @param enumerationId I/O APIC id, HPET number or ACPI device number; without meaning for PCI devices
 * @param startBus bus that the path begins on
 * @param path (device, function) of each bridge on the way and of the device itself
 * @param device the device, where the path has one step or the bridges' buses are known
 * @param behind the buses behind it, where it is a bridge and they are known
 * @param span its bytes
 */
public record DeviceScope(
        Type type,
        int typeField,
        int enumerationId,
        int startBus,
        List<Step> path,
        Optional<RequesterId> device,
        Optional<BusTopology.Buses> behind,
        ByteSpan span) {
    /** What kind of device. */
    public enum Type {
        ENDPOINT("PCI endpoint"),
        BRIDGE("PCI bridge and what is behind it"),
        IO_APIC("I/O APIC"),
        HPET("HPET"),
        NAMESPACE("ACPI device"),
        UNKNOWN("device of an unknown type");

        private final String title;

        Type(String title) {
            this.title = title;
        }

        /** For a person. */
        public String title() {
            return title;
        }

        static Type of(int field) {
            return switch (field) {
                case 1 -> ENDPOINT;
                case 2 -> BRIDGE;
                case 3 -> IO_APIC;
                case 4 -> HPET;
                case 5 -> NAMESPACE;
                default -> UNKNOWN;
            };
        }
    }

    /**
     * A step of a path.
     *
     * @param device 0 to 31 in a valid table, 0 to 255 as it may be
     * @param function 0 to 7 in a valid table, 0 to 255 as it may be
     */
    public record Step(int device, int function) {
        boolean isValid() {
            return device < 32 && function < 8;
        }
    }

    public DeviceScope {
        path = List.copyOf(path);
    }

    static DeviceScope of(
            int typeField, int enumerationId, int startBus, List<Step> path, BusTopology topology, ByteSpan span) {
        Optional<RequesterId> device = resolve(startBus, path, topology);
        Type type = Type.of(typeField);
        return new DeviceScope(
                type,
                typeField,
                enumerationId,
                startBus,
                path,
                device,
                type == Type.BRIDGE ? device.flatMap(topology::behind) : Optional.empty(),
                span);
    }

    private static Optional<RequesterId> resolve(int startBus, List<Step> path, BusTopology topology) {
        int bus = startBus;
        for (int i = 0; i < path.size(); i++) {
            Step step = path.get(i);
            if (!step.isValid()) {
                return Optional.empty();
            }
            RequesterId id = RequesterId.of(bus, step.device(), step.function());
            if (i == path.size() - 1) {
                return Optional.of(id);
            }
            Optional<BusTopology.Buses> behind = topology.behind(id);
            if (behind.isEmpty()) {
                return Optional.empty();
            }
            bus = behind.get().secondary();
        }
        return Optional.empty();
    }

    /** Bus and path, for example {@code "00:1c.0/00.0"}; the device where it is known. */
    public String place() {
        if (device.isPresent()) {
            return device.get().toString();
        }
        StringBuilder text = new StringBuilder("%02x:".formatted(startBus));
        for (int i = 0; i < path.size(); i++) {
            text.append(i == 0 ? "" : "/")
                    .append("%02x.%x"
                            .formatted(path.get(i).device(), path.get(i).function()));
        }
        return text.toString();
    }

    /** Its fields. */
    public StructureNode.Structure toStructure() {
        boolean numbered = type == Type.IO_APIC || type == Type.HPET || type == Type.NAMESPACE;
        List<StructureNode> children = new ArrayList<>();
        children.add(DmarNodes.number("Type", typeField, 8, type.title(), span, 0));
        children.add(DmarNodes.number("Length", span.length(), 8, "bytes", span, 1));
        children.add(
                DmarNodes.number("Enumeration ID", enumerationId, 8, numbered ? "" : "without meaning here", span, 4));
        children.add(DmarNodes.number("Start Bus Number", startBus, 8, "", span, 5));
        for (int i = 0; i < path.size(); i++) {
            Step step = path.get(i);
            children.add(DmarNodes.number(
                    "Path " + i,
                    step.device() | (long) step.function() << 8,
                    16,
                    "device %02x, function %x".formatted(step.device(), step.function()),
                    span,
                    6 + 2L * i));
        }
        return new StructureNode.Structure(
                type.title() + " " + place(),
                numbered ? "number %d".formatted(enumerationId) : "",
                Optional.of(span),
                Optional.of(VtdSpecification.section("8.3.1")),
                List.<Finding>of(),
                children);
    }
}
