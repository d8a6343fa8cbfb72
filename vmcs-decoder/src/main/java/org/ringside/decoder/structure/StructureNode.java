package org.ringside.decoder.structure;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;

/** A node of the decoded tree: a structure with parts, or a single field. Immutable. */
public sealed interface StructureNode {
    /** The specification's name, for example {@code "Root Entry"} or {@code "CTP"}. */
    String name();

    /** What it means here, in words; empty where the name says all. */
    String meaning();

    /** The bytes it was read from; empty for what was computed. */
    Optional<ByteSpan> span();

    Optional<SpecificationReference> reference();

    /** What the decoder noticed about this node itself, not about its parts. */
    List<Finding> findings();

    /** Parts, in the specification's order. */
    List<StructureNode> children();

    /** A structure, table or register: named parts over a span of bytes. */
    record Structure(
            String name,
            String meaning,
            Optional<ByteSpan> span,
            Optional<SpecificationReference> reference,
            List<Finding> findings,
            List<StructureNode> children)
            implements StructureNode {
        public Structure {
            findings = List.copyOf(findings);
            children = List.copyOf(children);
        }
    }

    /**
     * A value: a whole word, or bits of one.
     *
     * @param value the value shifted down to bit 0, unsigned; or why it is not known
     * @param width bits of the value, 1 to 64
     * @param bits where it lies in the word at {@code span}; empty for a whole word
     * @param children the bit fields of a word that has some
     */
    record Field(
            String name,
            Observed<Long> value,
            int width,
            String meaning,
            Optional<ByteSpan> span,
            Optional<BitSpan> bits,
            Optional<SpecificationReference> reference,
            List<Finding> findings,
            List<StructureNode> children)
            implements StructureNode {
        public Field {
            findings = List.copyOf(findings);
            children = List.copyOf(children);
        }
    }
}
