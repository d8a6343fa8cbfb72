package org.ringside.agent.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.Translation;
import org.ringside.trace.MachineState;

/**
 * The kernel half of the page tables of one snapshot, by physical page: at which addresses the kernel reaches it, and what it may do there.
 * Immutable; safe for several threads.
 *
 * <p>The kernel half are the canonical addresses with the top bit set, as far as they are for the supervisor only. A snapshot whose
 * processors were in several address spaces has the mappings of all of them.
 */
public final class KernelMappings {
    /** Mappings kept in all; page tables that have more loop, or serve another purpose than running a kernel. */
    private static final int MOST_RANGES = 1 << 20;

    /** Alike mappings of the same memory that are kept: some pages have tens of thousands. */
    private static final int MOST_ALIKE = 8;

    /** Mappings returned for one page. */
    private static final int MOST_OF_A_PAGE = 64;

    private static final Comparator<Range> BY_PHYSICAL_ADDRESS = Comparator.comparingLong(
                    (Range range) -> range.mapped().output())
            .thenComparingLong(range -> range.mapped().length())
            .thenComparingInt(range -> range.mapped().rights().mask())
            .thenComparing(range -> range.mapped().input(), Long::compareUnsigned);

    private final List<PageWalker> walkers;
    private final Range[] ranges;
    /** For the subtree whose middle is at an index: the highest end of its ranges. Makes the sorted array an interval tree. */
    private final long[] highestEnd;

    private final List<AddressRange> protectedRanges;
    private final List<Finding> findings;
    private final boolean complete;

    private record Range(AddressSpace space, MappedRange mapped) {
        long end() {
            return mapped.output() + mapped.length();
        }
    }

    /**
     * An address of a physical page in the kernel half.
     *
     * @param space whose virtual address
     * @param address virtual address of the page's first byte
     * @param rights what the kernel may do there
     */
    public record Mapping(AddressSpace space, long address, AccessRights rights) {}

    /** What the kernel uses a page for, as far as its page tables say. */
    public enum Use {
        /** Mapped executable and not writable at that address: code. A writable alias elsewhere does not change that. */
        CODE,
        /** Mapped without the right to write, and nowhere in the kernel half with it. */
        READ_ONLY_DATA,
        /** Mapped writable. */
        DATA,
        /** Not mapped in the kernel half. */
        UNMAPPED;

        /** Whether the page tables protect the page from writing. */
        public boolean isProtected() {
            return this == CODE || this == READ_ONLY_DATA;
        }
    }

    private KernelMappings(List<PageWalker> walkers, BooleanSupplier cancelled) {
        this.walkers = walkers;
        List<Range> found = new ArrayList<>();
        List<Finding> noticed = new ArrayList<>();
        boolean all = true;
        for (PageWalker walker : walkers) {
            TableRanges listing = walker.ranges(TableLimits.standard().cancelledBy(cancelled));
            while (listing.hasNext() && found.size() < MOST_RANGES) {
                MappedRange mapped = listing.next();
                if (mapped.input() < 0 && !mapped.rights().user()) {
                    found.add(new Range(walker.virtualSpace(), mapped));
                }
            }
            noticed.addAll(listing.summary().findings());
            all &= listing.summary().complete();
        }
        this.findings = List.copyOf(noticed);
        this.complete = all;
        found.sort(BY_PHYSICAL_ADDRESS);
        this.protectedRanges = notWritable(found);
        this.ranges = withoutRepetition(found).toArray(Range[]::new);
        this.highestEnd = new long[ranges.length];
        index(0, ranges.length);
    }

    /**
     * Reads the kernel half that the captured processors had.
     *
     * @param memory holds the page tables
     * @param state the registers of the same moment
     * @param cancelled asked now and then; what was read until then is what the result knows
     * @return the mappings, or which register is missing
     */
    public static Observed<KernelMappings> of(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled) {
        List<Observed<PagingContext>> contexts =
                state.cpus().stream().map(PagingContext::of).toList();
        List<PageWalker> walkers = contexts.stream()
                .map(Observed::toOptional)
                .flatMap(Optional::stream)
                .distinct()
                .map(context -> new PageWalker(memory, context))
                .toList();
        if (!walkers.isEmpty()) {
            return Observed.known(new KernelMappings(walkers, cancelled));
        }
        return contexts.isEmpty()
                ? new Observed.Unreadable<>("no registers were captured")
                : contexts.getFirst().map(context -> new KernelMappings(List.of(), cancelled));
    }

