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
import org.ringside.decoder.structure.StructureNode;

/** The captured registers of a remapping unit. Immutable. */
public final class UnitRegisters {
    private static final int FAULT_RECORD_BYTES = 16;
    private static final int IOTLB_BYTES = 16;
    private static final int QUEUE_HEAD = 0x80;
    private static final int QUEUE_TAIL = 0x88;
    private static final int QUEUE_ADDRESS = 0x90;
    private static final int INTERRUPT_TABLE = 0xb8;

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
        return read(CapabilityLayouts.CAP);
    }

    /** ECAP_REG. */
    public Observed<Long> extendedCapabilities() {
        return read(CapabilityLayouts.ECAP);
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

    /** Whether interrupts are remapped (GSTS.IRES). */
    public Observed<Boolean> interruptRemappingEnabled() {
        return globalStatus().map(status -> (status >>> 25 & 1) != 0);
    }

    /** Whether interrupts in the old format pass unremapped (GSTS.CFIS). */
    public Observed<Boolean> compatibilityInterruptsPass() {
        return globalStatus().map(status -> (status >>> 23 & 1) != 0);
    }

    /** Whether invalidations are queued in memory (GSTS.QIES). */
    public Observed<Boolean> queuedInvalidationEnabled() {
        return globalStatus().map(status -> (status >>> 26 & 1) != 0);
    }

    /** IRTA_REG. */
    public Observed<Long> interruptTableAddress() {
        return read(INTERRUPT_TABLE, 64);
    }

    /** IQA_REG. */
    public Observed<Long> queueAddress() {
        return read(QUEUE_ADDRESS, 64);
    }

    /** IQH_REG. */
    public Observed<Long> queueHead() {
        return read(QUEUE_HEAD, 64);
    }

    /** IQT_REG. */
    public Observed<Long> queueTail() {
        return read(QUEUE_TAIL, 64);
    }

    /** FSTS_REG. */
    public Observed<Long> faultStatus() {
        return read(FaultLayouts.STATUS);
    }

    /** The fault-recording registers that were captured, those that hold no fault included, in their order. */
    public List<FaultRecord> faultRecords() {
        List<FaultRecord> records = new ArrayList<>();
        capabilities().toOptional().ifPresent(cap -> {
            long first = firstFaultRecord(cap);
            for (int i = 0; first != 0 && i < faultRecordCount(cap); i++) {
                long offset = first + (long) i * FAULT_RECORD_BYTES;
                record(i, offset).toOptional().ifPresent(records::add);
            }
        });
        return records;
    }

    /** FRO: offset of the first fault-recording register; 0 if there are none. */
    private static long firstFaultRecord(long cap) {
        return (cap >>> 24 & 0x3ff) * FAULT_RECORD_BYTES;
    }

    /** NFR. */
    private static int faultRecordCount(long cap) {
        return (int) (cap >>> 40 & 0xff) + 1;
    }

    private Observed<Long> read(UnitRegister register) {
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
        for (UnitRegister register : VtdRegisterLayouts.FIXED) {
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
        long first = firstFaultRecord(cap);
        for (int i = 0; first != 0 && i < faultRecordCount(cap); i++) {
            long offset = first + (long) i * FAULT_RECORD_BYTES;
            Observed<FaultRecord> record = record(i, offset);
            children.add(new StructureNode.Structure(
                    "FRCD_REG " + i,
                    record.map(FaultRecord::meaning).toOptional().orElse(record.reason()),
                    Optional.of(span(offset, FAULT_RECORD_BYTES)),
                    Optional.of(FaultLayouts.FRCD_LOW.reference()),
                    record.toOptional().flatMap(FaultRecord::finding).stream().toList(),
                    List.of(
                            node(FaultLayouts.FRCD_LOW, "bits 63:0", offset),
                            node(FaultLayouts.FRCD_HIGH, "bits 127:64", offset + 8))));
        }
    }

    private Observed<FaultRecord> record(int index, long offset) {
        return read(offset, 64)
                .flatMap(low -> read(offset + 8, 64)
                        .map(high -> new FaultRecord(index, low, high, span(offset, FAULT_RECORD_BYTES))));
    }

    private StructureNode.Field node(BitFieldLayout layout, String name, long offset) {
        int width = layout.width();
        return layout.decode(name, read(offset, width), Optional.of(span(offset, width / 8)));
    }

    private ByteSpan span(long offset, long length) {
        return new ByteSpan(new AddressSpace.Registers(device.name()), offset, length);
    }
}
