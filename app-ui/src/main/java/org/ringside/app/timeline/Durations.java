package org.ringside.app.timeline;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Lengths of time in words. */
public final class Durations {
    static final long MICROSECOND = 1_000;
    static final long MILLISECOND = 1_000_000;
    static final long SECOND = 1_000_000_000;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;

    private Durations() {}

    /**
     * Short, at most two units or four digits: {@code "850 ns"}, {@code "1.25 ms"}, {@code "3 min 20 s"}, {@code "2 d 4 h"}.
     *
     * @param nanoseconds of either sign
     */
    public static String text(long nanoseconds) {
        if (nanoseconds < 0) {
            return "−" + text(nanoseconds == Long.MIN_VALUE ? Long.MAX_VALUE : -nanoseconds);
        }
        if (nanoseconds < MICROSECOND) {
            return nanoseconds + " ns";
        }
        if (nanoseconds < MINUTE) {
            return nanoseconds < MILLISECOND
                    ? decimal(nanoseconds, MICROSECOND, "µs")
                    : nanoseconds < SECOND
                            ? decimal(nanoseconds, MILLISECOND, "ms")
                            : decimal(nanoseconds, SECOND, "s");
        }
        if (nanoseconds < HOUR) {
            return two(nanoseconds, MINUTE, "min", SECOND, "s");
        }
        if (nanoseconds < DAY) {
            return two(nanoseconds, HOUR, "h", MINUTE, "min");
        }
        return two(nanoseconds, DAY, "d", HOUR, "h");
    }

    /** To the nanosecond, for example {@code "3 min 20.000000125 s"}; for what is to be copied. */
    public static String exact(long nanoseconds) {
        if (nanoseconds < 0) {
            return "−" + exact(nanoseconds == Long.MIN_VALUE ? Long.MAX_VALUE : -nanoseconds);
        }
        StringBuilder text = new StringBuilder();
        long rest = nanoseconds;
        for (Unit unit : Unit.values()) {
            if (nanoseconds >= unit.length) {
                text.append(rest / unit.length).append(' ').append(unit.symbol).append(' ');
                rest %= unit.length;
            }
        }
        return text.append(plain(BigDecimal.valueOf(rest, 9))).append(" s").toString();
    }

    private enum Unit {
        DAYS(DAY, "d"),
        HOURS(HOUR, "h"),
        MINUTES(MINUTE, "min");

        private final long length;
        private final String symbol;

        Unit(long length, String symbol) {
            this.length = length;
            this.symbol = symbol;
        }
    }

    private static String decimal(long nanoseconds, long unit, String symbol) {
        long whole = nanoseconds / unit;
        int digits = whole >= 100 ? 1 : whole >= 10 ? 2 : 3;
        BigDecimal value =
                BigDecimal.valueOf(nanoseconds).divide(BigDecimal.valueOf(unit), digits, RoundingMode.HALF_EVEN);
        return plain(value) + " " + symbol;
    }

    private static String two(long nanoseconds, long large, String largeName, long small, String smallName) {
        long first = nanoseconds / large;
        long second = nanoseconds % large / small;
        return second == 0 ? first + " " + largeName : first + " " + largeName + " " + second + " " + smallName;
    }

    static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
