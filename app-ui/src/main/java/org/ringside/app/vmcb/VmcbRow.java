package org.ringside.app.vmcb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.app.text.Formats;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;

/**
 * A row of the table: a group, a field, a bit field, or a part of what the VMCB points to.
 *
 * @param path from the root of the decoded tree to the row's node, which is last
 * @param children rows below
 */
record VmcbRow(List<StructureNode> path, List<VmcbRow> children) {
    private static final int BITS_AS_NUMBER = 3;
    private static final long IN_PAGE = 0xfff;

    VmcbRow {
        path = List.copyOf(path);
        children = List.copyOf(children);
    }

    /** The rows of a tree: a row for each of its groups, everything else below. */
    static List<VmcbRow> of(StructureNode root) {
        return below(List.of(root));
    }

    private static List<VmcbRow> below(List<StructureNode> path) {
        List<VmcbRow> rows = new ArrayList<>();
        for (StructureNode child : path.getLast().children()) {
            List<StructureNode> deeper = new ArrayList<>(path);
            deeper.add(child);
            rows.add(new VmcbRow(deeper, below(deeper)));
        }
        return rows;
    }

    StructureNode node() {
        return path.getLast();
    }

    String name() {
        return node().name();
    }

    String meaning() {
        return node().meaning();
    }

    boolean isGroup() {
        return path.size() == 2;
    }

    boolean isUnused() {
        return meaning().startsWith("not in use");
    }

    /** Offset of a field in the VMCB, or the bits of a part of one. */
    String place() {
        if (node() instanceof StructureNode.Field field && field.bits().isPresent()) {
            return field.bits().get().toString();
        }
        boolean inVmcb = path.size() == 3
                && node().span()
                        .filter(span -> path.getFirst()
                                .span()
                                .filter(whole -> whole.address() == (span.address() & ~IN_PAGE))
                                .isPresent())
                        .isPresent();
        return inVmcb ? "0x%03x".formatted(node().span().orElseThrow().address() & IN_PAGE) : "";
    }

    String value() {
        return switch (node()) {
            case StructureNode.Field field when field.span().isEmpty() -> "";
            case StructureNode.Field field ->
                field.value() instanceof Observed.Known<Long>(Long value)
                        ? field.width() <= BITS_AS_NUMBER ? Long.toString(value) : Formats.address(value)
                        : "?";
            case StructureNode.Structure structure ->
                structure
                        .span()
                        .filter(span -> path.size() > 2)
                        .map(span -> "@ " + Formats.address(span.address()))
                        .orElse("");
        };
    }

    Optional<Severity> severity() {
        return node().findings().stream().map(finding -> finding.severity()).max(java.util.Comparator.naturalOrder());
    }

    /** Names down to this row, as a key. */
    String key() {
        return String.join("/", path.stream().skip(1).map(StructureNode::name).toList());
    }

    /** This row with only the rows below it that a text occurs in; all of them if it occurs in this row; empty if it occurs nowhere. */
    Optional<VmcbRow> matching(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        if (!isGroup()
                && (has(name(), wanted) || has(value(), wanted) || has(place(), wanted) || has(meaning(), wanted))) {
            return Optional.of(this);
        }
        List<VmcbRow> kept = new ArrayList<>();
        children.forEach(child -> child.matching(text).ifPresent(kept::add));
        return kept.isEmpty() ? Optional.empty() : Optional.of(new VmcbRow(path, kept));
    }

    private static boolean has(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** Rows with all below them as text that one can paste in a report; bits that are 0 are left out. */
    static String text(List<VmcbRow> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> row.append(text, 0));
        return text.toString();
    }

    private void append(StringBuilder text, int depth) {
        List<String> words = new ArrayList<>(List.of(name(), place(), value(), meaning()));
        words.removeIf(String::isEmpty);
        text.append("  ".repeat(depth)).append(String.join("\t", words)).append('\n');
        for (VmcbRow child : children) {
            boolean clearBit = child.node() instanceof StructureNode.Field field
                    && field.bits().isPresent()
                    && field.value().orElse(1L) == 0;
            if (!clearBit) {
                child.append(text, depth + 1);
            }
        }
    }
}
