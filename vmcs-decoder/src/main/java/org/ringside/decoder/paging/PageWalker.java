package org.ringside.decoder.paging;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;

/**
 * The linear addresses of one address space: single walks, and the listing of everything it maps. Safe for several threads.
 */
public final class PageWalker {
    static final AccessRights ALL =
            new AccessRights(AccessRights.READ | AccessRights.WRITE | AccessRights.EXECUTE | AccessRights.USER);

    private final PhysicalMemory memory;
    private final AddressSpace space;
    private final PagingContext context;
    private final TableFormat format;
    private final TableWalker walker;

    public PageWalker(PhysicalMemory memory, PagingContext context) {
        this(memory, AddressSpace.physical(), context);
    }

    /**
     * @param memory holds the page tables
     * @param space what {@code memory}'s addresses are: physical, or a guest's physical memory below an extended page table
     * @param context how to translate
     */
    public PageWalker(PhysicalMemory memory, AddressSpace space, PagingContext context) {
        this(memory, space, context, context.format());
    }

    private PageWalker(PhysicalMemory memory, AddressSpace space, PagingContext context, TableFormat format) {
        this.memory = memory;
        this.space = space;
        this.context = context;
        this.format = format;
        this.walker = new TableWalker(memory, space, format, context.root());
    }

    /**
     * The HLAT tables of the same guest (SDM vol. 3, 4.5.1). A walk that meets an entry with bit 11 stops with
     * {@link org.ringside.decoder.translation.WalkStop.Reason#RESTART}; {@link HlatPaging} goes on from there.
     *
     * @throws IllegalArgumentException if the mode is neither 4-level nor 5-level paging
     */
    public PageWalker hlat(HlatControls hlat) {
        if (!context.mode().isLong()) {
            throw new IllegalArgumentException(
                    "there is no HLAT paging with " + context.mode().title());
        }
        PagingContext tables = context.withCr3(hlat.pointer());
        return new PageWalker(memory, space, tables, new PagingFormat(tables, true));
    }

    /** A walker for what the captured registers select, or which of them is missing. */
    public static Observed<PageWalker> of(PhysicalMemory memory, CpuRegisters registers) {
        return PagingContext.of(registers).map(context -> new PageWalker(memory, context));
    }

    public PagingContext context() {
        return context;
    }

    /** The space of the addresses walked. */
    public AddressSpace virtualSpace() {
        return new AddressSpace.Virtual(context.cr3());
    }

    /** The way of a linear address; without paging the walk has no steps and leads to the address itself. */
    public TableWalk walk(long linear) {
        return walker.walk(linear);
    }

    /** The translation alone, without decoded entries. */
    public Observed<Translation> translate(long linear) {
        return walker.translate(linear);
    }

    /** What {@link MappedRange#attributes} of this address space mean, in words. */
    public String describeAttributes(int attributes) {
        return format.describeAttributes(attributes);
    }

    /** All mappings, merged into ranges, read as the caller asks; without paging one range, the lower 4 GiB. */
    public TableRanges ranges(TableLimits limits) {
        return new TableRanges(memory, space, format, context.root(), limits);
    }

    /**
     * Every address that leads to a physical page (the reverse map), by scanning all mappings.
     *
     * @param physical any address in the page
     * @param most how many at most
     * @param limits how much work it may be
     */
    public ReverseMap mappingsOf(long physical, int most, TableLimits limits) {
        long page = physical & -PhysicalMemory.PAGE_SIZE;
        List<ReverseMap.Mapping> found = new ArrayList<>();
        TableRanges ranges = ranges(limits);
        boolean cut = false;
        while (ranges.hasNext()) {
            MappedRange range = ranges.next();
            if (range.reaches(page, PhysicalMemory.PAGE_SIZE)) {
                if (found.size() >= most) {
                    cut = true;
                    break;
                }
                found.add(new ReverseMap.Mapping(range.inputOf(page), range));
            }
        }
        return new ReverseMap(
                page,
                found,
                !cut && ranges.summary().complete(),
                ranges.summary().findings());
    }
}
