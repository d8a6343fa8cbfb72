package org.ringside.app.diff;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.trace.snapshot.PageRun;

/**
 * Which runs are shown.
 *
 * @param text what a person typed, in lower case: an address that the run contains, part of one, of a symbol, or of what it is; empty for all
 * @param kinds kinds of memory that are shown
 */
public record DiffFilter(String text, Set<MemoryKind> kinds) {
    /** Lets everything pass. */
    public static final DiffFilter ALL = new DiffFilter("", Set.of(MemoryKind.values()));

    public DiffFilter {
        text = text.strip().toLowerCase(Locale.ROOT);
        kinds = Set.copyOf(kinds);
    }

    /** Whether something is left out. */
    public boolean isActive() {
        return !text.isEmpty() || kinds.size() < MemoryKind.values().length;
    }

    /**
     * Whether a run is shown.
     *
     * @param virtual the kernel's address of its first byte, if known
     * @param symbols names of what changed in it; asked only if nothing else decides
     */
    public boolean accepts(ChangedRun run, Optional<Long> virtual, Supplier<List<SymbolPlace>> symbols) {
        if (!kinds.contains(run.kind())) {
            return false;
        }
        return text.isEmpty()
                || containsAddress(run, virtual)
                || "0x%x".formatted(run.address()).contains(text)
                || virtual.map(address -> "0x%x".formatted(address).contains(text))
                        .orElse(false)
                || run.kind().title().toLowerCase(Locale.ROOT).contains(text)
                || name(run.change()).contains(text)
                || symbols.get().stream()
                        .anyMatch(place ->
                                place.toString().toLowerCase(Locale.ROOT).contains(text));
    }

    static String name(PageRun.Change change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    private boolean containsAddress(ChangedRun run, Optional<Long> virtual) {
        if (!text.startsWith("0x")) {
            return false;
        }
        try {
            long address = Long.parseUnsignedLong(text.substring(2), 16);
            return run.range().contains(address)
                    || virtual.map(start -> Long.compareUnsigned(
                                            address - start, run.range().length())
                                    < 0)
                            .orElse(false);
        } catch (NumberFormatException notAnAddress) {
            return false;
        }
    }
}
