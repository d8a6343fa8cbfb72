package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;

/** The address spaces of a snapshot. */
final class SpaceChoices {
    /** Addresses beyond captured memory can be shown too; the space grows to whole units of this size. */
    private static final long GROWTH = 1L << 21;

    private SpaceChoices() {}

    /** Physical memory, then the space of each CPU. */
    static List<SpaceChoice> of(MemoryEvidence evidence) {
        List<SpaceChoice> choices = new ArrayList<>();
        choices.add(new SpaceChoice.Physical(evidence.end()));
        for (CpuRegisters cpu : evidence.state().cpus()) {
            PagingContext.of(cpu)
                    .toOptional()
                    .filter(context -> context.mode() != PagingMode.NONE)
                    .ifPresent(context -> choices.add(new SpaceChoice.Virtual(cpu.vcpu(), context)));
        }
        return List.copyOf(choices);
    }

    /** The space of a new snapshot that is most like the one shown before. */
    static SpaceChoice like(@Nullable SpaceChoice before, List<SpaceChoice> choices) {
        if (before != null && !before.isPhysical()) {
            for (SpaceChoice choice : choices) {
                if (choice.space().equals(before.space())) {
                    return choice;
                }
            }
            return choices.size() > 1 ? choices.get(1) : choices.getFirst();
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
        Optional<SpaceChoice> listed =
                choices.stream().filter(choice -> choice.space().equals(wanted)).findFirst();
        if (listed.isPresent() || !(wanted instanceof AddressSpace.Virtual(long cr3))) {
            return listed;
        }
        // Another address space of the same machine: translated as its first CPU translates.
        PagingContext context = choices.stream()
                .flatMap(choice -> choice instanceof SpaceChoice.Virtual(int vcpu, PagingContext known)
                        ? Stream.of(known)
                        : Stream.empty())
                .findFirst()
                .map(known -> known.withCr3(cr3))
                .orElseGet(() -> PagingContext.fourLevel(cr3));
        return Optional.of(new SpaceChoice.Virtual(-1, context));
    }
}
