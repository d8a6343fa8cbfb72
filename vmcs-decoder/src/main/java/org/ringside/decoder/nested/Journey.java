package org.ringside.decoder.nested;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;

/**
 * The way of one address down to host-physical memory.
 *
 * @param start the address at the start
 * @param stages the translations made, in order; the last one is where it ended
 * @param hostPhysical the host-physical address, or why the journey did not get there
 */
public record Journey(long start, List<Stage> stages, Observed<Long> hostPhysical) {
    public Journey {
        stages = List.copyOf(stages);
    }

    /**
     * One translation of the address: guest paging, or the extended page tables of one level.
     *
     * @param name for a person, for example {@code "L2 virtual to L2 physical"}
     * @param input the address translated
     * @param walk the entries read
     * @param entries the entries of the walk with the places in host-physical memory they were read from
     */
    public record Stage(String name, long input, TableWalk walk, List<Entry> entries) {
        public Stage {
            entries = List.copyOf(entries);
        }

        /** Where it leads, or why it ends here. */
        public Observed<Long> output() {
            return walk.result().map(translation -> translation.output());
        }
    }

    /**
     * An entry that was read.
     *
     * @param step the entry, with its address in the physical memory of its level
     * @param hostAddress its address in host-physical memory, or why it has none
     */
    public record Entry(TableStep step, Observed<Long> hostAddress) {}

    /** The journey as a tree: a child for each stage, with its entries. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = stages.stream()
                .map(stage -> (StructureNode) new StructureNode.Structure(
                        stage.name(),
                        stage.walk().toStructure().meaning(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        stage.walk().toStructure().children()))
                .toList();
        String end = hostPhysical instanceof Observed.Known<Long>(Long address)
                ? "host-physical 0x%x".formatted(address)
                : hostPhysical.reason();
        return new StructureNode.Structure(
                "Journey of 0x%x".formatted(start), end, Optional.empty(), Optional.empty(), List.of(), children);
    }
}
