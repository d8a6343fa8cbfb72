package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.vtd.RequesterId;

/** The address spaces of a snapshot. */
final class SpaceChoices {
    /** Addresses beyond captured memory can be shown too; the space grows to whole units of this size. */
    private static final long GROWTH = 1L << 21;

    private SpaceChoices() {}

    /** Physical memory, then the space of each CPU, then of each device behind a remapping unit; reads the units' tables. */
    static List<SpaceChoice> of(MemoryEvidence evidence) {
        List<SpaceChoice> choices = new ArrayList<>();
        choices.add(new SpaceChoice.Physical(evidence.end()));
        for (CpuRegisters cpu : evidence.state().cpus()) {
            PagingContext.of(cpu)
                    .toOptional()
                    .filter(context -> context.mode() != PagingMode.NONE)
                    .ifPresent(context -> choices.add(SpaceChoice.Virtual.ofCpu(cpu.vcpu(), context)));
        }
        choices.addAll(DeviceSpace.all(evidence.memory(), evidence.state()));
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
            boolean virtual = before instanceof SpaceChoice.Virtual;
            return choices.stream()
                    .filter(choice -> virtual && choice instanceof SpaceChoice.Virtual)
                    .findFirst()
                    .orElse(choices.getFirst());
        }
        return choices.getFirst();
    }

    /**
     * The choice that shows a space up to an address, as far as that can be said without reading memory; empty if {@link #lookFor} must be
     * asked.
     */
    static Optional<SpaceChoice> find(
            AddressSpace wanted, long last, MemoryEvidence evidence, List<SpaceChoice> choices) {
        if (wanted instanceof AddressSpace.Physical) {
            boolean inside = Long.compareUnsigned(last, evidence.end()) < 0;
            return Optional.of(new SpaceChoice.Physical(inside ? evidence.end() : (last & -GROWTH) + GROWTH));
        }
        Optional<SpaceChoice> listed =
                choices.stream().filter(choice -> choice.space().equals(wanted)).findFirst();
        return listed.isPresent() || !(wanted instanceof AddressSpace.Virtual(long cr3))
                ? listed
                : ofSameMachine(cr3, choices);
    }

    /** Another address space of the same machine: translated as its first CPU whose registers are known translates. */
    private static Optional<SpaceChoice> ofSameMachine(long cr3, List<SpaceChoice> choices) {
        return choices.stream()
                .flatMap(choice ->
                        choice instanceof SpaceChoice.Virtual known && known.basis() == SpaceChoice.Basis.REGISTERS
                                ? Stream.of(known.context())
                                : Stream.empty())
                .findFirst()
                .map(known -> new SpaceChoice.Virtual(
                        OptionalInt.empty(), known.withCr3(cr3), SpaceChoice.Basis.SAME_MACHINE));
    }

    /** The choice that shows a space, from what memory holds; blocks. Empty if this snapshot cannot show it. */
    static Optional<SpaceChoice> lookFor(AddressSpace wanted, MemoryEvidence evidence) {
        return switch (wanted) {
            case AddressSpace.Virtual(long cr3) ->
                Optional.of(new SpaceChoice.Virtual(
                        OptionalInt.empty(), PagingContext.assumed(evidence.memory(), cr3), SpaceChoice.Basis.ASSUMED));
            case AddressSpace.DeviceVisible(long unit, int source) ->
                source >>> 16 == 0
                        ? DeviceSpace.of(unit, new RequesterId(source), evidence.memory(), evidence.state())
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}
