package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.kernel.image.Evidence.Verdict;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.Translation;

/**
 * Where in physical memory the image lies whose symbols were found. An image lies in one piece, from a multiple of 2 MiB on; so there are a few
 * dozen places for it, and the right one has the banner, the page tables and the variables where the symbols say.
 */
final class PlaceSearch {
    private static final long ALIGNMENT = 2L << 20;
    /** The space that Linux reserves for its image (KERNEL_IMAGE_SIZE). */
    private static final long LARGEST_IMAGE = 1L << 30;

    private static final int LONGEST_BANNER = 512;
    static final String BANNER = "Linux version ";

    private final PhysicalMemory memory;
    private final SymbolTable symbols;
    private final long tokenIndex;
    private final int count;
    private final List<PagingContext> captured;

    /** @param captured the address spaces that the processors were in; empty where no registers were captured */
    PlaceSearch(PhysicalMemory memory, Kallsyms kallsyms, List<PagingContext> captured) {
        this.memory = memory;
        this.symbols = kallsyms.symbols();
        this.tokenIndex = kallsyms.layout().tokenIndex();
        this.count = kallsyms.layout().count();
        this.captured = captured;
    }

    /** Places, best first; those for which nothing speaks but the symbols are left out. */
    List<KernelPlace> places() {
        Optional<Long> text = address("_text").or(() -> address("startup_64")).or(() -> address("_stext"));
        Optional<Long> end = address("_end").or(() -> address("__bss_stop")).or(() -> address("_einittext"));
        if (text.isEmpty() || end.isEmpty()) {
            return List.of();
        }
        long size = end.get() - text.get();
        if (size <= 0 || size > LARGEST_IMAGE) {
            return List.of();
        }
        List<KernelPlace> places = new ArrayList<>();
        for (long base = tokenIndex & -ALIGNMENT; base >= 0 && base + size > tokenIndex; base -= ALIGNMENT) {
            KernelPlace place = place(text.get(), base, size);
            if (place.evidence().stream().filter(Evidence::holds).count() > 1) {
                places.add(place);
            }
        }
        places.sort(Comparator.comparingInt(KernelPlace::score).reversed());
        return places;
    }

    private Optional<Long> address(String name) {
        return symbols.byName(name).map(Symbol::address);
    }

    private KernelPlace place(long text, long base, long size) {
        KernelPlace bare =
                new KernelPlace(text, base, size, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence(
                "symbols", Verdict.HOLDS, 3, "%d symbols decoded, token index at 0x%x".formatted(count, tokenIndex)));
        Optional<String> banner = banner(bare, evidence);
        physBase(bare, evidence);
        Optional<PagingContext> own = paging(bare, evidence);
        Optional<PagingContext> current = registers(bare, evidence);
        Optional<PagingContext> paging = own.or(() -> current);
        Optional<Long> pageOffset = pageOffset(bare, paging, evidence);
        return new KernelPlace(text, base, size, paging, pageOffset, banner, evidence);
    }

    private Optional<String> banner(KernelPlace bare, List<Evidence> evidence) {
        Optional<Long> symbol = address("linux_banner").filter(bare::contains);
        if (symbol.isEmpty()) {
            evidence.add(new Evidence("version banner", Verdict.UNKNOWN, 2, "there is no symbol linux_banner"));
            return Optional.empty();
        }
        long at = bare.physical(symbol.get());
        Observed<MemorySegment> bytes = memory.read(at, LONGEST_BANNER);
        if (!(bytes instanceof Observed.Known<MemorySegment>(MemorySegment segment))) {
            evidence.add(new Evidence("version banner", Verdict.UNKNOWN, 2, bytes.reason()));
            return Optional.empty();
        }
        String text = KernelMemory.text(segment, 0, LONGEST_BANNER).strip().replaceAll("\\p{Cntrl}", "?");
        boolean holds = text.startsWith(BANNER);
        evidence.add(new Evidence(
                "version banner",
                holds ? Verdict.HOLDS : Verdict.FAILS,
                2,
                holds
                        ? "linux_banner at 0x%x".formatted(at)
                        : "no banner at 0x%x, where linux_banner would be".formatted(at)));
        return holds ? Optional.of(text) : Optional.empty();
    }

    /** The kernel's own note of where it was loaded. */
    private void physBase(KernelPlace bare, List<Evidence> evidence) {
        long expected = bare.physicalBase() - (bare.virtualBase() - KallsymsReader.LOWEST_IMAGE);
        Observed<Long> value = variable(bare, "phys_base");
        evidence.add(new Evidence(
                "phys_base",
                !(value instanceof Observed.Known<Long>(Long found))
                        ? Verdict.UNKNOWN
                        : found == expected ? Verdict.HOLDS : Verdict.FAILS,
                1,
                value instanceof Observed.Known<Long>(Long found)
                        ? "the kernel's phys_base is 0x%x, this place makes it 0x%x".formatted(found, expected)
                        : value.reason()));
    }

