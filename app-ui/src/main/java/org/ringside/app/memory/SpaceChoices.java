package org.ringside.app.memory;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.structure.AddressSpace;

/** The address spaces of a snapshot. */
final class SpaceChoices {
    /** Addresses beyond captured memory can be shown too; the space grows to whole units of this size. */
    private static final long GROWTH = 1L << 21;

    private SpaceChoices() {}

    /** Physical memory, then the space of each CPU. */
    static List<SpaceChoice> of(MemoryEvidence evidence) {
        return List.of(new SpaceChoice.Physical(evidence.end()));
    }

    /** The space of a new snapshot that is most like the one shown before. */
    static SpaceChoice like(@Nullable SpaceChoice before, List<SpaceChoice> choices) {
        if (before != null && !before.isPhysical()) {
            for (SpaceChoice choice : choices) {
                if (choice.space().equals(before.space())) {
                    return choice;
                }
            }
            return choices.getLast();
        }
        return choices.getFirst();
    }

    /** The choice that shows a space up to an address; empty if this snapshot cannot show it. */
    static Optional<SpaceChoice> find(
            AddressSpace wanted, long last, MemoryEvidence evidence, List<SpaceChoice> choices) {
        if (wanted instanceof AddressSpace.Physical) {
            boolean inside = Long.compareUnsigned(last, evidence.end()) < 0;
            return Optional.of(new SpaceChoice.Physical(inside ? evidence.end() : (last & -GROWTH) + GROWTH));
        }
        return choices.stream().filter(choice -> choice.space().equals(wanted)).findFirst();
    }
}
