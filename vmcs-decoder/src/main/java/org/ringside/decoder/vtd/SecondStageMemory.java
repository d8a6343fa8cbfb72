package org.ringside.decoder.vtd;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableWalker;

/** Memory as the first stage of a nested translation sees it: its tables lie behind the second stage. */
final class SecondStageMemory implements PhysicalMemory {
    private final PhysicalMemory memory;
    private final TableWalker secondStage;
    private final List<AddressRange> ranges;

    SecondStageMemory(PhysicalMemory memory, TableWalker secondStage, int inputBits) {
        this.memory = memory;
        this.secondStage = secondStage;
        this.ranges = List.of(new AddressRange(0, 1L << inputBits));
    }

    /** All that the second stage could translate, whether or not it does. */
    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        return secondStage
                .translate(address & -PAGE_SIZE)
                .flatMap(found -> found.rights().read()
                        ? memory.page(found.output())
                        : new Observed.NotApplicable<>(
                                "the second stage does not let 0x%x be read".formatted(address & -PAGE_SIZE)));
    }
}
