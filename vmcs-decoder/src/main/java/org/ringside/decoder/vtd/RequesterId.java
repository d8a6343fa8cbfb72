package org.ringside.decoder.vtd;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who makes a DMA request: the PCI function.
 *
 * @param value bus (15:8), device (7:3), function (2:0)
 */
public record RequesterId(int value) implements Comparable<RequesterId> {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{1,2}):([0-9a-f]{1,2})\\.([0-7])");

    public RequesterId {
        if (value >>> 16 != 0) {
            throw new IllegalArgumentException("a requester id has 16 bits, not 0x%x".formatted(value));
        }
    }

    public static RequesterId of(int bus, int device, int function) {
        return new RequesterId((bus & 0xff) << 8 | (device & 0x1f) << 3 | (function & 7));
    }

    /** Reads {@code "00:1f.2"}; empty if {@code text} is not of that form. */
    public static Optional<RequesterId> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches() || Integer.parseInt(matcher.group(2), 16) > 0x1f) {
            return Optional.empty();
        }
        return Optional.of(of(
                Integer.parseInt(matcher.group(1), 16),
                Integer.parseInt(matcher.group(2), 16),
                Integer.parseInt(matcher.group(3))));
    }

    public int bus() {
        return value >>> 8;
    }

    public int device() {
        return value >>> 3 & 0x1f;
    }

    public int function() {
        return value & 7;
    }

    @Override
    public int compareTo(RequesterId other) {
        return Integer.compare(value, other.value);
    }

    /** As lspci(8) writes it, for example {@code "00:1f.2"}. */
    @Override
    public String toString() {
        return "%02x:%02x.%x".formatted(bus(), device(), function());
    }
}
