package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** Physical memory from address 0 on, some pages of which can be taken out or written over. */
public final class ArrayMemory implements PhysicalMemory {
    private final MemorySegment bytes;
    private final Map<Long, MemorySegment> written = new HashMap<>();
    private final BitSet missing = new BitSet();

    /** @param bytes a whole number of pages; not written to */
    public ArrayMemory(MemorySegment bytes) {
        this.bytes = bytes;
    }

    public ArrayMemory putLong(long address, long value) {
        return put(
                address,
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    public ArrayMemory putInt(long address, int value) {
        return put(
                address,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(value)
                        .array());
    }

    public ArrayMemory put(long address, byte... values) {
        for (int i = 0; i < values.length; i++) {
            long at = address + i;
            written.computeIfAbsent(at & -PAGE_SIZE, this::copy)
                    .set(ValueLayout.JAVA_BYTE, at & (PAGE_SIZE - 1), values[i]);
        }
        return this;
    }

    private MemorySegment copy(long page) {
        return MemorySegment.ofArray(bytes.asSlice(page, PAGE_SIZE).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Takes pages out, as if they had not been captured. */
    public ArrayMemory remove(long address, long length) {
        missing.set((int) (address >>> PAGE_SHIFT), (int) ((address + length + PAGE_SIZE - 1) >>> PAGE_SHIFT));
        return this;
    }

    @Override
    public List<AddressRange> ranges() {
        List<AddressRange> ranges = new ArrayList<>();
        int end = (int) (bytes.byteSize() >>> PAGE_SHIFT);
        for (int from = missing.nextClearBit(0); from < end; ) {
            int next = missing.nextSetBit(from);
            int to = next < 0 ? end : Math.min(end, next);
            ranges.add(new AddressRange((long) from << PAGE_SHIFT, (long) to << PAGE_SHIFT));
            from = missing.nextClearBit(to);
        }
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long start = address & -PAGE_SIZE;
        MemorySegment page = written.get(start);
        return start < 0 || start + PAGE_SIZE > bytes.byteSize() || missing.get((int) (start >>> PAGE_SHIFT))
                ? new Observed.NotCaptured<>(start, PAGE_SIZE)
                : Observed.known((page == null ? bytes.asSlice(start, PAGE_SIZE) : page).asReadOnly());
    }
}
