package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ringside.agent.kernel.image.Evidence.Verdict;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * Finds Linux in physical memory with nothing but the memory. One pass notes where a kallsyms token index may lie; what decodes around it are the
 * kernel's symbols; they say where in the image the banner, the page tables and the variables are that must be there. Without symbols, what page
 * tables and banners say is reported as incomplete.
 */
public final class KernelFinder {
    private static final int MOST_DECODED = 16;
    private static final int MOST_ROOTS = 64;
    private static final long LARGE_PAGE = 2L << 20;
    private static final int TABLE_ENTRIES = 512;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final long PRESENT = 1;
    private static final long LARGE = 1 << 7;

    private final PhysicalMemory memory;
    private final List<PagingContext> captured;
    private final BooleanSupplier cancelled;
    private final List<Finding> findings = new ArrayList<>();

    private KernelFinder(PhysicalMemory memory, List<PagingContext> captured, BooleanSupplier cancelled) {
        this.memory = memory;
        this.captured = captured;
        this.cancelled = cancelled;
    }

    /**
     * Searches all captured memory.
     *
     * @param memory physical memory
     * @param cpus the processors' registers, as further evidence; may be empty
     * @param cancelled asked now and then; what was found until then is the result
     */
    public static KernelSearch search(PhysicalMemory memory, List<CpuRegisters> cpus, BooleanSupplier cancelled) {
        List<PagingContext> contexts = cpus.stream()
                .map(PagingContext::of)
                .map(Observed::toOptional)
                .flatMap(Optional::stream)
                .filter(context -> context.mode().isLong())
                .toList();
        return new KernelFinder(memory, contexts, cancelled).search();
    }

    private record Candidate(Kallsyms kallsyms, KernelPlace place) {}

    private KernelSearch search() {
        ImageScan scan = ImageScan.of(memory, cancelled);
        if (scan.isCut()) {
            note(
                    "kernel.search-cut",
                    "more places look like parts of a kernel than are examined, or the search was stopped");
        }
        List<Candidate> candidates = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<Long> indexes = scan.tokenIndexes();
        int decoded = 0;
        for (long index : indexes) {
            if (decoded >= MOST_DECODED || cancelled.getAsBoolean()) {
                note(
                        "kernel.symbols-not-all",
                        "%d of %d symbol tables were examined".formatted(decoded, indexes.size()));
                break;
            }
            switch (new KallsymsReader(memory).read(index)) {
                case Observed.Known<Kallsyms>(Kallsyms found) -> {
                    decoded++;
                    candidates.addAll(places(found, missing));
                }
                case Observed.NotApplicable<Kallsyms> none -> {}
                case Observed<Kallsyms> gap -> {
                    decoded++;
                    missing.add("symbols: " + gap.reason());
                }
            }
        }
        candidates.sort(Comparator.comparingInt(
                        (Candidate candidate) -> candidate.place().score())
                .reversed());
        if (!candidates.isEmpty()) {
            Candidate best = candidates.getFirst();
            findings.addAll(best.kallsyms().findings());
            return new KernelSearch.Found(
                    new LinuxKernel(memory, best.place(), best.kallsyms()),
                    candidates.stream().skip(1).map(Candidate::place).toList(),
                    findings);
        }
        return withoutSymbols(scan, missing);
    }

    private List<Candidate> places(Kallsyms kallsyms, List<String> missing) {
        List<KernelPlace> places = new PlaceSearch(memory, kallsyms, captured).places();
        if (places.isEmpty()) {
            missing.add(
                    "image: %d symbols at 0x%x, but neither their banner nor their page tables at any place around them"
                            .formatted(
                                    kallsyms.layout().count(), kallsyms.layout().names()));
        }
        return places.stream().map(place -> new Candidate(kallsyms, place)).toList();
    }

    private KernelSearch withoutSymbols(ImageScan scan, List<String> missing) {
        List<Long> banners = scan.banners().stream().filter(this::isBanner).toList();
        List<KernelPlace> places = new ArrayList<>();
        scan.roots().stream()
                .filter(root -> places.size() < MOST_ROOTS)
                .forEach(root -> byTables(root, banners).ifPresent(places::add));
        places.sort(Comparator.comparingInt(KernelPlace::score).reversed());
        if (banners.isEmpty() && places.isEmpty() && missing.isEmpty()) {
            return new KernelSearch.NotLinux(
                    "in %d captured pages there is no symbol table, no version banner and no page table that maps an image where Linux has it"
                            .formatted(scan.pages()),
                    findings);
        }
        List<String> lacking = new ArrayList<>(missing);
        if (missing.isEmpty()) {
            lacking.add("symbols: no token index of kallsyms was captured");
        }
        if (banners.isEmpty()) {
            lacking.add("version banner: none was captured");
        }
        if (places.isEmpty()) {
            lacking.add("page tables: no root table maps an image where Linux has it");
        }
        return new KernelSearch.Incomplete(distinct(places), banners, lacking, findings);
    }

