package org.ringside.decoder.symbol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;

/**
 * The symbols of one kernel, sorted by address; immutable and safe for several threads. Addresses are virtual. Kept in arrays, about 50 bytes
 * a symbol, as a kernel has some hundred thousand.
 */
public final class SymbolTable {
    private static final int FUZZY_CUT = 10_000;
    private static final int CLASS_SHIFT = 20;
    private static final int SCATTERED = 3 << CLASS_SHIFT;
    private static final int ALIAS = 1 << 16;

    private static final List<String> GENERATED_ALIASES =
            List.of("__ia32_", "__pfx_", "__cfi_", "__do_sys_", "__se_sys_");

    private final long[] addresses;
    private final byte[] types;
    private final short[] modules;
    private final int[] nameStarts;
    private final byte[] names;
    private final List<String> moduleNames;
    private final int[] firstOfHash;
    private final int[] nextOfHash;
    private final List<Finding> findings;

    SymbolTable(SymbolTableBuilder builder) {
        this.addresses = builder.sortedAddresses();
        this.types = builder.sortedTypes();
        this.modules = builder.sortedModules();
        this.nameStarts = builder.sortedNameStarts();
        this.names = builder.names();
        this.moduleNames = builder.moduleNames();
        this.findings = builder.findings();
        this.firstOfHash = new int[Integer.highestOneBit(Math.max(1, addresses.length)) << 1];
        this.nextOfHash = new int[addresses.length];
        hashNames();
    }

    /** No symbols. */
    public static SymbolTable empty() {
        return new SymbolTable(new SymbolTableBuilder());
    }

