package org.ringside.agent.kernel.objects;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;

/**
 * A module of the kernel, and where it was found.
 *
 * @param address virtual address of its struct module
 * @param name its name
 * @param state what it is doing; empty text where not known
 * @param areas its memory, virtual: code first
 * @param sources where it was found; at least one
 */
public record KernelModule(
        long address, String name, Observed<State> state, List<AddressRange> areas, Set<Source> sources) {
    /** Where a module can be found. Who hides one takes it out of the first two. */
    public enum Source {
        /** The kernel's list of modules, which lsmod shows. */
        LIST,
        /** The kernel objects that /sys/module shows. */
        SYSFS,
        /** The area where modules are loaded: something there has the form of a module. */
        MEMORY
    }

    /** What a module is doing (enum module_state). */
    public enum State {
        LIVE(0),
        COMING(1),
        GOING(2),
        UNFORMED(3);

        /** The highest number of a state. */
        static final int LAST = 3;

        private final int number;

        State(int number) {
            this.number = number;
        }

        /** The number that stands for it in memory. */
        public int number() {
            return number;
        }

        /** The state of this number. */
        static Observed<State> of(long number) {
            for (State state : values()) {
                if (state.number == number) {
                    return Observed.known(state);
                }
            }
            return new Observed.Malformed<>("module state %d".formatted(number));
        }
    }

    public KernelModule {
        areas = List.copyOf(areas);
        sources = Set.copyOf(EnumSet.copyOf(sources));
    }

    /** Whether it is in memory, but the kernel does not list it everywhere. */
    public boolean isHidden() {
        return sources.contains(Source.MEMORY) && sources.size() < Source.values().length;
    }

    /** Bytes of its memory. */
    public long size() {
        return areas.stream().mapToLong(AddressRange::length).sum();
    }
}
