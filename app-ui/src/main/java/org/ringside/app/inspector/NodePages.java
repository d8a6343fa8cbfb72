package org.ringside.app.inspector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.text.Formats;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;

/** Pages of decoded structures. */
final class NodePages {
    private static final int MOST_PARTS = 200;
    private static final int MOST_FINDINGS = 100;
    private static final int MOST_VISITED = 20_000;

    private NodePages() {}

    /**
     * The page of a node.
     *
     * @param path from the tree's root to the node
     * @param baseline the snapshot that is compared with
     */
    static InspectorPage of(List<StructureNode> path, Optional<SnapshotEvidence> baseline) {
        StructureNode node = path.getLast();
        List<Section> sections = new ArrayList<>();
        List<Finding> findings = findings(node);
        if (!findings.isEmpty()) {
            sections.add(new Section.Findings("Findings", findings));
        }
        sections.add(new Section.Facts("", facts(path, node, baseline)));
        word(path).ifPresent(wordPath -> {
            StructureNode.Field word = (StructureNode.Field) wordPath.getLast();
            Optional<StructureNode.Field> selected =
                    wordPath.size() < path.size() && node instanceof StructureNode.Field field
                            ? Optional.of(field)
                            : Optional.empty();
            sections.add(new Section.Bits(
                    selected.isPresent() ? "Within " + word.name() : "Bits",
                    wordPath,
                    word,
                    selected.flatMap(StructureNode.Field::bits),
                    before(word, baseline)));
        });
        boolean showsBits = word(path).map(found -> found.size() == path.size()).orElse(false);
        if (!node.children().isEmpty() && !showsBits) {
            sections.add(new Section.Facts("Parts", parts(path, node)));
        }
        String subtitle = String.join(
                " › ",
                path.subList(0, path.size() - 1).stream()
                        .map(StructureNode::name)
                        .toList());
        return new InspectorPage(node.name(), subtitle, sections);
    }

    /** The value of a field for a person, or why there is none. */
    static String value(StructureNode.Field field) {
        return switch (field.value()) {
            case Observed.Known<Long>(Long value) -> field.width() == 1 ? Long.toString(value) : Formats.address(value);
            case Observed<Long> missing -> missing.reason();
        };
    }

    private static List<Fact> facts(List<StructureNode> path, StructureNode node, Optional<SnapshotEvidence> baseline) {
        List<Fact> facts = new ArrayList<>();
        if (node instanceof StructureNode.Field field) {
            Fact value = Fact.of("Value", valueWithDecimal(field));
            OptionalLong before = field.bits().isEmpty() ? before(field, baseline) : OptionalLong.empty();
            facts.add(
                    before.isPresent() && field.value().isKnown()
                            ? value.comparedWith(Optional.of(withDecimal(before.getAsLong())))
                            : value);
            field.bits().ifPresent(bits -> facts.add(Fact.of(bits.width() == 1 ? "Bit" : "Bits", bits.toString())));
        }
        if (!node.meaning().isEmpty()) {
            facts.add(Fact.of("Meaning", node.meaning()));
        }
        node.span()
                .ifPresent(span -> facts.add(Fact.of(
                                "Where",
                                "%s %s, %,d bytes"
                                        .formatted(span.space(), Formats.address(span.address()), span.length()))
                        .leadingTo(new Selection.Bytes(span))));
        node.reference().ifPresent(reference -> facts.add(Fact.of("Specification", reference.toString())));
        for (int i = path.size() - 2; i >= 0; i--) {
            facts.add(Fact.of(i == path.size() - 2 ? "Part of" : "", path.get(i).name())
                    .leadingTo(new Selection.Node(path.subList(0, i + 1))));
        }
        return facts;
    }

    private static String valueWithDecimal(StructureNode.Field field) {
        return field.value() instanceof Observed.Known<Long>(Long value) && field.width() > 1
                ? withDecimal(value)
                : value(field);
    }

    private static String withDecimal(long value) {
        String hex = Formats.address(value);
        return Long.compareUnsigned(value, 9) > 0 ? hex + " = " + Long.toUnsignedString(value) : hex;
    }

    /** The path to the word whose bits are shown: the node itself, or its parent. */
    private static Optional<List<StructureNode>> word(List<StructureNode> path) {
        for (int length = path.size(); length >= Math.max(1, path.size() - 1); length--) {
            if (path.get(length - 1) instanceof StructureNode.Field field
                    && field.bits().isEmpty()
                    && field.children().stream()
                            .anyMatch(child -> child instanceof StructureNode.Field part
                                    && part.bits().isPresent())) {
                return Optional.of(path.subList(0, length));
            }
        }
        return Optional.empty();
    }

    private static OptionalLong before(StructureNode.Field field, Optional<SnapshotEvidence> baseline) {
        Optional<ByteSpan> span = field.span()
                .filter(where -> where.space() instanceof AddressSpace.Physical && where.length() <= Long.BYTES);
        if (span.isEmpty() || baseline.isEmpty()) {
            return OptionalLong.empty();
        }
        return baseline.get().memory().read(span.get().address(), (int)
                                span.get().length())
                        instanceof Observed.Known<MemorySegment>(MemorySegment bytes)
                ? OptionalLong.of(littleEndian(bytes))
                : OptionalLong.empty();
    }

    private static long littleEndian(MemorySegment bytes) {
        long value = 0;
        for (long i = bytes.byteSize() - 1; i >= 0; i--) {
            value = value << Byte.SIZE | (bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff);
        }
        return value;
    }

    private static List<Fact> parts(List<StructureNode> path, StructureNode node) {
        List<Fact> parts = new ArrayList<>();
        for (StructureNode child : node.children()) {
            if (parts.size() == MOST_PARTS) {
                parts.add(Fact.of("", "and %,d more".formatted(node.children().size() - MOST_PARTS)));
                break;
            }
            List<StructureNode> deeper = new ArrayList<>(path);
            deeper.add(child);
            String text = switch (child) {
                case StructureNode.Field field ->
                    field.meaning().isEmpty() ? value(field) : value(field) + " · " + field.meaning();
                case StructureNode.Structure structure -> structure.meaning().isEmpty() ? "…" : structure.meaning();
            };
            Fact part = Fact.of(child.name(), text).leadingTo(new Selection.Node(deeper));
            parts.add(worst(child).map(part::marked).orElse(part));
        }
        return parts;
    }

    private static Optional<Severity> worst(StructureNode node) {
        return node.findings().stream().map(Finding::severity).max(Comparator.naturalOrder());
    }

    /** Findings of the node and of what is below it. */
    private static List<Finding> findings(StructureNode node) {
        List<Finding> found = new ArrayList<>();
        List<StructureNode> waiting = new ArrayList<>(List.of(node));
        for (int visited = 0; !waiting.isEmpty() && visited < MOST_VISITED && found.size() < MOST_FINDINGS; visited++) {
            StructureNode next = waiting.removeLast();
            found.addAll(next.findings());
            waiting.addAll(next.children().reversed());
        }
        return found;
    }
}
