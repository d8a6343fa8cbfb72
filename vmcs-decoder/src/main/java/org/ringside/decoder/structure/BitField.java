package org.ringside.decoder.structure;

import java.util.Objects;
import java.util.function.LongFunction;

/**
 * One row of a bit-field table: bits of a word, their name, and what their value means.
 *
 * @param name the specification's name, unique in its layout
 * @param bits where they lie in the word
 * @param kind what the specification demands of them
 * @param meaning what the field is, in words
 * @param explanation what a value means; given the value shifted down to bit 0; empty text where the number says all
 */
public record BitField(String name, BitSpan bits, Kind kind, String meaning, LongFunction<String> explanation) {
    public BitField {
        Objects.requireNonNull(explanation);
    }

    /** What the specification demands of a field. */
    public enum Kind {
        /** Any value has a meaning, or the explanation says which has none. */
        VALUE,
        /** The high bits of an address whose low bits are zero: the value shifted back up is the address. */
        ADDRESS,
        /** Reserved, must be 0: software that sets it, or memory that is not this structure. */
        RESERVED_ZERO,
        /** Reserved, must be 1. */
        RESERVED_ONE,
        /** Ignored by hardware, free for software. */
        IGNORED
    }

    /** Whether {@code word} keeps what {@link #kind()} demands of these bits. */
    public boolean holds(long word) {
        long value = bits.of(word);
        return switch (kind) {
            case RESERVED_ZERO -> value == 0;
            case RESERVED_ONE -> value == ones();
            case VALUE, ADDRESS, IGNORED -> true;
        };
    }

    /** What this field says in {@code word}: its meaning and that of its value. */
    public String describe(long word) {
        String value = explanation.apply(bits.of(word));
        if (kind == Kind.ADDRESS) {
            value = "0x%x".formatted(address(word));
        }
        return value.isEmpty() ? meaning : meaning.isEmpty() ? value : meaning + ": " + value;
    }

    /** The bits of {@code word} in place: for {@link Kind#ADDRESS} the address, in bytes. */
    public long address(long word) {
        return bits.of(word) << bits.low();
    }

    private long ones() {
        return bits.width() == 64 ? -1L : (1L << bits.width()) - 1;
    }
}
