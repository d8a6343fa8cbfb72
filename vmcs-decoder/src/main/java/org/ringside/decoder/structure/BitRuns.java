package org.ringside.decoder.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.ringside.decoder.memory.Observed;

/** A bitmap as the runs of its bits that are set: short runs of named bits one by one, others from the first to the last. */
public final class BitRuns {
    /** The longest run whose bits are shown one by one. */
    private static final int SHORT = 16;

    private BitRuns() {}

    /**
     * A child for each run, or each bit of a short run.
     *
     * @param name of the bitmap
     * @param span its bytes, if it was read from memory
     * @param bits how many it has
     * @param set whether a bit is set, by its number
     * @param label what a bit stands for
     * @param merge whether short runs are shown as runs, too
     */
    public static StructureNode.Structure of(
            String name,
            Optional<ByteSpan> span,
            SpecificationReference reference,
            int bits,
            IntPredicate set,
            IntFunction<String> label,
            boolean merge) {
        List<StructureNode> runs = new ArrayList<>();
        int count = 0;
        int bit = 0;
        while (bit < bits) {
            if (!set.test(bit)) {
                bit++;
                continue;
            }
            int end = bit + 1;
            while (end < bits && set.test(end)) {
                end++;
            }
            count += end - bit;
            if (!merge && end - bit <= SHORT) {
                for (int single = bit; single < end; single++) {
                    runs.add(run(label.apply(single), 1, reference));
                }
            } else {
                String text = end - bit == 1 ? label.apply(bit) : label.apply(bit) + " to " + label.apply(end - 1);
                runs.add(run(text, end - bit, reference));
            }
            bit = end;
        }
        String meaning = count == 0 ? "none" : count == bits ? "all " + bits : count + " of " + bits;
        return new StructureNode.Structure(name, meaning, span, Optional.of(reference), List.of(), runs);
    }

    private static StructureNode run(String text, int length, SpecificationReference reference) {
        return new StructureNode.Field(
                text,
                Observed.known((long) length),
                32,
                length == 1 ? "" : length + " in a row",
                Optional.empty(),
                Optional.empty(),
                Optional.of(reference),
                List.of(),
                List.of());
    }
}
