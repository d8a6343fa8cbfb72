package org.ringside.app.memory;

import java.util.OptionalLong;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * An address space laid out on one line of positions, so that it can be scrolled. Physical memory begins at position 0. In a virtual
 * space the upper half of the canonical addresses follows the lower half at once: the addresses between them do not exist.
 *
 * @param extent positions, 0 to {@code extent}-1; a whole number of pages, at least one
 * @param canonical whether addresses are sign-extended
 */
public record LinearSpace(long extent, boolean canonical) {
    /** Bits of the widest physical address (Intel SDM vol. 3, 4.1.4, MAXPHYADDR). */
    private static final int PHYSICAL_BITS = 52;

    public LinearSpace {
        if (extent < PhysicalMemory.PAGE_SIZE || extent % PhysicalMemory.PAGE_SIZE != 0) {
            throw new IllegalArgumentException("an extent is a whole number of pages, not 0x%x".formatted(extent));
        }
    }

    /**
     * Physical memory up to an address, rounded up to a page; at least a page and at most 2⁵² bytes.
     *
     * @param end first address that need not be shown
     */
    public static LinearSpace physical(long end) {
        long widest = 1L << PHYSICAL_BITS;
        long clamped = Long.compareUnsigned(end, widest) > 0 ? widest : Math.max(end, 1);
        return new LinearSpace((clamped + PhysicalMemory.PAGE_SIZE - 1) & -PhysicalMemory.PAGE_SIZE, false);
    }

    /**
     * Virtual memory.
     *
     * @param fiveLevels whether linear addresses have 57 bits (CR4.LA57) instead of 48
     */
    public static LinearSpace virtual(boolean fiveLevels) {
        return new LinearSpace(1L << (fiveLevels ? 57 : 48), true);
    }

    /** Where the address lies on the line; empty if it does not exist in this space. */
    public OptionalLong position(long address) {
        if (!canonical) {
            return Long.compareUnsigned(address, extent) < 0 ? OptionalLong.of(address) : OptionalLong.empty();
        }
        long position = address & (extent - 1);
        return address(position) == address ? OptionalLong.of(position) : OptionalLong.empty();
    }

    /** The address at a position, 0 to {@code extent}-1. */
    public long address(long position) {
        return canonical && position >= extent / 2 ? position - extent : position;
    }

    public long clamp(long position) {
        return Math.clamp(position, 0, extent - 1);
    }

    /** Hexadecimal digits that every address of this space fits in. */
    public int digits() {
        if (canonical) {
            return 16;
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(extent - 1);
        return Math.max(8, (bits + 3) / 4);
    }
}
