package org.ringside.decoder.structure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.ringside.decoder.memory.Observed;

/**
 * The bit fields of a word of up to 64 bits, as data: a decoder is a table of these.
 *
 * @param area first part of the codes of its findings, for example {@code "vtd"}
 * @param name the specification's name of the word
 * @param width bits of the word: 8, 16, 32 or 64
 * @param reference where it is defined
 * @param fields its rows, from the lowest bit up
 */
public record BitFieldLayout(
        String area, String name, int width, SpecificationReference reference, List<BitField> fields) {
    public BitFieldLayout {
        fields = List.copyOf(fields);
    }

    public static Builder of(String area, String name, int width, SpecificationReference reference) {
        return new Builder(area, name, width, reference);
    }

    /** {@link #decode(String, Observed, Optional)} of a known word read from memory, under the layout's own name. */
    public StructureNode.Field decode(long word, ByteSpan span) {
        return decode(name, Observed.known(word), Optional.of(span));
    }

    /** {@link #decode(String, Observed, Optional)} under the layout's own name. */
    public StructureNode.Field decode(Observed<Long> word, Optional<ByteSpan> span) {
        return decode(name, word, span);
    }

    /**
     * The word with a child for each row, from the lowest bit up; a row that breaks its rule carries a finding.
     *
     * @param nodeName how this instance is called
     * @param word the value, zero-extended from {@link #width()}; without a value the node has no children
     * @param span the bytes it was read from, if any
     */
    public StructureNode.Field decode(String nodeName, Observed<Long> word, Optional<ByteSpan> span) {
        List<StructureNode> children = new ArrayList<>();
        String meaning = word.reason();
        if (word instanceof Observed.Known<Long>(Long value)) {
            meaning = summary(value);
            for (BitField field : fields) {
                children.add(decodeField(field, value, span));
            }
        }
        return new StructureNode.Field(
                nodeName, word, width, meaning, span, Optional.empty(), Optional.of(reference), List.of(), children);
    }

    private StructureNode.Field decodeField(BitField field, long word, Optional<ByteSpan> span) {
        List<Finding> findings = field.holds(word) ? List.of() : List.of(reservedFinding(field, word, span));
        return new StructureNode.Field(
                field.name(),
                Observed.known(field.bits().of(word)),
                field.bits().width(),
                field.describe(word),
                span,
                Optional.of(field.bits()),
                Optional.of(reference),
                findings,
                List.of());
    }

    private Finding reservedFinding(BitField field, long word, Optional<ByteSpan> span) {
        boolean zero = field.kind() == BitField.Kind.RESERVED_ZERO;
        String where = span.map(s -> " at " + s.space() + " 0x%x".formatted(s.address()))
                .orElse("");
        return new Finding(
                Severity.WARNING,
                area + (zero ? ".reserved-bits-set" : ".reserved-bits-clear"),
                "%s%s: bits %s are reserved and must be %s, but the word is 0x%x"
                        .formatted(name, where, field.bits(), zero ? "0" : "1", word),
                span,
                Optional.of(reference));
    }

    /** Findings of the rows that {@code word} breaks, without building the tree. */
    public List<Finding> check(long word, Optional<ByteSpan> span) {
        List<Finding> findings = new ArrayList<>();
        for (BitField field : fields) {
            if (!field.holds(word)) {
                findings.add(reservedFinding(field, word, span));
            }
        }
        return findings;
    }

    /** Bits that must be 0, as a mask: the quick check before {@link #check}. */
    public long reservedZeroMask() {
        return maskOf(BitField.Kind.RESERVED_ZERO);
    }

    /** Bits that must be 1, as a mask. */
    public long reservedOneMask() {
        return maskOf(BitField.Kind.RESERVED_ONE);
    }

    private long maskOf(BitField.Kind kind) {
        long mask = 0;
        for (BitField field : fields) {
            if (field.kind() == kind) {
                mask |= (field.bits().width() == 64 ? -1L : (1L << field.bits().width()) - 1)
                        << field.bits().low();
            }
        }
        return mask;
    }

    /** The single-bit fields that are set and the addresses, in one line; empty if there are none. */
    public String summary(long word) {
        StringBuilder text = new StringBuilder();
        for (BitField field : fields) {
            boolean flag = field.kind() == BitField.Kind.VALUE && field.bits().width() == 1;
            if (flag && field.bits().of(word) == 1) {
                text.append(text.isEmpty() ? "" : " ").append(field.name());
            } else if (field.kind() == BitField.Kind.ADDRESS) {
                text.append(text.isEmpty() ? "" : " ")
                        .append(field.name())
                        .append("=0x%x".formatted(field.address(word)));
            }
        }
        return text.toString();
    }

    /** The row called {@code fieldName}. */
    public Optional<BitField> field(String fieldName) {
        return fields.stream().filter(f -> f.name().equals(fieldName)).findFirst();
    }

    /**
     * What is wrong with the table itself: gaps, overlaps, bits beyond the width, names used twice. A correct layout has none; a test proves
     * it of every layout.
     */
    public List<String> defects() {
        List<String> defects = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int next = 0;
        for (BitField field : fields) {
            if (field.bits().low() != next) {
                defects.add("%s: %s starts at bit %d, expected %d"
                        .formatted(name, field.name(), field.bits().low(), next));
            }
            next = field.bits().high() + 1;
            if (!names.add(field.name())) {
                defects.add("%s: the name %s is used twice".formatted(name, field.name()));
            }
        }
        if (next != width) {
            defects.add("%s: rows end at bit %d of %d".formatted(name, next, width));
        }
        return defects;
    }

    /** Collects rows, lowest bit first. */
    public static final class Builder {
        private final String area;
        private final String name;
        private final int width;
        private final SpecificationReference reference;
        private final List<BitField> fields = new ArrayList<>();

        private Builder(String area, String name, int width, SpecificationReference reference) {
            this.area = area;
            this.name = name;
            this.width = width;
            this.reference = reference;
        }

        /** A single bit; the inspector shows {@code meaning}. */
        public Builder flag(int bit, String fieldName, String meaning) {
            return row(fieldName, bit, bit, BitField.Kind.VALUE, meaning, value -> "");
        }

        /** A single bit whose two values have names. */
        public Builder flag(int bit, String fieldName, String meaning, String clear, String set) {
            return row(fieldName, bit, bit, BitField.Kind.VALUE, meaning, value -> value == 0 ? clear : set);
        }

        /** A number. */
        public Builder number(int high, int low, String fieldName, String meaning) {
            return row(fieldName, high, low, BitField.Kind.VALUE, meaning, value -> "");
        }

        /** A number that {@code explanation} puts in words. */
        public Builder number(int high, int low, String fieldName, String meaning, LongFunction<String> explanation) {
            return row(fieldName, high, low, BitField.Kind.VALUE, meaning, explanation);
        }

        /** An enumeration: the text of value 0 first; values beyond the list are called reserved. */
        public Builder choice(int high, int low, String fieldName, String meaning, String... values) {
            List<String> texts = List.of(values);
            return row(
                    fieldName,
                    high,
                    low,
                    BitField.Kind.VALUE,
                    meaning,
                    value -> Long.compareUnsigned(value, texts.size()) < 0 ? texts.get((int) value) : "reserved value");
        }

        /** The bits of an address from {@code low} up; the bits below are zero. */
        public Builder address(int high, int low, String fieldName, String meaning) {
            return row(fieldName, high, low, BitField.Kind.ADDRESS, meaning, value -> "");
        }

        public Builder reservedZero(int high, int low) {
            return row(span("Reserved", high, low), high, low, BitField.Kind.RESERVED_ZERO, "must be 0", value -> "");
        }

        public Builder reservedOne(int high, int low) {
            return row(span("Reserved", high, low), high, low, BitField.Kind.RESERVED_ONE, "must be 1", value -> "");
        }

        public Builder ignored(int high, int low) {
            return row(
                    span("Ignored", high, low),
                    high,
                    low,
                    BitField.Kind.IGNORED,
                    "ignored by hardware, free for software",
                    value -> "");
        }

        /** Rows of another layout whose bits lie within {@code high}..{@code low}. */
        public Builder include(BitFieldLayout other, int high, int low) {
            for (BitField field : other.fields()) {
                if (field.bits().low() >= low && field.bits().high() <= high) {
                    fields.add(field);
                }
            }
            return this;
        }

        public BitFieldLayout build() {
            return new BitFieldLayout(area, name, width, reference, fields);
        }

        private Builder row(
                String fieldName,
                int high,
                int low,
                BitField.Kind kind,
                String meaning,
                LongFunction<String> explanation) {
            fields.add(new BitField(fieldName, new BitSpan(high, low), kind, meaning, explanation));
            return this;
        }

        private static String span(String kind, int high, int low) {
            return kind + " (" + new BitSpan(high, low) + ")";
        }
    }
}
