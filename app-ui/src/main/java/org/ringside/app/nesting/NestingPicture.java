package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.CodeImage;
import org.ringside.decoder.nested.HypervisorImage;
import org.ringside.decoder.nested.MemorySpace;

/**
 * The levels of a snapshot, ready to draw. Immutable.
 *
 * @param structures what was found
 * @param levels from the host's inwards
 */
record NestingPicture(FoundStructures structures, List<Level> levels) {
    NestingPicture {
        levels = List.copyOf(levels);
    }

    /**
     * A level.
     *
     * @param level 0 for the host
     * @param memories the memories that software of this level takes for the machine's
     * @param hypervisors the hypervisors that run at this level
     * @param vmcss the VMCSs they use, to run the guests of the next level or, merged, of one further in
     * @param others their regions without a guest: shadows, VMXON regions and such
     */
    record Level(
            int level,
            List<Memory> memories,
            List<Hypervisor> hypervisors,
            List<FoundVmcs> vmcss,
            List<FoundVmcs> others) {
        Level {
            memories = List.copyOf(memories);
            hypervisors = List.copyOf(hypervisors);
            vmcss = List.copyOf(vmcss);
            others = List.copyOf(others);
        }
    }

    /**
     * A memory.
     *
     * @param space the memory
     * @param givenBy the VMCSs whose EPT leads to it
     */
    record Memory(MemorySpace space, List<FoundVmcs> givenBy) {
        Memory {
            givenBy = List.copyOf(givenBy);
        }

        /** Whether the tables stand for those of several levels, merged into one by the host. */
        boolean isMerged() {
            return space.outer()
                    .filter(outer -> outer.level() < space.level() - 1)
                    .isPresent();
        }
    }

    /**
     * A hypervisor: what VM exits lead to, in one memory, at one address.
     *
     * @param owner the memory it runs in
     * @param entry where VM exits enter it, in its address spaces
     * @param entryHost the same in host-physical memory, or why it is not there
     * @param roots its address spaces, as in CR3
     * @param names what it is, in words
     * @param banners texts in it that tell so
     * @param vmcss host-physical addresses of the VMCSs that lead to it
     */
    record Hypervisor(
            MemorySpace owner,
            long entry,
            Observed<Long> entryHost,
            Set<Long> roots,
            Set<String> names,
            Set<String> banners,
            Set<Long> vmcss) {
        private static Hypervisor of(HypervisorImage image) {
            Hypervisor made = new Hypervisor(
                    image.owner(),
                    image.entry(),
                    image.entryPhysical().flatMap(image.owner()::hostPhysical),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>());
            made.add(image);
            return made;
        }

        private boolean is(HypervisorImage image) {
            return image.owner() == owner && image.entry() == entry;
        }

        private void add(HypervisorImage image) {
            roots.add(image.cr3());
            vmcss.addAll(image.vmcss());
            image.code().ifPresent(this::add);
            image.kernel().ifPresent(this::add);
        }

        private void add(CodeImage image) {
            image.marks().forEach(mark -> {
                names.add(mark.meaning());
                banners.add(mark.text());
            });
        }
    }

    /** Puts what was found in its level. */
    static NestingPicture of(FoundStructures found) {
        List<Hypervisor> hypervisors = hypervisors(found);
        int deepest = found.survey().memories().stream()
                .mapToInt(MemorySpace::level)
                .max()
                .orElse(0);
        for (FoundVmcs vmcs : found.guests()) {
            deepest = Math.max(deepest, vmcs.guest());
        }
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i <= deepest; i++) {
            int level = i;
            levels.add(new Level(
                    level,
                    found.survey().memories().stream()
                            .filter(space -> space.level() == level)
                            .map(space -> new Memory(space, givers(found, space)))
                            .toList(),
                    hypervisors.stream()
                            .filter(each -> each.owner().level() == level)
                            .toList(),
                    found.guests().stream()
                            .filter(vmcs -> vmcs.owner() == level)
                            .toList(),
                    found.regions().stream()
                            .filter(vmcs -> !vmcs.hasGuest() && holder(vmcs) == level)
                            .toList()));
        }
        return new NestingPicture(found, levels);
    }

    /** The level of the software that keeps a region without a guest: that of its owner, else that of the memory it is in. */
    private static int holder(FoundVmcs vmcs) {
        return vmcs.region().level().orElseGet(() -> vmcs.region().home().level());
    }

    private static List<FoundVmcs> givers(FoundStructures found, MemorySpace space) {
        return found.guests().stream()
                .filter(vmcs -> vmcs.region().guest().filter(space::equals).isPresent())
                .toList();
    }

    private static List<Hypervisor> hypervisors(FoundStructures found) {
        List<Hypervisor> hypervisors = new ArrayList<>();
        for (HypervisorImage image : found.survey().hypervisors()) {
            Optional<Hypervisor> known =
                    hypervisors.stream().filter(each -> each.is(image)).findFirst();
            known.ifPresentOrElse(each -> each.add(image), () -> hypervisors.add(Hypervisor.of(image)));
        }
        return hypervisors;
    }
}