    private static List<KernelPlace> distinct(List<KernelPlace> places) {
        List<KernelPlace> kept = new ArrayList<>();
        for (KernelPlace place : places) {
            if (kept.stream().noneMatch(other -> other.physicalBase() == place.physicalBase())) {
                kept.add(place);
            }
        }
        return kept;
    }

    private boolean isBanner(long address) {
        return memory.read(address, PlaceSearch.BANNER.length())
                        instanceof Observed.Known<MemorySegment>(MemorySegment bytes)
                && KernelMemory.text(bytes, 0, PlaceSearch.BANNER.length()).equals(PlaceSearch.BANNER);
    }

    /** The lowest large page in the top 2 GiB is the image's first: the kernel unmaps what lies before it. */
    private Optional<KernelPlace> byTables(long root, List<Long> banners) {
        long top = table(root, TABLE_ENTRIES - 1);
        return byTables(PagingContext.fourLevel(root), table(top, TABLE_ENTRIES - 2), banners)
                .or(() -> byTables(
                        new PagingContext(PagingMode.FIVE_LEVEL, root, true, true, PagingContext.WIDEST),
                        table(table(top, TABLE_ENTRIES - 1), TABLE_ENTRIES - 2),
                        banners));
    }

    private Optional<KernelPlace> byTables(PagingContext paging, long directory, List<Long> banners) {
        if (directory == 0) {
            return Optional.empty();
        }
        for (int i = 0; i < TABLE_ENTRIES; i++) {
            long entry = memory.readLong(directory + (long) i * Long.BYTES).orElse(0L);
            if ((entry & PRESENT) == 0) {
                continue;
            }
            long virtual = KallsymsReader.LOWEST_IMAGE + i * LARGE_PAGE;
            Observed<Long> physical =
                    new PageWalker(memory, paging).translate(virtual).map(found -> found.output());
            if ((entry & LARGE) == 0
                    || !(physical instanceof Observed.Known<Long>(Long base))
                    || base % LARGE_PAGE != 0) {
                return Optional.empty();
            }
            List<Evidence> evidence = new ArrayList<>();
            evidence.add(new Evidence(
                    "page tables",
                    Verdict.HOLDS,
                    1,
                    "the root table at 0x%x maps 0x%x (%s)"
                            .formatted(paging.cr3(), virtual, paging.mode().title())));
            long size = size(directory, i, base);
            Optional<Long> banner = banners.stream()
                    .filter(at -> at >= base && at < base + size)
                    .findFirst();
            evidence.add(new Evidence(
                    "version banner",
                    banner.isPresent() ? Verdict.HOLDS : Verdict.UNKNOWN,
                    2,
                    banner.map("one at 0x%x, in the image"::formatted).orElse("none in the image")));
            return Optional.of(new KernelPlace(
                    virtual,
                    base,
                    size,
                    Optional.of(paging),
                    Optional.empty(),
                    banner.flatMap(this::banner),
                    evidence));
        }
        return Optional.empty();
    }

    private Optional<String> banner(long address) {
        return memory.read(address, 512)
                .toOptional()
                .map(bytes -> KernelMemory.text(bytes, 0, 512).strip().replaceAll("\\p{Cntrl}", "?"));
    }

    /** As far as the pages go on without a gap. */
    private long size(long directory, int first, long base) {
        int count = 0;
        while (first + count < TABLE_ENTRIES) {
            long entry = memory.readLong(directory + (long) (first + count) * Long.BYTES)
                    .orElse(0L);
            boolean goesOn = (entry & PRESENT) != 0
                    && ((entry & LARGE) == 0 || (entry & ADDRESS & -LARGE_PAGE) == base + count * LARGE_PAGE);
            if (!goesOn) {
                break;
            }
            count++;
        }
        return count * LARGE_PAGE;
    }

    /** The table that an entry refers to; 0 if there is none. */
    private long table(long table, int index) {
        if (table == 0) {
            return 0;
        }
        long entry = memory.readLong(table + (long) index * Long.BYTES).orElse(0L);
        return (entry & PRESENT) == 0 || (entry & LARGE) != 0 ? 0 : entry & ADDRESS;
    }

    private void note(String code, String message) {
        findings.add(new Finding(Severity.WARNING, code, message, Optional.empty(), Optional.empty()));
    }
}
