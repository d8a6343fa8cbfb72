package org.ringside.decoder.svm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;

/**
 * A VMCB in memory. Immutable. The processor may cache parts of a VMCB while it runs the guest; a VMCB in memory is complete between a #VMEXIT
 * and the next VMRUN, but for what VMSAVE stores (FS, GS, TR, LDTR and some MSRs) and has not stored yet.
 */
public final class Vmcb implements VmcbValues {
    private final long address;
    private final MemorySegment page;

    private Vmcb(long address, MemorySegment page) {
        this.address = address;
        this.page = page;
    }

    /** The VMCB at {@code address}, which is rounded down to a page; or why its page is not known. */
    public static Observed<Vmcb> read(PhysicalMemory memory, long address) {
        long start = address & -PhysicalMemory.PAGE_SIZE;
        return memory.page(start).map(bytes -> new Vmcb(start, bytes));
    }

    /** A page that was read already; it has {@link VmcbField#VMCB_SIZE} bytes. */
    static Vmcb of(long address, MemorySegment page) {
        return new Vmcb(address, page);
    }

    /** Physical address of the page. */
    public long address() {
        return address;
    }

    @Override
    public Observed<Long> get(VmcbField field) {
        return Observed.known(element(field, 0));
    }

    /** An element of a field, zero-extended; {@code index} is 0 to {@link VmcbField#elements()} − 1. */
    public long element(VmcbField field, int index) {
        if (index < 0 || index >= field.elements()) {
            throw new IndexOutOfBoundsException(field + " has no element " + index);
        }
        long at = field.offset() + (long) index * field.bytes();
        return switch (field.bytes()) {
            case 8 -> page.get(PhysicalMemory.LittleEndian.LONG, at);
            case 4 -> Integer.toUnsignedLong(page.get(PhysicalMemory.LittleEndian.INT, at));
            case 2 -> Short.toUnsignedLong(page.get(PhysicalMemory.LittleEndian.SHORT, at));
            default -> Byte.toUnsignedLong(page.get(ValueLayout.JAVA_BYTE, at));
        };
    }

    /** The bytes of an element. */
    public ByteSpan span(VmcbField field, int index) {
        return ByteSpan.physical(address + field.offset() + (long) index * field.bytes(), field.bytes());
    }

    /** The guest's instruction bytes that the processor fetched for this exit, 0 to 15; empty where it gave none. */
    public byte[] instructionBytes() {
        int count = (int)
                Math.min(element(VmcbField.INSTRUCTION_BYTES_FETCHED, 0) & 0xf, VmcbField.INSTRUCTION_BYTES.elements());
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) element(VmcbField.INSTRUCTION_BYTES, i);
        }
        return bytes;
    }

    MemorySegment page() {
        return page;
    }
}