    private Observed<Long> variable(KernelPlace bare, String name) {
        return address(name)
                .filter(bare::contains)
                .map(at -> memory.readLong(bare.physical(at)))
                .orElseGet(() -> new Observed.NotApplicable<>("there is no symbol " + name));
    }

    /** The kernel's own page tables must lead from its first byte to its first byte. */
    private Optional<PagingContext> paging(KernelPlace bare, List<Evidence> evidence) {
        Optional<Long> symbol =
                address("init_top_pgt").or(() -> address("init_level4_pgt")).filter(bare::contains);
        if (symbol.isEmpty()) {
            evidence.add(new Evidence("page tables", Verdict.UNKNOWN, 3, "there is no symbol init_top_pgt"));
            return Optional.empty();
        }
        long root = bare.physical(symbol.get());
        Observed<Translation> last = new Observed.NotApplicable<>("not walked");
        for (PagingMode mode : List.of(PagingMode.FOUR_LEVEL, PagingMode.FIVE_LEVEL)) {
            PagingContext context = new PagingContext(mode, root, true, true, PagingContext.WIDEST);
            last = new PageWalker(memory, context).translate(bare.virtualBase());
            if (leadsTo(last, bare.physicalBase())) {
                evidence.add(new Evidence(
                        "page tables",
                        Verdict.HOLDS,
                        3,
                        "init_top_pgt at 0x%x maps 0x%x to 0x%x (%s)"
                                .formatted(root, bare.virtualBase(), bare.physicalBase(), mode.title())));
                return Optional.of(context);
            }
        }
        boolean missing = last instanceof Observed.NotCaptured<Translation>;
        evidence.add(new Evidence(
                "page tables",
                missing ? Verdict.UNKNOWN : Verdict.FAILS,
                3,
                missing ? last.reason() : "the table at 0x%x does not map the image to this place".formatted(root)));
        return Optional.empty();
    }

    /** Where all physical memory is mapped: the image must be reachable there too. */
    private Optional<Long> pageOffset(KernelPlace bare, Optional<PagingContext> paging, List<Evidence> evidence) {
        Observed<Long> variable = variable(bare, "page_offset_base");
        if (paging.isEmpty()) {
            evidence.add(new Evidence("direct map", Verdict.UNKNOWN, 2, "the page tables were not found"));
            return variable.toOptional();
        }
        boolean five = paging.get().mode() == PagingMode.FIVE_LEVEL;
        long offset = variable.orElse(five ? KernelPlace.DEFAULT_PAGE_OFFSET_5 : KernelPlace.DEFAULT_PAGE_OFFSET);
        Observed<Translation> image = new PageWalker(memory, paging.get()).translate(offset + bare.physicalBase());
        if (leadsTo(image, bare.physicalBase())) {
            evidence.add(
                    new Evidence("direct map", Verdict.HOLDS, 2, "0x%x leads to physical address 0".formatted(offset)));
            return Optional.of(offset);
        }
        boolean known = variable.isKnown() && !(image instanceof Observed.NotCaptured);
        evidence.add(new Evidence(
                "direct map",
                known ? Verdict.FAILS : Verdict.UNKNOWN,
                2,
                variable.isKnown()
                        ? "page_offset_base 0x%x does not lead to physical address 0: %s"
                                .formatted(offset, image.reason())
                        : "page_offset_base is not known: " + variable.reason()));
        return variable.toOptional();
    }

    /** The processors' page tables at that moment map the image as well. With page-table isolation a process's own may not. */
    private Optional<PagingContext> registers(KernelPlace bare, List<Evidence> evidence) {
        for (PagingContext context : captured) {
            if (leadsTo(new PageWalker(memory, context).translate(bare.virtualBase()), bare.physicalBase())) {
                evidence.add(new Evidence(
                        "captured CR3",
                        Verdict.HOLDS,
                        1,
                        "CR3 0x%x maps the image to this place".formatted(context.cr3())));
                return Optional.of(context);
            }
        }
        if (!captured.isEmpty()) {
            evidence.add(new Evidence(
                    "captured CR3", Verdict.UNKNOWN, 1, "no captured CR3 maps the image's first byte to this place"));
        }
        return Optional.empty();
    }

    private static boolean leadsTo(Observed<Translation> translation, long physical) {
        return translation instanceof Observed.Known<Translation>(Translation found) && found.output() == physical;
    }
}
