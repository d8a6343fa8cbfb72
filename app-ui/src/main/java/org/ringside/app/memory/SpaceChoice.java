package org.ringside.app.memory;

import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.trace.MachineState;

/** An address space that can be shown. Compared by {@link #space()}. */
public sealed interface SpaceChoice permits SpaceChoice.Physical, SpaceChoice.Virtual, DeviceSpace {
    AddressSpace space();

    /** For a menu, short. */
    String title();

    /** For a tooltip: what decides the translation. */
    String explanation();

    LinearSpace linear();

    /** Reads the pages of this space from a snapshot. */
    PageLoader loader(PhysicalMemory memory, MachineState state);

    /**
     * What can be read of this space in a snapshot; reads all tables.
     *
     * @param cancelled asked now and then; what was found until then is no answer
     */
    SpaceMapping mapping(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled);

    default boolean isPhysical() {
        return space() instanceof AddressSpace.Physical;
    }

    /**
     * Physical memory.
     *
     * @param end first address that need not be shown
     */
    record Physical(long end) implements SpaceChoice {
        private static final Messages MESSAGES = Messages.of(SpaceChoice.class);

        @Override
        public AddressSpace space() {
            return AddressSpace.physical();
        }

        @Override
        public String title() {
            return MESSAGES.get("space.physical");
        }

        @Override
        public String explanation() {
            return MESSAGES.get("space.physical.text");
        }

        @Override
        public LinearSpace linear() {
            return LinearSpace.physical(end);
        }

        @Override
        public PageLoader loader(PhysicalMemory memory, MachineState state) {
            return address -> LoadedPage.copyOf(memory.page(address), address);
        }

        @Override
        public SpaceMapping mapping(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled) {
            return SpaceMapping.physical(memory);
        }
    }

    /** What it rests on that a virtual address is translated as it is. */
    enum Basis {
        /** Captured registers of a CPU that runs in this space. */
        REGISTERS,
        /** The paging mode of another space of the same machine, from captured registers; CR3 from elsewhere. */
        SAME_MACHINE,
        /** What the page tables look like: no registers were captured. */
        ASSUMED
    }

    /**
     * Virtual memory by the page tables of one address space.
     *
     * @param vcpu the CPU that runs in it; empty if it is not known to be any's
     * @param context how to translate
     * @param basis what that rests on
     */
    record Virtual(OptionalInt vcpu, PagingContext context, Basis basis) implements SpaceChoice {
        private static final Messages MESSAGES = Messages.of(SpaceChoice.class);

        /** The space of a CPU whose registers were captured. */
        static Virtual ofCpu(int vcpu, PagingContext context) {
            return new Virtual(OptionalInt.of(vcpu), context, Basis.REGISTERS);
        }

        @Override
        public AddressSpace space() {
            return new AddressSpace.Virtual(context.cr3());
        }

        @Override
        public String title() {
            String name = vcpu.isPresent()
                    ? MESSAGES.get("space.virtual.vcpu", Integer.toString(vcpu.getAsInt()))
                    : MESSAGES.get("space.virtual.cr3", Formats.address(context.cr3()));
            return basis == Basis.ASSUMED
                    ? MESSAGES.get("space.assumed", name, context.mode().title())
                    : name;
        }

        @Override
        public String explanation() {
            return MESSAGES.get(
                            "space.virtual.text",
                            Formats.address(context.cr3()),
                            context.mode().title())
                    + switch (basis) {
                        case REGISTERS -> "";
                        case SAME_MACHINE -> "\n" + MESSAGES.get("space.virtual.same-machine");
                        case ASSUMED -> "\n" + MESSAGES.get("space.virtual.assumed");
                    };
        }

        @Override
        public LinearSpace linear() {
            int bits = context.mode().linearBits();
            return bits <= Integer.SIZE
                    ? new LinearSpace(1L << bits, false)
                    : LinearSpace.virtual(context.mode() == PagingMode.FIVE_LEVEL);
        }

        /** The baseline is read through the tables of the same CPU at that time, as CR3 is another in another moment. */
        @Override
        public PageLoader loader(PhysicalMemory memory, MachineState state) {
            PageWalker walker = new PageWalker(memory, context(state));
            return address -> LoadedPage.translated(memory, walker.translate(address));
        }

        @Override
        public SpaceMapping mapping(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled) {
            TableLimits limits =
                    TableLimits.standard().withRanges(SpaceMapping.MOST_PIECES).cancelledBy(cancelled);
            return SpaceMapping.of(new PageWalker(memory, context(state)).ranges(limits), linear(), memory);
        }

        private PagingContext context(MachineState state) {
            return state.cpus().stream()
                    .filter(cpu -> vcpu.isPresent() && cpu.vcpu() == vcpu.getAsInt())
                    .findFirst()
                    .flatMap(cpu -> PagingContext.of(cpu).toOptional())
                    .orElse(context);
        }
    }
}
