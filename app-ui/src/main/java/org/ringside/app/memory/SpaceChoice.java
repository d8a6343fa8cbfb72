package org.ringside.app.memory;

import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.trace.MachineState;

/** An address space that can be shown. Compared by {@link #space()}. */
public interface SpaceChoice {
    AddressSpace space();

    /** For a menu, short. */
    String title();

    /** For a tooltip: what decides the translation. */
    String explanation();

    LinearSpace linear();

    /** Reads the pages of this space from a snapshot. */
    PageLoader loader(PhysicalMemory memory, MachineState state);

    default boolean isPhysical() {
        return space() instanceof AddressSpace.Physical;
    }

    /**
     * Physical memory.
     *
     * @param end first address that need not be shown
     */
    record Physical(long end) implements SpaceChoice {
        @Override
        public AddressSpace space() {
            return AddressSpace.physical();
        }

        @Override
        public String title() {
            return "Physical";
        }

        @Override
        public String explanation() {
            return "Physical memory of the machine, as it was captured";
        }

        @Override
        public LinearSpace linear() {
            return LinearSpace.physical(end);
        }

        @Override
        public PageLoader loader(PhysicalMemory memory, MachineState state) {
            return address -> LoadedPage.copyOf(memory.page(address), address);
        }
    }
}
