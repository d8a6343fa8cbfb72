package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.ringside.agent.integrity.ByteChange;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "What differs between two snapshots: pages, what the kernel uses each for, the bytes. Exit status 1 if something does.",
            "Uses are read from the page tables of A and of B; they are not known where registers were not captured."
        })
final class DiffCommand extends TraceCommand {
    private static final long MOST_PAGES = 10_000;
    private static final long MOST_PAGES_WITH_BYTES = 1_000;
    private static final long MOST_PAGES_COUNTED = 1 << 20;
    private static final int MOST_BYTES_SHOWN = 32;

    @Parameters(index = "1", paramLabel = "A", description = "The earlier snapshot: name or number.")
    private String before = "";

    @Parameters(index = "2", paramLabel = "B", description = "The later snapshot: name or number.")
    private String after = "";

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    @Option(names = "--bytes", description = "Also the bytes before and after.")
    private boolean bytes;

    @Option(names = "--protected", description = "Only pages that the page tables of A protect from writing.")
    private boolean onlyProtected;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Pages listed at most. Default: 10000, with --bytes 1000.")
    private Optional<Long> limit = Optional.empty();

    DiffCommand(Console console) {
        super(console);
    }

    /** What one command compares. */
    private record Comparison(
            SnapshotInfo before,
            SnapshotInfo after,
            PhysicalMemory memoryBefore,
            PhysicalMemory memoryAfter,
            Observed<KernelMappings> mappingsBefore,
            Observed<KernelMappings> mappingsAfter,
            SymbolTable symbols) {}

    private record Change(long physical, Optional<Long> virtual, Optional<String> symbol, ByteChange bytes) {}

    /**
     * A page of the answer.
     *
     * @param useBefore empty if the page tables of that moment are not known
     * @param useAfter empty if the page tables of that moment are not known
     */
    private record Page(
            long address,
            PageRun.Change change,
            Optional<KernelMappings.Use> useBefore,
            Optional<KernelMappings.Use> useAfter,
            List<Mapping> mappings,
            List<Change> changes) {}

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo earlier = snapshot(trace, before);
        SnapshotInfo later = snapshot(trace, after);
        SnapshotDiff diff = trace.diff(earlier.id(), later.id());
        PhysicalMemory memoryBefore = trace.memory(earlier.id());
        PhysicalMemory memoryAfter = trace.memory(later.id());
        Comparison comparison = new Comparison(
                earlier,
                later,
                memoryBefore,
                memoryAfter,
                KernelMappings.of(memoryBefore, trace.state(earlier.id()), () -> false),
                KernelMappings.of(memoryAfter, trace.state(later.id()), () -> false),
                symbols.load(trace.path()).orElseGet(SymbolTable::empty));
        if (onlyProtected && !comparison.mappingsBefore().isKnown()) {
            throw new CommandFailure(
                    "--protected: which pages are protected is not known: %s; import %s with --registers"
                            .formatted(comparison.mappingsBefore().reason(), earlier.name()));
        }
        long most = limit.orElse(bytes ? MOST_PAGES_WITH_BYTES : MOST_PAGES);
        List<Page> pages = pages(comparison, diff, most + 1);
        boolean cut = pages.size() > most;
        List<Page> listed = cut ? pages.subList(0, (int) most) : pages;
        if (wantsJson()) {
            write(json(trace, comparison, diff, listed, cut));
        } else {
            print(comparison, diff, listed, cut);
        }
        boolean found = onlyProtected ? !pages.isEmpty() : !diff.runs().isEmpty();
        return found ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    private List<Page> pages(Comparison comparison, SnapshotDiff diff, long most) {
        List<Page> pages = new ArrayList<>();
        for (PageRun run : diff.runs()) {
            for (long i = 0; i < run.pages() && pages.size() < most; i++) {
                page(comparison, run.address() + i * PhysicalMemory.PAGE_SIZE, run.change())
                        .ifPresent(pages::add);
            }
        }
        return pages;
    }

    private Optional<Page> page(Comparison comparison, long address, PageRun.Change change) {
        Optional<KernelMappings.Use> useBefore = use(comparison.mappingsBefore(), address);
        Optional<KernelMappings.Use> useAfter = use(comparison.mappingsAfter(), address);
        if (onlyProtected && !useBefore.map(KernelMappings.Use::isProtected).orElse(false)) {
            return Optional.empty();
        }
        List<Mapping> mappings = mappings(comparison.mappingsAfter(), address);
        if (mappings.isEmpty()) {
            mappings = mappings(comparison.mappingsBefore(), address);
        }
        List<Change> changes = change == PageRun.Change.CHANGED
                        && (bytes || comparison.symbols().size() > 0)
                ? changes(comparison, address, mappings)
                : List.of();
        return Optional.of(new Page(address, change, useBefore, useAfter, mappings, changes));
    }

    private static Optional<KernelMappings.Use> use(Observed<KernelMappings> mappings, long page) {
        return mappings.toOptional().map(known -> known.use(page));
    }

    private static List<Mapping> mappings(Observed<KernelMappings> mappings, long page) {
        return mappings.toOptional().map(known -> known.mappingsOf(page)).orElseGet(List::of);
    }

    private static List<Change> changes(Comparison comparison, long page, List<Mapping> mappings) {
        if (!(comparison.memoryBefore().page(page) instanceof Observed.Known<MemorySegment>(MemorySegment old))
                || !(comparison.memoryAfter().page(page) instanceof Observed.Known<MemorySegment>(MemorySegment now))) {
            return List.of();
        }
        return ByteChange.between(old, now, ByteChange.DEFAULT_GAP).stream()
                .map(change -> new Change(
                        page + change.offset(),
                        mappings.stream().findFirst().map(mapping -> mapping.address() + change.offset()),
                        symbol(comparison.symbols(), mappings, change.offset()),
                        change))
                .toList();
    }

