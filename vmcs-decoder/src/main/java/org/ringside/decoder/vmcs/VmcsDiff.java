package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitField;
import org.ringside.decoder.structure.BitFieldLayout;

/** Two VMCSs side by side: two times, two levels, expected and actual. */
public final class VmcsDiff {
    private VmcsDiff() {}

    /**
     * A field that is not the same on both sides.
     *
     * @param field the field
     * @param left its value on the left, or why it is not known
     * @param right its value on the right, or why it is not known
     * @param changes in words: which bits differ, by name
     */
    public record Difference(VmcsField field, Observed<Long> left, Observed<Long> right, List<String> changes) {
        public Difference {
            changes = List.copyOf(changes);
        }

        /** Whether both sides are known, so that the values really differ. */
        public boolean isChange() {
            return left.isKnown() && right.isKnown();
        }

        @Override
        public String toString() {
            return "%s: %s -> %s%s"
                    .formatted(
                            field.title(),
                            text(left),
                            text(right),
                            changes.isEmpty() ? "" : " (" + String.join(", ", changes) + ")");
        }

        private static String text(Observed<Long> value) {
            return value instanceof Observed.Known<Long>(Long v) ? "0x%x".formatted(v) : "?";
        }
    }

    /** Fields whose values differ, or that only one side knows, in the order of their encodings. */
    public static List<Difference> compare(VmcsValues left, VmcsValues right) {
        List<Difference> differences = new ArrayList<>();
        for (VmcsField field : VmcsField.values()) {
            Observed<Long> before = left.get(field);
            Observed<Long> after = right.get(field);
            if (!before.isKnown() && !after.isKnown()) {
                continue;
            }
            if (!before.equals(after)) {
                differences.add(new Difference(field, before, after, changes(field, before, after, right)));
            }
        }
        return differences;
    }

    private static List<String> changes(
            VmcsField field, Observed<Long> before, Observed<Long> after, VmcsValues right) {
        Optional<BitFieldLayout> table = VmcsTree.table(field, right);
        if (table.isEmpty()
                || !(before instanceof Observed.Known<Long>(Long from))
                || !(after instanceof Observed.Known<Long>(Long to))) {
            return List.of();
        }
        List<String> changes = new ArrayList<>();
        for (BitField row : table.get().fields()) {
            long was = row.bits().of(from);
            long is = row.bits().of(to);
            if (was != is) {
                changes.add(
                        row.bits().width() == 1
                                ? "\"%s\" %s".formatted(row.name(), is == 1 ? "set" : "cleared")
                                : "%s 0x%x -> 0x%x".formatted(row.name(), was, is));
            }
        }
        return changes;
    }
}
