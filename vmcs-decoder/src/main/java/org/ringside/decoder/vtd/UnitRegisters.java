package org.ringside.decoder.vtd;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;

/** The captured registers of a remapping unit. Immutable. */
public final class UnitRegisters {
    private static final int FAULT_RECORD_BYTES = 16;
    private static final int IOTLB_BYTES = 16;

    private final DeviceRegisters device;

    public UnitRegisters(DeviceRegisters device) {
        this.device = device;
    }

    /** What was captured. */
    public DeviceRegisters device() {
        return device;
    }

    /** CAP_REG. */
    public Observed<Long> capabilities() {
        return read(VtdRegisterLayouts.CAP);
    }

    /** ECAP_REG. */
    public Observed<Long> extendedCapabilities() {
        return read(VtdRegisterLayouts.ECAP);
    }

    /** GSTS_REG. */
    public Observed<Long> globalStatus() {
        return read(VtdRegisterLayouts.GSTS);
    }

    /** RTADDR_REG. */
    public Observed<Long> rootTableAddress() {
        return read(VtdRegisterLayouts.RTADDR);
    }

    /** Whether DMA translation is on (GSTS.TES). */
    public Observed<Boolean> translationEnabled() {
        return globalStatus().map(status -> (status >>> 31 & 1) != 0);
    }

    private Observed<Long> read(VtdRegisterLayouts.Register register) {
        return read(register.offset(), register.layout().width());
    }

    private Observed<Long> read(long offset, int width) {
        MemorySegment bytes = device.bytes();
        int length = width / 8;
        if (offset + length > bytes.byteSize()) {
            return new Observed.NotCaptured<>(device.base() + offset, length);
        }
        return Observed.known(
                width == 64
                        ? bytes.get(LittleEndian.LONG, offset)
                        : Integer.toUnsignedLong(bytes.get(LittleEndian.INT, offset)));
    }

    /** Every register, captured or not, with every bit; fault records and IOTLB registers where the capabilities place them. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        for (VtdRegisterLayouts.Register register : VtdRegisterLayouts.FIXED) {
            children.add(node(register.layout(), register.layout().name(), register.offset()));
        }
        extendedCapabilities().toOptional().ifPresent(ecap -> {
            long offset = (ecap >>> 8 & 0x3ff) * IOTLB_BYTES;
            if (offset != 0) {
                children.add(node(VtdRegisterLayouts.IVA, "IVA_REG", offset));
                children.add(node(VtdRegisterLayouts.IOTLB, "IOTLB_REG", offset + 8));
            }
        });
        capabilities().toOptional().ifPresent(cap -> addFaultRecords(children, cap));
        return new StructureNode.Structure(
                "Registers of " + device.name(),
                "remapping unit at 0x%x".formatted(device.base()),
                device.bytes().byteSize() == 0
                        ? Optional.empty()
                        : Optional.of(span(0, device.bytes().byteSize())),
                Optional.of(VtdLayouts.spec("11.4")),
                List.of(),
                children);
    }

    private void addFaultRecords(List<StructureNode> children, long cap) {
        long first = (cap >>> 24 & 0x3ff) * FAULT_RECORD_BYTES;
        long count = (cap >>> 40 & 0xff) + 1;
        if (first == 0) {
            return;
        }
        for (long i = 0; i < count; i++) {
            long offset = first + i * FAULT_RECORD_BYTES;
            Observed<Long> high = read(offset + 8, 64);
            List<Finding> findings = new ArrayList<>();
            if (high instanceof Observed.Known<Long>(Long value) && value < 0) {
                findings.add(fault(value, read(offset, 64).orElse(0L), offset));
            }
            children.add(new StructureNode.Structure(
                    "FRCD_REG " + i,
                    high instanceof Observed.Known<Long>(Long value)
                            ? value < 0 ? "holds a fault" : "free"
                            : high.reason(),
                    Optional.of(span(offset, FAULT_RECORD_BYTES)),
                    Optional.of(VtdRegisterLayouts.FRCD_LOW.reference()),
                    findings,
                    List.of(
                            node(VtdRegisterLayouts.FRCD_LOW, "bits 63:0", offset),
                            node(VtdRegisterLayouts.FRCD_HIGH, "bits 127:64", offset + 8))));
        }
    }

    private Finding fault(long high, long low, long offset) {
        RequesterId source = new RequesterId((int) high & 0xffff);
        boolean read = (high >>> 62 & 1) != 0;
        return new Finding(
                Severity.WARNING,
                "vtd.fault-recorded",
                "the unit blocked a %s of %s at 0x%x: %s"
                        .formatted(
                                read ? "read" : "write",
                                source,
                                low & -4096L,
                                VtdRegisterLayouts.faultReason(high >>> 32 & 0xff)),
                Optional.of(span(offset, FAULT_RECORD_BYTES)),
                Optional.of(VtdRegisterLayouts.FRCD_HIGH.reference()));
    }

    private StructureNode.Field node(BitFieldLayout layout, String name, long offset) {
        int width = layout.width();
        return layout.decode(name, read(offset, width), Optional.of(span(offset, width / 8)));
    }

    private ByteSpan span(long offset, long length) {
        return new ByteSpan(new AddressSpace.Registers(device.name()), offset, length);
    }
}
