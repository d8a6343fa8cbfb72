package org.ringside.app.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.VmcsField;

/**
 * A row of the VMCS table.
 *
 * @param path from the root of the decoded tree to the row's node, which is last
 * @param look how certain the value is
 * @param field the field, of a row for a field; its parts have none
 * @param value the value, as it is written
 * @param meaning what it means, or why there is no value
 * @param link where the value leads
 * @param difference what the other VMCS holds, where it is another value
 * @param children rows below
 */
record VmcsRow(
        List<StructureNode> path,
        Look look,
        Optional<VmcsField> field,
        String value,
        String meaning,
        Optional<Link> link,
        Optional<Difference> difference,
        List<VmcsRow> children) {
    VmcsRow {
        path = List.copyOf(path);
        children = List.copyOf(children);
    }

    /** How certain a value is. */
    enum Look {
        KNOWN,
        /** The processor does not look at it, because of a control. */
        NOT_IN_USE,
        /** The layout does not say where it is, or its bytes were not captured. */
        NOT_KNOWN
    }

    /**
     * Where a value leads.
     *
     * @param selection what to select
     * @param view the view that shows it best
     */
    record Link(Selection selection, String view) {}

    /**
     * The other side of a comparison.
     *
     * @param other the other value, as it is written
     * @param changes which bits differ, in words
     */
    record Difference(String other, String changes) {}

    StructureNode node() {
        return path.getLast();
    }

    String name() {
        return node().name();
    }

    /** The field's encoding; empty for other rows. */
    String encoding() {
        return field.map(of -> "0x%04x".formatted(of.encoding())).orElse("");
    }

    /** Bits of the value; for bits of a word, which ones. */
    String width() {
        return switch (node()) {
            case StructureNode.Field part
            when part.bits().isPresent() -> part.bits().get().toString();
            case StructureNode.Field whole -> field.isPresent() ? Integer.toString(whole.width()) : "";
            case StructureNode.Structure structure -> "";
        };
    }

    boolean isGroup() {
        return node() instanceof StructureNode.Structure && path.size() == 2;
    }

    Optional<Severity> severity() {
        return node().findings().stream().map(finding -> finding.severity()).max(java.util.Comparator.naturalOrder());
    }

    /** The same row with other rows below it. */
    VmcsRow with(List<VmcsRow> other) {
        return new VmcsRow(path, look, field, value, meaning, link, difference, other);
    }

    /** This row with only the rows below it that a text occurs in; all of them if it occurs in this row; empty if it occurs nowhere. */
    Optional<VmcsRow> matching(String text) {
        if (contains(text)) {
            return Optional.of(this);
        }
        List<VmcsRow> kept = new ArrayList<>();
        children.forEach(child -> child.matching(text).ifPresent(kept::add));
        return kept.isEmpty() ? Optional.empty() : Optional.of(with(kept));
    }

    /** This row with only the fields that differ; empty if none does. */
    Optional<VmcsRow> differing() {
        if (difference.isPresent()) {
            return Optional.of(this);
        }
        List<VmcsRow> kept = new ArrayList<>();
        children.forEach(child -> child.differing().ifPresent(kept::add));
        return kept.isEmpty() ? Optional.empty() : Optional.of(with(kept));
    }

    private boolean contains(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return !isGroup()
                && (has(name(), wanted)
                        || has(value, wanted)
                        || has(encoding(), wanted)
                        || has(meaning, wanted)
                        || field.filter(of -> has(of.name(), wanted)).isPresent());
    }

    private static boolean has(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }
}
