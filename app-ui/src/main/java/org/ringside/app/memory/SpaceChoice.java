package org.ringside.app.memory;

import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.Translation;
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

    /**
     * Virtual memory by the page tables of one address space.
     *
     * @param vcpu the CPU whose registers say how to translate; −1 if they are not known
     * @param context how to translate
     */
    record Virtual(int vcpu, PagingContext context) implements SpaceChoice {
        @Override
        public AddressSpace space() {
            return new AddressSpace.Virtual(context.cr3());
        }

        @Override
        public String title() {
            return vcpu < 0 ? "Virtual, CR3 0x%x".formatted(context.cr3()) : "Virtual, vCPU %d".formatted(vcpu);
        }

        @Override
        public String explanation() {
            return "Virtual memory through the page tables of CR3 0x%x (%s)"
                    .formatted(context.cr3(), context.mode().title());
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
            PagingContext own = state.cpus().stream()
                    .filter(cpu -> cpu.vcpu() == vcpu)
                    .findFirst()
                    .flatMap(cpu -> PagingContext.of(cpu).toOptional())
                    .orElse(context);
            PageWalker walker = new PageWalker(memory, own);
            return address -> load(memory, walker.translate(address));
        }

        private static LoadedPage load(PhysicalMemory memory, Observed<Translation> translation) {
            if (translation instanceof Observed.Known<Translation>(Translation found)) {
                return LoadedPage.copyOf(memory.page(found.output()), found.output());
            }
            return new LoadedPage(
                    translation
                            .flatMap(found -> memory.page(found.output()))
                            .map(segment -> segment.toArray(ValueLayout.JAVA_BYTE)),
                    OptionalLong.empty());
        }
    }
}
