package org.ringside.decoder.vtd.interrupt;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * A posted-interrupt descriptor: where the unit leaves interrupts for a virtual processor (VT-d specification, section 9.12).
 *
 * @param address physical address of its first byte
 * @param pending virtual vectors posted and not yet taken, ascending
 * @param control bits 319:256
 */
public record PostedInterruptDescriptor(long address, List<Integer> pending, long control) {
    /** Bytes of a descriptor. */
    public static final int BYTES = 64;

    private static final int CONTROL = 32;

    public PostedInterruptDescriptor {
        pending = List.copyOf(pending);
    }

    /** Reads the descriptor at {@code address}. */
    public static Observed<PostedInterruptDescriptor> read(PhysicalMemory memory, long address) {
        return memory.read(address, BYTES)
                .map(bytes ->
                        new PostedInterruptDescriptor(address, vectors(bytes), bytes.get(LittleEndian.LONG, CONTROL)));
    }

    private static List<Integer> vectors(MemorySegment bytes) {
        List<Integer> found = new ArrayList<>();
        for (int vector = 0; vector < 256; vector++) {
            if ((bytes.get(LittleEndian.LONG, vector / 64 * 8L) >>> (vector % 64) & 1) != 0) {
                found.add(vector);
            }
        }
        return found;
    }

    /** ON: a notification is outstanding. */
    public boolean outstanding() {
        return (control & 1) != 0;
    }

    /** SN: notifications are suppressed. */
    public boolean suppressed() {
        return (control & 2) != 0;
    }

    /** NV: the vector by which the processor is notified. */
    public int notificationVector() {
        return (int) (control >>> 16) & 0xff;
    }

    /** NDST: who is notified. */
    public long notificationDestination() {
        return control >>> 32;
    }

    /** Its fields. */
    public StructureNode.Structure toStructure() {
        return new StructureNode.Structure(
                "Posted-Interrupt Descriptor",
                "%d vectors pending, notification vector 0x%02x".formatted(pending.size(), notificationVector()),
                Optional.of(ByteSpan.physical(address, BYTES)),
                Optional.of(VtdSpecification.section("9.12")),
                List.of(),
                List.of(InterruptLayouts.DESCRIPTOR.decode(control, ByteSpan.physical(address + CONTROL, 8))));
    }
}
