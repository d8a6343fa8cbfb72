package org.ringside.agent.kernel.image;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;

/**
 * Symbols found in an image beside those of a symbol file. A file made for another build of the kernel disagrees nearly everywhere; a file of the
 * same build that was not moved by KASLR disagrees by one distance, which is found and taken out.
 *
 * @param agreeing symbols with the same name, the same address and the same type
 * @param shift what was added to the file's addresses of the image, in bytes
 * @param disagreements names whose address or type differ, or that only one side has; the first ones by address
 * @param disagreeing how many of these there are
 */
public record SymbolComparison(int agreeing, long shift, List<Disagreement> disagreements, int disagreeing) {
    private static final int MOST_OF_A_KIND = 100;

    /** How two tables disagree on a name. */
    public enum Kind {
        /** Only the image has it. */
        ONLY_IN_IMAGE,
        /** Only the file has it. */
        ONLY_IN_FILE,
        /** Both have it, with another letter for its type. */
        OTHER_TYPE
    }

    /**
     * A symbol that only one side has at this address, or has differently.
     *
     * @param symbol as the image has it, or the file where only that does, with the file's address moved
     */
    public record Disagreement(Kind kind, Symbol symbol) {}

    public SymbolComparison {
        disagreements = List.copyOf(disagreements);
    }

    private record Key(long address, String name) {}

    /**
     * Compares the kernel's own symbols; those of modules are left out on both sides, as are per-CPU symbols' types, which some
     * kernels write as absolute.
     */
    public static SymbolComparison of(SymbolTable image, SymbolTable file) {
        long shift = shift(image, file);
        Map<Key, Deque<Symbol>> wanted = ofFile(file, shift);
        Listing listing = new Listing();
        int agreeing = 0;
        for (int i = 0; i < image.size(); i++) {
            Symbol symbol = image.symbol(i);
            if (!symbol.module().isEmpty()) {
                continue;
            }
            Deque<Symbol> same = wanted.get(new Key(symbol.address(), symbol.name()));
            Symbol other = same == null ? null : same.poll();
            if (other != null && (other.type() == symbol.type() || symbol.address() >= 0)) {
                agreeing++;
            } else {
                listing.add(other == null ? Kind.ONLY_IN_IMAGE : Kind.OTHER_TYPE, symbol);
            }
        }
        wanted.values().stream()
                .flatMap(Deque::stream)
                .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
                .forEach(symbol -> listing.add(Kind.ONLY_IN_FILE, symbol));
        return new SymbolComparison(agreeing, shift, listing.first, listing.count);
    }

    /** The file's symbols of the kernel itself, by where they ought to be; local names may come twice at one address. */
    private static Map<Key, Deque<Symbol>> ofFile(SymbolTable file, long shift) {
        Map<Key, Deque<Symbol>> wanted = HashMap.newHashMap(file.size());
        for (int i = 0; i < file.size(); i++) {
            Symbol symbol = file.symbol(i);
            if (symbol.module().isEmpty()) {
                long address = symbol.address() < 0 ? symbol.address() + shift : symbol.address();
                wanted.computeIfAbsent(new Key(address, symbol.name()), key -> new ArrayDeque<>(1))
                        .add(new Symbol(address, symbol.type(), symbol.name(), ""));
            }
        }
        return wanted;
    }

    /** The first ones of each kind, and how many there are in all. */
    private static final class Listing {
        private final List<Disagreement> first = new ArrayList<>();
        private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        private int count;

        void add(Kind kind, Symbol symbol) {
            count++;
            if (counts.merge(kind, 1, Integer::sum) <= MOST_OF_A_KIND) {
                first.add(new Disagreement(kind, symbol));
            }
        }
    }

    private static long shift(SymbolTable image, SymbolTable file) {
        return image.byName("_text")
                .flatMap(mine -> file.byName("_text").map(other -> mine.address() - other.address()))
                .orElse(0L);
    }
}
