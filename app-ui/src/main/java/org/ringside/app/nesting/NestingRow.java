package org.ringside.app.nesting;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.VmcsField;

/**
 * A field in each VMCS of a chain; or the heading of a group of fields.
 *
 * @param field the field; empty for a heading
 * @param title its name
 * @param values as they are written, in the order of the chain; {@code "?"} where not known; empty for a heading
 * @param origin whose value the processor uses
 * @param explanation what differs, bit by bit where bits have names
 * @param paths for each VMCS from the root of the decoded tree to the field, where it is decoded
 */
record NestingRow(
        Optional<VmcsField> field,
        String title,
        List<String> values,
        Origin origin,
        String explanation,
        List<Optional<List<StructureNode>>> paths) {
    NestingRow {
        values = List.copyOf(values);
        paths = List.copyOf(paths);
    }

    /** Whose value the processor uses. */
    enum Origin {
        /** All have the same. */
        ALIKE,
        /** What the guest hypervisor asked for. */
        INNER,
        /** The host's own, as for the guest hypervisor. */
        OUTER,
        /** Made of both, or of neither. */
        MERGED,
        /** There is no merged VMCS: the two differ. */
        DIFFERENT,
        /** Not every side is known. */
        UNKNOWN;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static NestingRow heading(String title) {
        return new NestingRow(Optional.empty(), title, List.of(), Origin.ALIKE, "", List.of());
    }

    boolean isHeading() {
        return field.isEmpty();
    }

    /** A side's value; empty if there is no such side. */
    String value(int side) {
        return side < values.size() ? values.get(side) : "";
    }

    boolean differs() {
        return origin != Origin.ALIKE && origin != Origin.UNKNOWN;
    }

    /** Whether a text occurs in its name, encoding, values or explanation. */
    boolean matches(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return field.isPresent()
                && (has(title, wanted)
                        || has(explanation, wanted)
                        || has(field.get().name(), wanted)
                        || has("0x%04x".formatted(field.get().encoding()), wanted)
                        || values.stream().anyMatch(value -> has(value, wanted)));
    }

    private static boolean has(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** As a line of text. */
    String text() {
        return isHeading()
                ? title
                : title + '\t' + values.stream().collect(Collectors.joining("\t")) + '\t' + explanation;
    }
}