    /** The name at the first of the page's addresses that has one; a function's name does not reach into pages of data behind it. */
    private static Optional<String> symbol(SymbolTable symbols, List<Mapping> mappings, int offset) {
        return mappings.stream()
                .flatMap(mapping -> symbols.nearest(mapping.address() + offset, SymbolsOption.FARTHEST).stream()
                        .filter(place ->
                                mapping.rights().execute() || !place.symbol().isText()))
                .findFirst()
                .map(SymbolPlace::toString);
    }

    private ObjectNode json(Trace trace, Comparison comparison, SnapshotDiff diff, List<Page> pages, boolean cut) {
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("before", Json.reference(comparison.before()));
        json.set("after", Json.reference(comparison.after()));
        json.put("changedPages", diff.pages(PageRun.Change.CHANGED))
                .put("appearedPages", diff.pages(PageRun.Change.APPEARED))
                .put("vanishedPages", diff.pages(PageRun.Change.VANISHED));
        json.set(
                "runs",
                Json.array(
                        diff.runs(),
                        run -> Json.object()
                                .put("address", Json.hex(run.address()))
                                .put("pages", run.pages())
                                .put("change", word(run.change()))));
        json.set("pages", Json.array(pages, this::json));
        return json.put("pagesCut", cut);
    }

    private ObjectNode json(Page page) {
        ObjectNode json = Json.object().put("address", Json.hex(page.address())).put("change", word(page.change()));
        page.useBefore().ifPresent(use -> json.put("useBefore", word(use)));
        page.useAfter().ifPresent(use -> json.put("useAfter", word(use)));
        json.set(
                "virtual",
                Json.strings(page.mappings().stream()
                        .map(mapping -> Json.hex(mapping.address()))
                        .toList()));
        json.set("changes", Json.array(page.changes(), this::json));
        return json;
    }

    private ObjectNode json(Change change) {
        ObjectNode json = Json.object()
                .put("address", Json.hex(change.physical()))
                .put("length", change.bytes().length());
        change.virtual().ifPresent(address -> json.put("virtual", Json.hex(address)));
        change.symbol().ifPresent(name -> json.put("symbol", name));
        if (bytes) {
            json.put("before", change.bytes().before().toString())
                    .put("after", change.bytes().after().toString());
        }
        return json;
    }

    private void print(Comparison comparison, SnapshotDiff diff, List<Page> pages, boolean cut) {
        line(
                "%s -> %s: %,d pages changed, %,d appeared, %,d vanished",
                comparison.before().name(),
                comparison.after().name(),
                diff.pages(PageRun.Change.CHANGED),
                diff.pages(PageRun.Change.APPEARED),
                diff.pages(PageRun.Change.VANISHED));
        if (!onlyProtected) {
            printProtected(comparison, diff);
        }
        for (Page page : pages) {
            String virtual = page.mappings().stream()
                    .findFirst()
                    .map(mapping -> "virtual " + Json.hex(mapping.address()))
                    .orElse("");
            line("%-12s %-9s %-24s %s", Json.hex(page.address()), word(page.change()), uses(page), virtual);
            page.changes().forEach(this::print);
        }
        if (cut) {
            line("… and more: raise --limit");
        }
        printUnknown(comparison.before(), comparison.mappingsBefore());
        printUnknown(comparison.after(), comparison.mappingsAfter());
    }

    /** Of hundreds of pages that changed, a few were not to change at all. */
    private void printProtected(Comparison comparison, SnapshotDiff diff) {
        long guarded = comparison
                .mappingsBefore()
                .map(mappings -> changedPages(diff)
                        .limit(MOST_PAGES_COUNTED)
                        .filter(page -> mappings.use(page).isProtected())
                        .count())
                .orElse(0L);
        if (guarded > 0) {
            line("%,d of them were protected from writing: --protected lists only those", guarded);
        }
    }

    private static LongStream changedPages(SnapshotDiff diff) {
        return diff.runs().stream()
                .filter(run -> run.change() == PageRun.Change.CHANGED)
                .flatMapToLong(run ->
                        LongStream.range(0, run.pages()).map(page -> run.address() + page * PhysicalMemory.PAGE_SIZE));
    }

    private void printUnknown(SnapshotInfo snapshot, Observed<KernelMappings> mappings) {
        if (!mappings.isKnown()) {
            line("what %s used the pages for is not known: %s", snapshot.name(), mappings.reason());
        }
    }

    private static String uses(Page page) {
        String earlier = page.useBefore().map(DiffCommand::word).orElse("?");
        String later = page.useAfter().map(DiffCommand::word).orElse("?");
        return earlier.equals(later) ? earlier : earlier + " -> " + later;
    }

    private void print(Change change) {
        String name = change.symbol().map(symbol -> "  " + symbol).orElse("");
        if (bytes) {
            line(
                    "  %-12s %,d bytes%s",
                    Json.hex(change.physical()), change.bytes().length(), name);
            line("    before %s", shown(change.bytes().before().toString()));
            line("    after  %s", shown(change.bytes().after().toString()));
        } else if (change.symbol().isPresent()) {
            line(
                    "  %-12s %,d bytes%s",
                    Json.hex(change.physical()), change.bytes().length(), name);
        }
    }

    private static String shown(String hexadecimal) {
        return hexadecimal.length() <= 2 * MOST_BYTES_SHOWN
                ? hexadecimal
                : hexadecimal.substring(0, 2 * MOST_BYTES_SHOWN) + "… (all with --json)";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
