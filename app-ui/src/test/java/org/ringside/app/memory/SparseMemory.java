package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** Memory of given ranges: zeros but for what was put there. */
final class SparseMemory implements PhysicalMemory {
    private final List<AddressRange> ranges;
    private final NavigableMap<Long, byte[]> pages = new TreeMap<>();
    private final List<Long> broken;

    SparseMemory(List<AddressRange> ranges, Long... broken) {
        this.ranges = ranges;
        this.broken = List.of(broken);
    }

    /** Zeros from address 0 on. */
    static SparseMemory ofSize(long bytes) {
        return new SparseMemory(List.of(new AddressRange(0, bytes)));
    }

    /** Places a little-endian 64-bit word. */
    SparseMemory putLong(long address, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            put(address + i, (int) (value >>> (Byte.SIZE * i)));
        }
        return this;
    }

    SparseMemory put(long address, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            long at = address + i;
            pages.computeIfAbsent(at & -PAGE_SIZE, page -> new byte[PAGE_SIZE])[(int) (at & (PAGE_SIZE - 1))] =
                    (byte) bytes[i];
        }
        return this;
    }

    SparseMemory put(long address, byte[] bytes) {
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i];
        }
        return put(address, values);
    }

    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        if (ranges.stream().noneMatch(range -> range.contains(address))) {
            return new Observed.NotCaptured<>(page, PAGE_SIZE);
        }
        if (broken.contains(page)) {
            return new Observed.Unreadable<>("the stored hash does not match");
        }
        return Observed.known(MemorySegment.ofArray(pages.getOrDefault(page, new byte[PAGE_SIZE]))
                .asReadOnly());
    }
}
