package org.ringside.agent.kernel.objects;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.kernel.image.KernelPlace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;

/** Looks for modules page by page, in what is mapped between the end of the image and the end of the area for modules. */
final class ModuleScan {
    /** The end of the area for modules (MODULES_END). */
    private static final long END = 0xffff_ffff_ff00_0000L;

    private static final long LARGE_PAGE = 2L << 20;
    /** A struct module begins at a cache line. */
    private static final int ALIGNMENT = 64;

    private final ObjectReader reader;
    private final ModuleForm form;

    ModuleScan(ObjectReader reader, ModuleForm form) {
        this.reader = reader;
        this.form = form;
    }

    /**
     * Addresses of what has the form of a module, or why there can be none.
     *
     * @param most how many at most
     */
    Observed<List<Long>> modules(int most) {
        Optional<PageWalker> walker = reader.kernel().memory().walker();
        Observed<Long> name = reader.offset(ModuleForm.MODULE, "name");
        Observed<Long> state = reader.offset(ModuleForm.MODULE, "state");
        if (walker.isEmpty()) {
            return new Observed.NotApplicable<>("the kernel's page tables were not found");
        }
        if (!(name instanceof Observed.Known<Long>(Long nameAt))
                || !(state instanceof Observed.Known<Long>(Long stateAt))) {
            return new Observed.NotApplicable<>(name.isKnown() ? state.reason() : name.reason());
        }
        KernelPlace place = reader.kernel().place();
        long start = (place.virtualBase() + place.size() + LARGE_PAGE - 1) & -LARGE_PAGE;
        List<Long> found = new ArrayList<>();
        for (long at = start; Long.compareUnsigned(at, END) < 0 && found.size() < most; ) {
            Observed<Translation> page = walker.get().translate(at);
            if (page instanceof Observed.Known<Translation>(Translation known)) {
                page(known, at, stateAt, nameAt, found);
                at += PhysicalMemory.PAGE_SIZE;
            } else {
                at += isTableMissing(walker.get(), at)
                        ? LARGE_PAGE - (at & (LARGE_PAGE - 1))
                        : PhysicalMemory.PAGE_SIZE;
            }
        }
        return Observed.known(found);
    }

    /** Whether the walk ended before the last table, which maps 2 MiB. */
    private static boolean isTableMissing(PageWalker walker, long at) {
        if ((at & (LARGE_PAGE - 1)) != 0) {
            return false;
        }
        TableWalk walk = walker.walk(at);
        return walk.steps().size() < walk.format().levels().size();
    }

    /** Looks at each cache line of a page for a state and the first letter of a name, before all the rest is read. */
    private void page(Translation page, long address, long stateAt, long nameAt, List<Long> found) {
        PhysicalMemory memory = reader.kernel().memory().physical();
        if (!(memory.page(page.output()) instanceof Observed.Known<MemorySegment>(MemorySegment bytes))) {
            return;
        }
        for (int line = 0; line < PhysicalMemory.PAGE_SIZE; line += ALIGNMENT) {
            boolean likely = line + stateAt + Integer.BYTES > PhysicalMemory.PAGE_SIZE
                    || (bytes.get(LittleEndian.INT, line + stateAt) >= 0
                            && bytes.get(LittleEndian.INT, line + stateAt) <= KernelModule.State.LAST);
            boolean named = line + nameAt >= PhysicalMemory.PAGE_SIZE
                    || ModuleForm.isNameCharacter(bytes.get(ValueLayout.JAVA_BYTE, line + nameAt));
            if (likely && named && form.fits(address + line)) {
                found.add(address + line);
            }
        }
    }
}
