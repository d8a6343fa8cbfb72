package org.ringside.decoder.svm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.ModelSpecificRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.BitRuns;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.structure.StructureNode;

/** The maps that a VMCB points to: which registers and which ports of the guest cause a #VMEXIT (AMD64 APM vol. 2, 15.10.1 and 15.11). */
public final class PermissionMaps {
    /** Bytes of the MSR permissions map. */
    public static final int MSR_MAP_BYTES = 8192;

    /** Bytes of the I/O permissions map: 64 Ki ports and 3 more bits, in three pages. */
    public static final int PORT_MAP_BYTES = 12288;

    private static final int[] FIRST_MSRS = {0, 0xc000_0000, 0xc001_0000};
    private static final int MSRS_PER_VECTOR = 0x2000;
    private static final int VECTOR_BYTES = 0x800;
    private static final int PORTS = 0x10000;

    private PermissionMaps() {}

    /** Whether accesses to a register cause a #VMEXIT; registers that the map does not cover always do. */
    public static Observed<Boolean> intercepts(PhysicalMemory memory, long msrMap, int register, boolean write) {
        for (int vector = 0; vector < FIRST_MSRS.length; vector++) {
            int index = register - FIRST_MSRS[vector];
            if (index >= 0 && index < MSRS_PER_VECTOR) {
                long bit = 2L * index + (write ? 1 : 0);
                long address = (msrMap & -PhysicalMemory.PAGE_SIZE) + (long) vector * VECTOR_BYTES + bit / 8;
                return memory.read(address, 1)
                        .map(bytes -> (bytes.get(ValueLayout.JAVA_BYTE, 0) >>> (bit % 8) & 1) != 0);
            }
        }
        return Observed.known(true);
    }

    /** The MSR permissions map at {@code address}, by register and direction. */
    public static StructureNode.Structure msrs(PhysicalMemory memory, long address) {
        long start = address & -PhysicalMemory.PAGE_SIZE;
        SpecificationReference reference = Apm.section("15.11, table 15-8");
        Observed<MemorySegment> map = memory.read(start, MSR_MAP_BYTES);
        List<StructureNode> parts = new ArrayList<>();
        if (map instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
            for (int vector = 0; vector < FIRST_MSRS.length; vector++) {
                int first = FIRST_MSRS[vector];
                String range = "MSRs from 0x%x".formatted(first);
                long bit = 8L * vector * VECTOR_BYTES;
                ByteSpan span = ByteSpan.physical(start + (long) vector * VECTOR_BYTES, VECTOR_BYTES);
                for (int direction = 0; direction < 2; direction++) {
                    String what = direction == 0 ? "reads" : "writes";
                    long own = bit + direction;
                    parts.add(BitRuns.of(
                            "%s, %s that cause a #VMEXIT".formatted(range, what),
                            Optional.of(span),
                            reference,
                            MSRS_PER_VECTOR,
                            i -> isSet(bytes, own + 2L * i),
                            i -> name(first + i),
                            false));
                    parts.add(BitRuns.of(
                            "%s, %s that the guest does itself".formatted(range, what),
                            Optional.of(span),
                            reference,
                            MSRS_PER_VECTOR,
                            i -> !isSet(bytes, own + 2L * i),
                            i -> name(first + i),
                            false));
                }
            }
        }
        return new StructureNode.Structure(
                "MSR permissions map",
                map.isKnown() ? "" : map.reason(),
                Optional.of(ByteSpan.physical(start, MSR_MAP_BYTES)),
                Optional.of(reference),
                List.of(),
                parts);
    }

    /** The I/O permissions map at {@code address}, by port. */
    public static StructureNode.Structure ports(PhysicalMemory memory, long address) {
        long start = address & -PhysicalMemory.PAGE_SIZE;
        SpecificationReference reference = Apm.section("15.10.1");
        Observed<MemorySegment> map = memory.read(start, PORT_MAP_BYTES);
        Optional<ByteSpan> span = Optional.of(ByteSpan.physical(start, PORT_MAP_BYTES));
        List<StructureNode> parts = new ArrayList<>();
        if (map instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
            parts.add(BitRuns.of(
                    "Ports that cause a #VMEXIT",
                    span,
                    reference,
                    PORTS,
                    i -> isSet(bytes, i),
                    "0x%x"::formatted,
                    true));
            parts.add(BitRuns.of(
                    "Ports that the guest reaches",
                    span,
                    reference,
                    PORTS,
                    i -> !isSet(bytes, i),
                    "0x%x"::formatted,
                    true));
        }
        return new StructureNode.Structure(
                "I/O permissions map",
                map.isKnown() ? "" : map.reason(),
                span,
                Optional.of(reference),
                List.of(),
                parts);
    }

    private static String name(int register) {
        return ModelSpecificRegisters.find(register)
                .map(name -> name + " (0x%x)".formatted(register))
                .orElseGet(() -> "0x%x".formatted(register));
    }

    private static boolean isSet(MemorySegment bytes, long bit) {
        return (bytes.get(ValueLayout.JAVA_BYTE, bit / 8) >>> (bit % 8) & 1) != 0;
    }
}
