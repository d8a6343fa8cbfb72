package org.ringside.decoder.symbol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/** Collects symbols, one by one or as lines of text, and sorts them by address. For one thread; good for one table. */
public final class SymbolTableBuilder {
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_NAME = 2048;
    private static final int MOST_SYMBOLS = 1 << 23;
    private static final int MOST_NAME_BYTES = 1 << 29;
    private static final int MOST_BAD_LINES_NAMED = 16;

    private long[] addresses = new long[1 << 10];
    private byte[] types = new byte[1 << 10];
    private short[] modules = new short[1 << 10];
    private int[] nameStarts = new int[1 << 10];
    private byte[] names = new byte[1 << 14];
    private int count;
    private int nameBytes;
    private final List<String> moduleNames = new ArrayList<>(List.of(""));
    private final Map<String, Short> moduleNumbers = new HashMap<>(Map.of("", (short) 0));
    private final List<Finding> findings = new ArrayList<>();
    private long lines;
    private long badLines;
    private boolean sorted;

    /** Without any symbol yet. */
    public SymbolTableBuilder() {}

    /**
     * Adds a symbol.
     *
     * @param address virtual address
     * @param type letter of nm(1), see {@link Symbol#type}
     * @param name holds the name's characters
     * @param from index of the first of them
     * @param length how many, 1 to 2048
     * @param module the kernel module that defines it; empty for the kernel itself
     * @return whether it was added; {@code false} if the name is too long or the table is full
     */
    public boolean add(long address, char type, byte[] name, int from, int length, String module) {
        return length >= 1 && length <= LONGEST_NAME && add(address, (byte) type, name, from, length, module);
    }

    /** The table of what was added. */
    public SymbolTable build() {
        return new SymbolTable(this);
    }

    void readLines(InputStream input) throws IOException {
        byte[] buffer = new byte[1 << 16];
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        for (int got = input.read(buffer); got >= 0; got = input.read(buffer)) {
            for (int i = 0; i < got; i++) {
                if (buffer[i] == '\n') {
                    line(line, length);
                    length = 0;
                } else if (length < LONGEST_LINE) {
                    line[length++] = buffer[i];
                }
            }
        }
        if (length > 0) {
            line(line, length);
        }
    }

    /** One line, of which the first {@code length} bytes of {@code text} count. */
    void line(byte[] text, int length) {
        lines++;
        int end = Math.min(length, text.length);
        while (end > 0 && isBlank(text[end - 1])) {
            end--;
        }
        if (end == 0) {
            return;
        }
        if (end >= LONGEST_LINE || !parse(text, end)) {
            bad(text, end);
        }
    }

    private boolean parse(byte[] text, int end) {
        int digits = 0;
        long address = 0;
        while (digits < end && digits < 17 && Character.digit(text[digits], 16) >= 0) {
            address = address << 4 | Character.digit(text[digits], 16);
            digits++;
        }
        int typeAt = skipBlanks(text, digits, end);
        if (digits == 0 || digits > 16 || typeAt == digits || typeAt >= end || !isType(text[typeAt])) {
            return false;
        }
        int nameAt = skipBlanks(text, typeAt + 1, end);
        int nameEnd = nameAt;
        while (nameEnd < end && !isBlank(text[nameEnd])) {
            nameEnd++;
        }
        if (nameAt == typeAt + 1 || nameEnd == nameAt || nameEnd - nameAt > LONGEST_NAME) {
            return false;
        }
        int moduleAt = skipBlanks(text, nameEnd, end);
        String module = "";
        if (moduleAt < end) {
            if (text[moduleAt] != '[' || text[end - 1] != ']' || end - moduleAt < 3) {
                return false;
            }
            module = new String(text, moduleAt + 1, end - moduleAt - 2, StandardCharsets.UTF_8);
        }
        return add(address, text[typeAt], text, nameAt, nameEnd - nameAt, module);
    }

