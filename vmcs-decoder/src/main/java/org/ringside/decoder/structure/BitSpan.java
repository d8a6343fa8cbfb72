package org.ringside.decoder.structure;

/**
 * Bits of a value, as specifications write them.
 *
 * @param high most significant bit, 0 to 63
 * @param low least significant bit, 0 to {@code high}
 */
public record BitSpan(int high, int low) {
    public BitSpan {
        if (low < 0 || high < low || high > 63) {
            throw new IllegalArgumentException("bits %d:%d".formatted(high, low));
        }
    }

    public int width() {
        return high - low + 1;
    }

    /** These bits of {@code word}, shifted down to bit 0. */
    public long of(long word) {
        long shifted = word >>> low;
        return width() == 64 ? shifted : shifted & ((1L << width()) - 1);
    }

    @Override
    public String toString() {
        return high == low ? Integer.toString(high) : high + ":" + low;
    }
}
