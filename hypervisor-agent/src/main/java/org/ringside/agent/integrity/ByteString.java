package org.ringside.agent.integrity;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/** A few bytes, compared by value. Immutable. */
public final class ByteString {
    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code segment}. */
    public static ByteString of(MemorySegment segment) {
        return new ByteString(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    /** @throws IllegalArgumentException if {@code hexadecimal} is not an even number of hexadecimal digits */
    public static ByteString parse(String hexadecimal) {
        return new ByteString(HexFormat.of().parseHex(hexadecimal));
    }

    public int length() {
        return bytes.length;
    }

    /** @throws ArrayIndexOutOfBoundsException if there is no byte {@code index} */
    public byte at(int index) {
        return bytes[index];
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString string && Arrays.equals(bytes, string.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Lower-case hexadecimal digits, two a byte, in order of address. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
