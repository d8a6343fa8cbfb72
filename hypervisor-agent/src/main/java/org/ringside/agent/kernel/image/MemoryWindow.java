package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;

/** A copy of some bytes of physical memory that knows which of its pages were not captured. Indices count from its first byte. */
final class MemoryWindow {
    private final long start;
    private final byte[] bytes;
    private final MemorySegment segment;
    private final BitSet missing;

    private MemoryWindow(long start, byte[] bytes, BitSet missing) {
        this.start = start;
        this.bytes = bytes;
        this.segment = MemorySegment.ofArray(bytes);
        this.missing = missing;
    }

    /**
     * Copies {@code length} bytes from {@code start}; what was not captured, or lies below address 0, reads as zero and is not
     * {@link #isKnown}.
     */
    static MemoryWindow copy(PhysicalMemory memory, long start, int length) {
        byte[] bytes = new byte[length];
        MemorySegment target = MemorySegment.ofArray(bytes);
        BitSet missing = new BitSet();
        int done = 0;
        while (done < length) {
            int inPage = (int) ((start + done) & (PhysicalMemory.PAGE_SIZE - 1));
            int part = Math.min(PhysicalMemory.PAGE_SIZE - inPage, length - done);
            if (start + done >= 0
                    && memory.page(start + done) instanceof Observed.Known<MemorySegment>(MemorySegment page)) {
                MemorySegment.copy(page, inPage, target, done, part);
            } else {
                missing.set(pageOf(start, done));
            }
            done += part;
        }
        return new MemoryWindow(start, bytes, missing);
    }

    private static int pageOf(long start, int index) {
        return (int) (((start & (PhysicalMemory.PAGE_SIZE - 1)) + index) >>> PhysicalMemory.PAGE_SHIFT);
    }

    /** Physical address of the byte at {@code index}. */
    long address(int index) {
        return start + index;
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether the bytes lie in the window and were all captured. */
    boolean isKnown(long from, long length) {
        return from >= 0 && length >= 0 && from + length <= bytes.length && firstMissing(from, length) < 0;
    }

    /** Physical address of the first page of these bytes that was not captured, or −1. They must lie in the window. */
    long firstMissing(long from, long length) {
        if (length == 0) {
            return -1;
        }
        int page = missing.nextSetBit(pageOf(start, (int) from));
        return page < 0 || page > pageOf(start, (int) (from + length - 1))
                ? -1
                : (start & -PhysicalMemory.PAGE_SIZE) + ((long) page << PhysicalMemory.PAGE_SHIFT);
    }

    int u8(int index) {
        return bytes[index] & 0xff;
    }

    int u16(int index) {
        return segment.get(LittleEndian.SHORT, index) & 0xffff;
    }

    int s32(int index) {
        return segment.get(LittleEndian.INT, index);
    }

    long u32(int index) {
        return s32(index) & 0xffff_ffffL;
    }

    long s64(int index) {
        return segment.get(LittleEndian.LONG, index);
    }
}
