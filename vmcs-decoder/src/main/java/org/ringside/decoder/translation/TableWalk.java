package org.ringside.decoder.translation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/**
 * The way of one address through a radix table: every entry read, and where it ended.
 *
 * @param format the kind of table
 * @param root physical address of the root table
 * @param input the address walked
 * @param steps the entries read, root first
 * @param result the translation, or why there is none
 * @param stop why there is none; empty if there is one
 */
public record TableWalk(
        TableFormat format,
        long root,
        long input,
        List<TableStep> steps,
        Observed<Translation> result,
        Optional<WalkStop> stop) {
    public TableWalk {
        steps = List.copyOf(steps);
    }

    /** The walk as a tree: a child for each entry. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        for (TableStep step : steps) {
            children.add(step.entry());
        }
        String meaning = result instanceof Observed.Known<Translation>(Translation translation)
                ? translation.toString()
                : result.reason();
        return new StructureNode.Structure(
                "0x%x through %s at 0x%x".formatted(input, format.name(), root),
                meaning,
                Optional.empty(),
                Optional.empty(),
                List.<Finding>of(),
                children);
    }
}
