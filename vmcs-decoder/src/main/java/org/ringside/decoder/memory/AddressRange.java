package org.ringside.decoder.memory;

/**
 * A half-open range of addresses.
 *
 * @param start first address
 * @param end first address after the range; unsigned, not below {@code start}
 */
public record AddressRange(long start, long end) {
    public AddressRange {
        if (Long.compareUnsigned(start, end) > 0) {
            throw new IllegalArgumentException("range ends before it starts: 0x%x..0x%x".formatted(start, end));
        }
    }

    public static AddressRange ofLength(long start, long length) {
        return new AddressRange(start, start + length);
    }

    /** Bytes in the range. */
    public long length() {
        return end - start;
    }

    public boolean contains(long address) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }

    @Override
    public String toString() {
        return "0x%x..0x%x".formatted(start, end);
    }
}
