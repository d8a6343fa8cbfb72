package org.ringside.trace;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest: 32 bytes, compared by value. */
public final class Digest {
    /** Bytes in a digest. */
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are not exactly {@link #LENGTH} bytes */
    public static Digest of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + bytes.length);
        }
        return new Digest(bytes.clone());
    }

    /** @throws IllegalArgumentException if {@code text} is not 64 hexadecimal digits */
    public static Digest parse(String text) {
        return of(HexFormat.of().parseHex(text));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
