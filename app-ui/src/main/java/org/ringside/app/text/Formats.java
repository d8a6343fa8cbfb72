package org.ringside.app.text;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.ringside.trace.TraceTime;

/** Numbers for people. */
public final class Formats {
    private static final String[] BINARY_UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Formats() {}

    /** For example {@code "0x10be3a0"}. */
    public static String address(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** For example {@code "256 MiB"} or {@code "1.5 GiB"}. */
    public static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BINARY_UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String number = value == Math.rint(value) || unit == 0
                ? "%,.0f".formatted(value)
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
        return number + " " + (bytes == 1 ? "byte" : BINARY_UNITS[unit]);
    }

    /** Date and time of day with milliseconds, in UTC. */
    public static String dateTime(TraceTime time) {
        return DATE_TIME.format(time.toInstant()) + " UTC";
    }

    /** Time of day with milliseconds, in UTC, for lists where the date stands elsewhere. */
    public static String timeOfDay(TraceTime time) {
        return TIME.format(time.toInstant());
    }

    /** About how long, for example {@code "3 s"} or {@code "2 min 10 s"}. */
    public static String about(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
}
