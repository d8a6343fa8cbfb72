package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ringside.app.nesting.NestingRow.Origin;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsDiff;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsFieldGroup;
import org.ringside.decoder.vmcs.VmcsTree;

/** Makes the rows of a chain: every field that some VMCS of it knows. */
final class NestingRows {
    private static final Messages MESSAGES = Messages.of(NestingRows.class);

    private final NestingChain chain;
    private final List<Vmcs> sides;
    private final List<Map<String, List<StructureNode>>> paths = new ArrayList<>();
    private final Map<VmcsField, VmcsDiff.Difference> fromInner = new HashMap<>();
    private final Map<VmcsField, VmcsDiff.Difference> fromOuter = new HashMap<>();

    private NestingRows(NestingChain chain) {
        this.chain = chain;
        sides = chain.vmcss().stream().map(NestingChain::content).toList();
        sides.forEach(vmcs -> paths.add(paths(vmcs)));
        Vmcs used = NestingChain.content(chain.merged().orElse(chain.outer()));
        VmcsDiff.compare(sides.getFirst(), used).forEach(found -> fromInner.put(found.field(), found));
        VmcsDiff.compare(sides.getLast(), used).forEach(found -> fromOuter.put(found.field(), found));
    }

    static List<NestingRow> of(NestingChain chain) {
        return new NestingRows(chain).rows();
    }

    private List<NestingRow> rows() {
        List<NestingRow> rows = new ArrayList<>();
        for (VmcsFieldGroup group : VmcsFieldGroup.values()) {
            rows.add(NestingRow.heading(group.title()));
            for (VmcsField field : VmcsField.of(group)) {
                List<Observed<Long>> values =
                        sides.stream().map(vmcs -> vmcs.get(field)).toList();
                if (values.stream().anyMatch(Observed::isKnown)) {
                    rows.add(row(field, values));
                }
            }
        }
        return rows;
    }

    private NestingRow row(VmcsField field, List<Observed<Long>> values) {
        Origin origin = origin(values);
        return new NestingRow(
                Optional.of(field),
                field.title(),
                values.stream()
                        .map(value -> value.toOptional().map(Formats::address).orElse("?"))
                        .toList(),
                origin,
                explanation(field, origin, values),
                paths.stream()
                        .map(side -> Optional.ofNullable(side.get(field.title())))
                        .toList());
    }

    private Origin origin(List<Observed<Long>> values) {
        if (values.stream().anyMatch(value -> !value.isKnown())) {
            return Origin.UNKNOWN;
        }
        Set<Observed<Long>> different = new HashSet<>(values);
        if (different.size() == 1) {
            return Origin.ALIKE;
        }
        if (chain.merged().isEmpty()) {
            return Origin.DIFFERENT;
        }
        Observed<Long> used = values.get(1);
        return used.equals(values.getFirst())
                ? Origin.INNER
                : used.equals(values.getLast()) ? Origin.OUTER : Origin.MERGED;
    }

    private String explanation(VmcsField field, Origin origin, List<Observed<Long>> values) {
        List<FoundVmcs> vmcss = chain.vmcss();
        String inner = vmcss.getFirst().what();
        String outer = vmcss.getLast().what();
        return switch (origin) {
            case ALIKE -> "";
            case UNKNOWN -> {
                for (int i = 0; i < values.size(); i++) {
                    if (!values.get(i).isKnown()) {
                        yield MESSAGES.get(
                                "explain.unknown",
                                vmcss.get(i).what(),
                                values.get(i).reason());
                    }
                }
                yield "";
            }
            case INNER ->
                joined(MESSAGES.get("explain.inner." + kind(field), inner), against(outer, fromOuter.get(field)));
            case OUTER ->
                joined(MESSAGES.get("explain.outer." + kind(field), outer), against(inner, fromInner.get(field)));
            case MERGED ->
                joined(
                        MESSAGES.get("explain.merged." + kind(field)),
                        joined(against(inner, fromInner.get(field)), against(outer, fromOuter.get(field))));
            case DIFFERENT -> against(inner, fromInner.get(field));
        };
    }

    /** Who writes a field: a hypervisor alone, the guest too, or the processor alone. */
    private static String kind(VmcsField field) {
        return switch (field.group()) {
            case CONTROL, HOST -> "set";
            case GUEST -> "guest";
            case READ_ONLY -> "exit";
        };
    }

    /** Which bits differ from those of another VMCS, by name; empty where bits have no names. */
    private static String against(String other, VmcsDiff.@Nullable Difference difference) {
        return difference == null || difference.changes().isEmpty()
                ? ""
                : MESSAGES.get("explain.against", other, String.join(", ", difference.changes()));
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "; " + second;
    }

    /** The fields of a decoded VMCS by name. */
    private static Map<String, List<StructureNode>> paths(Vmcs vmcs) {
        StructureNode root = VmcsTree.of(vmcs);
        Map<String, List<StructureNode>> fields = new HashMap<>();
        for (StructureNode group : root.children()) {
            for (StructureNode field : group.children()) {
                fields.putIfAbsent(field.name(), List.of(root, group, field));
            }
        }
        return fields;
    }
}