    /** Every kernel address of the page at {@code physical}, at most some dozens: executable ones first, then by address. */
    public List<Mapping> mappingsOf(long physical) {
        List<Mapping> found = new ArrayList<>();
        collect(0, ranges.length, physical & -PhysicalMemory.PAGE_SIZE, found);
        found.sort(Comparator.comparing((Mapping mapping) -> !mapping.rights().execute())
                .thenComparing(Comparator.comparing(Mapping::address, Long::compareUnsigned)
                        .reversed()));
        return found;
    }

    /** What the page at {@code physical} is used for. */
    public Use use(long physical) {
        boolean writable = false;
        boolean mapped = false;
        for (Mapping mapping : mappingsOf(physical)) {
            mapped = true;
            writable |= mapping.rights().write();
            if (mapping.rights().execute() && !mapping.rights().write()) {
                return Use.CODE;
            }
        }
        return !mapped ? Use.UNMAPPED : writable ? Use.DATA : Use.READ_ONLY_DATA;
    }

    /**
     * Whether an address still leads, or may lead, to a page: unknown where the tables on the way were not captured.
     *
     * @param address virtual
     * @param physical physical address of the page's first byte
     */
    public boolean mayLeadTo(long address, long physical) {
        return walkers.stream().map(walker -> walker.translate(address)).anyMatch(translation -> switch (translation) {
            case Observed.Known<Translation>(Translation found) ->
                (found.output() & -PhysicalMemory.PAGE_SIZE) == physical;
            case Observed.NotCaptured<Translation> missing -> true;
            case Observed.Unreadable<Translation> missing -> true;
            case Observed.Malformed<Translation> refused -> false;
            case Observed.NotApplicable<Translation> unmapped -> false;
        });
    }

    /** Physical pages that are mapped somewhere without the right to write. */
    public long protectedPages() {
        return protectedRanges.stream().mapToLong(AddressRange::length).sum() >>> PhysicalMemory.PAGE_SHIFT;
    }

    /** Where those pages lie: sorted, disjoint, some of them also mapped with the right to write. */
    public List<AddressRange> protectedRanges() {
        return protectedRanges;
    }

    /** What was odd about the page tables, or missing. */
    public List<Finding> findings() {
        return findings;
    }

    /** Whether all of the tables were there and were read. */
    public boolean isComplete() {
        return complete;
    }

    private static List<AddressRange> notWritable(List<Range> sorted) {
        List<AddressRange> merged = new ArrayList<>();
        for (Range range : sorted) {
            if (range.mapped().rights().write()) {
                continue;
            }
            AddressRange last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.mapped().output() <= last.end()) {
                merged.set(merged.size() - 1, new AddressRange(last.start(), Math.max(last.end(), range.end())));
            } else {
                merged.add(new AddressRange(range.mapped().output(), range.end()));
            }
        }
        return List.copyOf(merged);
    }

    /** The last of alike mappings stay, as the kernel's own image is mapped near the top. */
    private static List<Range> withoutRepetition(List<Range> sorted) {
        List<Range> kept = new ArrayList<>();
        int alike = 0;
        for (int i = sorted.size() - 1; i >= 0; i--) {
            boolean same = i + 1 < sorted.size() && isAlike(sorted.get(i), sorted.get(i + 1));
            alike = same ? alike + 1 : 1;
            if (alike <= MOST_ALIKE) {
                kept.add(sorted.get(i));
            }
        }
        return kept.reversed();
    }

    private static boolean isAlike(Range one, Range other) {
        return one.mapped().output() == other.mapped().output()
                && one.mapped().length() == other.mapped().length()
                && one.mapped().rights().equals(other.mapped().rights());
    }

    /** The highest end of the ranges from {@code low} (inclusive) to {@code high} (exclusive). */
    private long index(int low, int high) {
        if (low >= high) {
            return 0;
        }
        int middle = (low + high) >>> 1;
        highestEnd[middle] = Math.max(ranges[middle].end(), Math.max(index(low, middle), index(middle + 1, high)));
        return highestEnd[middle];
    }

    private void collect(int low, int high, long page, List<Mapping> found) {
        if (low >= high || found.size() >= MOST_OF_A_PAGE) {
            return;
        }
        int middle = (low + high) >>> 1;
        if (highestEnd[middle] <= page) {
            return;
        }
        collect(low, middle, page, found);
        Range range = ranges[middle];
        if (range.mapped().output() <= page && page < range.end() && found.size() < MOST_OF_A_PAGE) {
            found.add(new Mapping(
                    range.space(), range.mapped().inputOf(page), range.mapped().rights()));
        }
        if (range.mapped().output() <= page) {
            collect(middle + 1, high, page, found);
        }
    }
}
