package org.ringside.decoder.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The physical memory of one machine at one moment, as far as it was captured. Implementations are safe for use by several threads.
 */
public interface PhysicalMemory {
    /** Bytes in a page, the unit in which memory is captured, hashed and compared. */
    int PAGE_SIZE = 4096;

    /** {@code address >>> PAGE_SHIFT} is its page number. */
    int PAGE_SHIFT = 12;

    /** The longest single {@link #read}, in bytes; longer spans are read page by page. */
    int MAXIMUM_READ = 1 << 20;

    /** Captured ranges: sorted by address, disjoint, not empty, page-aligned at both ends. What lies outside was not captured. */
    List<AddressRange> ranges();

    /**
     * Captured ranges that are known to be all zero without reading them: sorted, disjoint, page-aligned. Other pages may be zero too. May
     * block.
     */
    default List<AddressRange> zeroRanges() {
        return List.of();
    }

    /**
     * One page, without a copy where the source allows it.
     *
     * @param address any address in the page
     * @return a read-only segment of exactly {@link #PAGE_SIZE} bytes, valid as long as this memory is open; else why not
     */
    Observed<MemorySegment> page(long address);

    /**
     * Bytes that may cross pages: without a copy inside one page, copied otherwise.
     *
     * @param address physical address
     * @param length bytes, 0 to {@link #MAXIMUM_READ}
     * @return a read-only segment of {@code length} bytes, or the first reason why not all of them are known
     * @throws IllegalArgumentException if {@code length} is out of range
     */
    default Observed<MemorySegment> read(long address, int length) {
        if (length < 0 || length > MAXIMUM_READ) {
            throw new IllegalArgumentException("length " + length + " is outside 0.." + MAXIMUM_READ);
        }
        int inPage = (int) (address & (PAGE_SIZE - 1));
        if (inPage + length <= PAGE_SIZE) {
            return page(address).map(page -> page.asSlice(inPage, length));
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[length]);
        int done = 0;
        while (done < length) {
            int offset = (int) ((address + done) & (PAGE_SIZE - 1));
            int part = Math.min(PAGE_SIZE - offset, length - done);
            Observed<MemorySegment> page = page(address + done);
            if (!(page instanceof Observed.Known<MemorySegment>(MemorySegment bytes))) {
                return page;
            }
            MemorySegment.copy(bytes, offset, copy, done, part);
            done += part;
        }
        return Observed.known(copy.asReadOnly());
    }

    /** The little-endian 64-bit word at {@code address}. */
    default Observed<Long> readLong(long address) {
        return read(address, Long.BYTES).map(bytes -> bytes.get(LittleEndian.LONG, 0));
    }

    /** The little-endian 32-bit word at {@code address}. */
    default Observed<Integer> readInt(long address) {
        return read(address, Integer.BYTES).map(bytes -> bytes.get(LittleEndian.INT, 0));
    }

    /** Unaligned little-endian layouts, the byte order of every x86 structure in memory. */
    final class LittleEndian {
        public static final ValueLayout.OfShort SHORT =
                ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        public static final ValueLayout.OfLong LONG =
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        private LittleEndian() {}
    }
}