    /**
     * Reads System.map or kallsyms text: lines of {@code address type name}, in kallsyms followed by {@code [module]}. Lines that are
     * not of this form are skipped and become findings.
     *
     * @throws IOException if the file cannot be read
     */
    public static SymbolTable read(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return read(input);
        }
    }

    /** {@link #read(Path)} of a stream, which stays open. */
    public static SymbolTable read(InputStream input) throws IOException {
        SymbolTableBuilder builder = new SymbolTableBuilder();
        builder.readLines(input);
        return new SymbolTable(builder);
    }

    /** {@link #read(Path)} of text. */
    public static SymbolTable parse(String text) {
        SymbolTableBuilder builder = new SymbolTableBuilder();
        text.lines()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .forEach(line -> builder.line(line, line.length));
        return new SymbolTable(builder);
    }

    public int size() {
        return addresses.length;
    }

    /** What was odd about the text: lines skipped, addresses hidden by the kernel. */
    public List<Finding> findings() {
        return findings;
    }

    /**
     * The symbol of rank {@code index} by address.
     *
     * @throws IndexOutOfBoundsException if {@code index} is outside 0..{@link #size()}-1
     */
    public Symbol symbol(int index) {
        return new Symbol(addresses[index], (char) types[index], name(index), moduleNames.get(modules[index]));
    }

    /**
     * The nearest symbol at or below {@code address}; of several at one address a global one rather than a local one,
     * and neither an alias that Linux generates ({@code __ia32_sys_…}). Empty if all lie above.
     */
    public Optional<SymbolPlace> nearest(long address) {
        int last = lastAtOrBelow(address);
        if (last < 0) {
            return Optional.empty();
        }
        long found = addresses[last];
        long span = last + 1 < addresses.length ? addresses[last + 1] - found : Long.MAX_VALUE;
        return Optional.of(new SymbolPlace(symbol(preferred(last)), address - found, span));
    }

    /** {@link #nearest(long)}, unless it is more than {@code bound} bytes below: far away a name misleads. */
    public Optional<SymbolPlace> nearest(long address, long bound) {
        return nearest(address).filter(place -> Long.compareUnsigned(place.offset(), bound) <= 0);
    }

    /** The symbols whose address lies in {@code start} (inclusive) to {@code end} (exclusive), at most {@code limit}, by address. */
    public List<Symbol> between(long start, long end, int limit) {
        List<Symbol> found = new ArrayList<>();
        for (int i = start == 0 ? 0 : lastAtOrBelow(start - 1) + 1;
                i < addresses.length && found.size() < limit && Long.compareUnsigned(addresses[i], end) < 0;
                i++) {
            found.add(symbol(i));
        }
        return found;
    }

    /** The symbol called exactly {@code name}; of several the one at the lowest address. */
    public Optional<Symbol> byName(String name) {
        List<Symbol> all = allByName(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** All symbols called exactly {@code name}, by address: names of local symbols repeat. */
    public List<Symbol> allByName(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        List<Symbol> found = new ArrayList<>();
        for (int i = firstOfHash[hash(wanted, 0, wanted.length)]; i >= 0; i = nextOfHash[i]) {
            if (hasName(i, wanted)) {
                found.add(symbol(i));
            }
        }
        return found;
    }

    /**
     * Symbols for a palette: those whose name contains the characters of {@code query} in order, case ignored; best first (equal, then
     * prefix, then substring, then scattered; shorter before longer).
     *
     * @param limit how many at most
     */
    public List<Symbol> search(String query, int limit) {
        byte[] wanted = query.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        if (wanted.length == 0 || limit <= 0) {
            return List.of();
        }
        record Hit(int index, int score) {}
        List<Hit> hits = new ArrayList<>();
        int scattered = 0;
        for (int i = 0; i < addresses.length; i++) {
            int score = score(i, wanted);
            if (score < 0 || (score >= SCATTERED && ++scattered > FUZZY_CUT)) {
                continue;
            }
            hits.add(new Hit(i, score));
        }
        hits.sort(Comparator.comparingInt(Hit::score).thenComparingInt(Hit::index));
        return hits.stream().limit(limit).map(hit -> symbol(hit.index())).toList();
    }

    /** Lower is better, −1 for no match: the class of match, then whether it is a generated alias, then the length. */
    private int score(int index, byte[] wanted) {
        int start = nameStarts[index];
        int length = nameLength(index);
        int tail = Math.min(length, 0xffff);
        int matched = 0;
        for (int i = 0; i < length && matched < wanted.length; i++) {
            if (lower(names[start + i]) == wanted[matched]) {
                matched++;
            }
        }
        if (matched < wanted.length) {
            return -1;
        }
        for (int at = 0; at + wanted.length <= length; at++) {
            int same = 0;
            while (same < wanted.length && lower(names[start + at + same]) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                int rank = at > 0 ? 2 : length == wanted.length ? 0 : 1;
                return rank << CLASS_SHIFT | alias(index) | tail;
            }
        }
        return SCATTERED | alias(index) | tail;
    }

    private int lastAtOrBelow(long address) {
        int low = 0;
        int high = addresses.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** Of the symbols at the address of {@code last}: the first with the best rank. */
    private int preferred(int last) {
        int first = last;
        while (first > 0 && addresses[first - 1] == addresses[last]) {
            first--;
        }
        int best = first;
        for (int i = first + 1; i <= last; i++) {
            if (rank(i) < rank(best)) {
                best = i;
            }
        }
        return best;
    }

    /** Global names say more than local ones, both more than the aliases that Linux generates and than absolute numbers. */
    private int rank(int index) {
        String name = name(index);
        int rank = types[index] >= 'A' && types[index] <= 'Z' ? 0 : 1;
        return types[index] == 'A' || isAlias(name) ? rank + 2 : rank;
    }

    private int alias(int index) {
        return isAlias(name(index)) ? ALIAS : 0;
    }

    private static boolean isAlias(String name) {
        return GENERATED_ALIASES.stream().anyMatch(name::startsWith);
    }

    private String name(int index) {
        return new String(names, nameStarts[index], nameLength(index), StandardCharsets.UTF_8);
    }

    /** A name is stored after the two bytes of its length, low byte first. */
    private int nameLength(int index) {
        int at = nameStarts[index] - 2;
        return (names[at] & 0xff) | (names[at + 1] & 0xff) << 8;
    }

    private boolean hasName(int index, byte[] wanted) {
        int start = nameStarts[index];
        return Arrays.equals(names, start, start + nameLength(index), wanted, 0, wanted.length);
    }

    /**
     * Chains of symbols whose names have the same hash, each in the order of the addresses. Sorting some hundred thousand names takes longer
     * than all else of reading them.
     */
    private void hashNames() {
        Arrays.fill(firstOfHash, -1);
        for (int i = addresses.length - 1; i >= 0; i--) {
            int hash = hash(names, nameStarts[i], nameLength(i));
            nextOfHash[i] = firstOfHash[hash];
            firstOfHash[hash] = i;
        }
    }

    private int hash(byte[] text, int start, int length) {
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + text[i];
        }
        return (hash ^ hash >>> 16) & (firstOfHash.length - 1);
    }

    private static byte lower(byte character) {
        return character >= 'A' && character <= 'Z' ? (byte) (character + 32) : character;
    }
}