    private boolean add(long address, byte type, byte[] text, int nameAt, int nameLength, String module) {
        if (count >= MOST_SYMBOLS || nameBytes + nameLength + 2 > MOST_NAME_BYTES) {
            return false;
        }
        short number = moduleNumber(module);
        if (number < 0) {
            return false;
        }
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, count * 2);
            types = Arrays.copyOf(types, count * 2);
            modules = Arrays.copyOf(modules, count * 2);
            nameStarts = Arrays.copyOf(nameStarts, count * 2);
        }
        while (nameBytes + nameLength + 2 > names.length) {
            names = Arrays.copyOf(names, names.length * 2);
        }
        names[nameBytes++] = (byte) nameLength;
        names[nameBytes++] = (byte) (nameLength >>> 8);
        addresses[count] = address;
        types[count] = type;
        modules[count] = number;
        nameStarts[count] = nameBytes;
        System.arraycopy(text, nameAt, names, nameBytes, nameLength);
        nameBytes += nameLength;
        count++;
        return true;
    }

    private short moduleNumber(String module) {
        Short known = moduleNumbers.get(module);
        if (known != null) {
            return known;
        }
        if (moduleNames.size() > Short.MAX_VALUE) {
            return -1;
        }
        short number = (short) moduleNames.size();
        moduleNames.add(module);
        moduleNumbers.put(module, number);
        return number;
    }

    private void bad(byte[] text, int end) {
        badLines++;
        if (badLines <= MOST_BAD_LINES_NAMED) {
            String shown = new String(text, 0, Math.min(end, 60), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
            findings.add(new Finding(
                    Severity.WARNING,
                    "symbol.bad-line",
                    "line %d is not \"address type name [module]\" and was skipped: %s".formatted(lines, shown),
                    Optional.empty(),
                    Optional.empty()));
        }
    }

    /** Sorts by address, the text's order kept among equal ones, and sums up what was odd. Idempotent. */
    private void sort() {
        if (sorted) {
            return;
        }
        sorted = true;
        if (badLines > MOST_BAD_LINES_NAMED) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "symbol.bad-lines",
                    "%d lines of %d were skipped in all".formatted(badLines, lines),
                    Optional.empty(),
                    Optional.empty()));
        }
        if (count > 1 && Arrays.stream(addresses, 0, count).allMatch(a -> a == 0)) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "symbol.addresses-hidden",
                    "all %d addresses are zero: the kernel hides them (kernel.kptr_restrict); read kallsyms as root, or with kptr_restrict=0"
                            .formatted(count),
                    Optional.empty(),
                    Optional.empty()));
            count = 0;
        }
        if (isSorted()) {
            addresses = Arrays.copyOf(addresses, count);
            types = Arrays.copyOf(types, count);
            modules = Arrays.copyOf(modules, count);
            nameStarts = Arrays.copyOf(nameStarts, count);
            names = Arrays.copyOf(names, nameBytes);
            return;
        }
        reorder();
    }

    private boolean isSorted() {
        for (int i = 1; i < count; i++) {
            if (Long.compareUnsigned(addresses[i - 1], addresses[i]) > 0) {
                return false;
            }
        }
        return true;
    }

    private void reorder() {
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> {
            int c = Long.compareUnsigned(addresses[a], addresses[b]);
            return c != 0 ? c : Integer.compare(a, b);
        });
        long[] newAddresses = new long[count];
        byte[] newTypes = new byte[count];
        short[] newModules = new short[count];
        int[] newStarts = new int[count];
        for (int i = 0; i < count; i++) {
            int from = order[i];
            newAddresses[i] = addresses[from];
            newTypes[i] = types[from];
            newModules[i] = modules[from];
            newStarts[i] = nameStarts[from];
        }
        addresses = newAddresses;
        types = newTypes;
        modules = newModules;
        nameStarts = newStarts;
        names = Arrays.copyOf(names, nameBytes);
    }

    long[] sortedAddresses() {
        sort();
        return addresses;
    }

    byte[] sortedTypes() {
        sort();
        return types;
    }

    short[] sortedModules() {
        sort();
        return modules;
    }

    int[] sortedNameStarts() {
        sort();
        return nameStarts;
    }

    byte[] names() {
        sort();
        return names;
    }

    List<String> moduleNames() {
        return List.copyOf(moduleNames);
    }

    List<Finding> findings() {
        sort();
        return List.copyOf(findings);
    }

    private static int skipBlanks(byte[] text, int from, int end) {
        int at = from;
        while (at < end && isBlank(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }

    private static boolean isType(byte character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || character == '?'
                || character == '-';
    }
}
