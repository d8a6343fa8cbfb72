package org.ringside.decoder.structure;

/**
 * The bytes that a decoded node was read from.
 *
 * @param space the space that {@code address} belongs to
 * @param address first byte
 * @param length bytes, at least 1
 */
public record ByteSpan(AddressSpace space, long address, long length) {
    public ByteSpan {
        if (length < 1) {
            throw new IllegalArgumentException("a span has at least one byte, not " + length);
        }
    }

    public static ByteSpan physical(long address, long length) {
        return new ByteSpan(AddressSpace.physical(), address, length);
    }
}
