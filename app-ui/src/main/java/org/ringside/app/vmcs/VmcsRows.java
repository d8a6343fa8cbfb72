package org.ringside.app.vmcs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.app.text.Formats;
import org.ringside.app.vmcs.VmcsRow.Look;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.VmcsDiff;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsFieldGroup;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxControl;

/** Makes the rows of the table. */
final class VmcsRows {
    private static final int BITS_AS_NUMBER = 3;

    private final VmcsPicture picture;
    private final Optional<VmcsValues> other;
    private final Map<VmcsField, VmcsDiff.Difference> differences = new HashMap<>();

    private VmcsRows(VmcsPicture picture, Optional<VmcsValues> other) {
        this.picture = picture;
        this.other = other;
        other.ifPresent(values -> VmcsDiff.compare(values, picture.vmcs())
                .forEach(difference -> differences.put(difference.field(), difference)));
    }

    /**
     * A row for each group, with its fields below.
     *
     * @param other what to compare with
     */
    static List<VmcsRow> of(VmcsPicture picture, Optional<VmcsValues> other) {
        return new VmcsRows(picture, other).groups();
    }

    private List<VmcsRow> groups() {
        List<VmcsRow> rows = new ArrayList<>();
        List<StructureNode> groups = picture.tree().children();
        rows.add(plain(List.of(picture.tree(), groups.getFirst())));
        for (VmcsFieldGroup group : VmcsFieldGroup.values()) {
            StructureNode node = groups.stream()
                    .filter(each -> each.name().equals(group.title()))
                    .findFirst()
                    .orElseThrow();
            List<StructureNode> path = List.of(picture.tree(), node);
            Map<String, StructureNode> known = new HashMap<>();
            node.children().forEach(child -> known.put(child.name(), child));
            List<VmcsRow> fields = new ArrayList<>();
            for (VmcsField field : VmcsField.of(group)) {
                fields.add(field(path, field, Optional.ofNullable(known.get(field.title()))));
            }
            rows.add(row(path, Look.KNOWN, Optional.empty(), "", node.meaning(), fields));
        }
        return rows;
    }

    private VmcsRow field(List<StructureNode> group, VmcsField field, Optional<StructureNode> decoded) {
        Observed<Long> value = picture.vmcs().get(field);
        StructureNode node = decoded.orElseGet(() -> new StructureNode.Field(
                field.title(),
                value,
                field.width().bits(),
                value.reason(),
                Optional.empty(),
                Optional.empty(),
                picture.tree().reference(),
                List.of(),
                List.of()));
        List<StructureNode> path = deeper(group, node);
        Optional<VmcsDiff.Difference> difference = Optional.ofNullable(differences.get(field));
        List<VmcsRow> children = new ArrayList<>();
        for (StructureNode bits : node.children()) {
            children.add(bits(deeper(path, bits), other.map(values -> values.get(field))));
        }
        picture.pointedTo().getOrDefault(field, List.of()).forEach(there -> children.add(plain(deeper(path, there))));
        return new VmcsRow(
                path,
                decoded.isEmpty() ? Look.NOT_KNOWN : isUsed(field) ? Look.KNOWN : Look.NOT_IN_USE,
                Optional.of(field),
                text(value, field.width().bits()),
                node.meaning(),
                picture.links().of(field),
                difference.map(found -> new VmcsRow.Difference(
                        text(found.left(), field.width().bits()),
                        found.isChange()
                                ? String.join(", ", found.changes())
                                : found.left().reason())),
                children);
    }

    private boolean isUsed(VmcsField field) {
        if (field.controls().isEmpty() || field.group() == VmcsFieldGroup.READ_ONLY) {
            return true;
        }
        for (VmxControl control : field.controls()) {
            if (picture.vmcs().control(control).orElse(true)) {
                return true;
            }
        }
        return false;
    }

    private VmcsRow bits(List<StructureNode> path, Optional<Observed<Long>> otherWord) {
        if (!(path.getLast() instanceof StructureNode.Field field)) {
            return plain(path);
        }
        Optional<VmcsRow.Difference> difference = field.bits()
                .flatMap(bits -> otherWord.flatMap(Observed::toOptional).map(bits::of))
                .filter(before -> !field.value().equals(Observed.known(before)))
                .map(before -> new VmcsRow.Difference(text(Observed.known(before), field.width()), ""));
        return new VmcsRow(
                path,
                Look.KNOWN,
                Optional.empty(),
                text(field.value(), field.width()),
                field.meaning(),
                Optional.empty(),
                difference,
                List.of());
    }

    /** A node that is compared with nothing. */
    private VmcsRow plain(List<StructureNode> path) {
        StructureNode node = path.getLast();
        List<VmcsRow> children = node.children().stream()
                .map(child -> plain(deeper(path, child)))
                .toList();
        return switch (node) {
            case StructureNode.Field field ->
                row(
                        path,
                        field.value().isKnown() ? Look.KNOWN : Look.NOT_KNOWN,
                        Optional.empty(),
                        // A run of set bits has no value of its own: its name says which.
                        field.span().isEmpty() ? "" : text(field.value(), field.width()),
                        field.meaning(),
                        children);
            case StructureNode.Structure structure ->
                row(
                        path,
                        Look.KNOWN,
                        Optional.empty(),
                        structure
                                .span()
                                .filter(span -> path.size() > 2)
                                .map(span -> "@ " + Formats.address(span.address()))
                                .orElse(""),
                        structure.meaning(),
                        children);
        };
    }

    private static VmcsRow row(
            List<StructureNode> path,
            Look look,
            Optional<VmcsField> field,
            String value,
            String meaning,
            List<VmcsRow> children) {
        return new VmcsRow(path, look, field, value, meaning, Optional.empty(), Optional.empty(), children);
    }

    private static List<StructureNode> deeper(List<StructureNode> path, StructureNode node) {
        List<StructureNode> deeper = new ArrayList<>(path);
        deeper.add(node);
        return deeper;
    }

    /** A value with all its digits, a small one of bits as a number. */
    static String text(Observed<Long> value, int width) {
        if (!(value instanceof Observed.Known<Long>(Long known))) {
            return "?";
        }
        return width <= BITS_AS_NUMBER ? Long.toString(known) : Formats.address(known);
    }
}
