package org.ringside.decoder.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Names of model-specific registers (SDM vol. 4, table 2-2, and what AMD, Hyper-V and KVM add). */
public final class ModelSpecificRegisters {
    private static final String TABLE = "msr-names.txt";
    private static final NavigableMap<Long, Range> RANGES = read();

    private record Range(long first, long last, String name) {}

    private ModelSpecificRegisters() {}

    /** The register's name, for example {@code "IA32_EFER"}; for an unknown one {@code "MSR 0x1234"}. */
    public static String name(int register) {
        return find(register).orElseGet(() -> "MSR 0x%x".formatted(register));
    }

    /** The register's name, if it has one here. */
    public static Optional<String> find(int register) {
        long number = Integer.toUnsignedLong(register);
        var entry = RANGES.floorEntry(number);
        if (entry == null || number > entry.getValue().last()) {
            return Optional.empty();
        }
        Range range = entry.getValue();
        return Optional.of(range.name().replace("+", Long.toString(number - range.first())));
    }

    private static NavigableMap<Long, Range> read() {
        NavigableMap<Long, Range> ranges = new TreeMap<>();
        try (InputStream in = ModelSpecificRegisters.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + TABLE + " is missing from the module");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(ModelSpecificRegisters::parse)
                    .forEach(range -> ranges.put(range.first(), range));
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
        return ranges;
    }

    private static Range parse(String line) {
        int blank = line.indexOf(' ');
        String numbers = line.substring(0, blank);
        int dash = numbers.indexOf('-');
        long first = Long.parseLong(dash < 0 ? numbers : numbers.substring(0, dash), 16);
        long last = dash < 0 ? first : Long.parseLong(numbers.substring(dash + 1), 16);
        return new Range(first, last, line.substring(blank + 1).strip());
    }
}
