package org.ringside.app.timeline;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Where the marks of a time axis are and what they are called, from nanoseconds to centuries. */
public final class TimeAxis {
    private static final long[] STEPS = steps();

    /** Months between marks where days are too many. */
    private static final int[] MONTHS = {1, 3, 6, 12, 24, 60, 120, 300, 600, 1200};

    private static final double DAYS_PER_MONTH = 30.5;
    private static final int MOST_TICKS = 1000;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter TO_MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter TO_SECOND = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private TimeAxis() {}

    /**
     * A mark on the axis.
     *
     * @param time nanoseconds since 1970
     * @param x pixels from the left
     * @param label what is written beside it
     */
    public record Tick(long time, double x, String label) {}

    /**
     * A ready axis.
     *
     * @param context what the labels leave out: the date, or the moment that they count from
     * @param ticks from left to right
     * @param minor marks without a label, in pixels from the left
     */
    public record Axis(String context, List<Tick> ticks, List<Double> minor) {}

    /**
     * Marks in UTC, on round times of the calendar.
     *
     * @param width pixels
     * @param spacing pixels from one label to the next, at least
     */
    public static Axis absolute(TimeViewport viewport, double width, double spacing) {
        double least = viewport.nanosecondsPerPixel() * spacing;
        if (least > STEPS[STEPS.length - 1]) {
            return months(viewport, width, least);
        }
        long step = stepAtLeast(least);
        long middle = viewport.time(width / 2);
        List<Tick> ticks = new ArrayList<>();
        for (long time : multiples(viewport, width, step, 0)) {
            ticks.add(new Tick(time, viewport.x(time), absoluteLabel(time, step, middle)));
        }
        String context = step >= Durations.DAY
                ? "UTC"
                : step >= Durations.SECOND
                        ? utc(middle).format(DATE) + " UTC"
                        : utc(middle).format(DATE) + " " + utc(middle).format(TO_SECOND) + " UTC";
        return new Axis(context, ticks, minor(viewport, width, step, 0));
    }

    /**
     * Marks counted from a moment.
     *
     * @param origin the moment that is 0
     */
    public static Axis relative(TimeViewport viewport, double width, double spacing, long origin) {
        double least = viewport.nanosecondsPerPixel() * spacing;
        long step = least > STEPS[STEPS.length - 1]
                ? (long) Math.min(0x1p62, Math.ceil(least / Durations.DAY) * Durations.DAY)
                : stepAtLeast(least);
        List<Tick> ticks = new ArrayList<>();
        for (long time : multiples(viewport, width, step, origin)) {
            ticks.add(new Tick(time, viewport.x(time), relativeLabel(time - origin, step)));
        }
        return new Axis(
                "from " + new org.ringside.trace.TraceTime(origin), ticks, minor(viewport, width, step, origin));
    }

    /** A moment as the axis writes it, to the nanosecond. */
    public static String moment(long time, OptionalLong origin) {
        if (origin.isPresent()) {
            long distance = time - origin.getAsLong();
            return (distance < 0 ? "" : "+") + Durations.exact(distance);
        }
        ZonedDateTime utc = utc(time);
        int nano = utc.getNano();
        return utc.format(DATE) + " " + utc.format(TO_SECOND) + (nano == 0 ? "" : fraction(nano)) + " UTC";
    }

    private static String fraction(int nano) {
        return Durations.plain(BigDecimal.valueOf(nano, 9)).substring(1);
    }

    private static Axis months(TimeViewport viewport, double width, double least) {
        double wanted = least / Durations.DAY / DAYS_PER_MONTH;
        int step = MONTHS[MONTHS.length - 1];
        for (int months : MONTHS) {
            if (months >= wanted) {
                step = months;
                break;
            }
        }
        LocalDate first = utc(viewport.time(0)).toLocalDate();
        int month = Math.floorDiv(first.getYear() * 12 + first.getMonthValue() - 1, step) * step;
        long last = viewport.time(width);
        List<Tick> ticks = new ArrayList<>();
        for (int count = 0; count < MOST_TICKS; count++, month += step) {
            LocalDate date = LocalDate.of(Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1);
            long second = date.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
            if (second > Math.floorDiv(last, Durations.SECOND)) {
                break;
            }
            if (second > Long.MIN_VALUE / Durations.SECOND) {
                long time = second * Durations.SECOND;
                String label = step % 12 == 0 ? Integer.toString(date.getYear()) : "%tY-%<tm".formatted(date);
                ticks.add(new Tick(time, viewport.x(time), label));
            }
        }
        return new Axis("UTC", ticks, List.of());
    }

    private static String absoluteLabel(long time, long step, long middle) {
        ZonedDateTime utc = utc(time);
        if (step >= Durations.DAY) {
            return utc.format(DATE);
        }
        if (step >= Durations.MINUTE) {
            // Midnight is where the date changes: the one label that says so.
            return utc.toLocalTime().toNanoOfDay() == 0 ? utc.format(DATE) : utc.format(TO_MINUTE);
        }
        if (step >= Durations.SECOND) {
            return utc.format(TO_SECOND);
        }
        if (step >= Durations.MILLISECOND) {
            int digits =
                    step % (100 * Durations.MILLISECOND) == 0 ? 1 : step % (10 * Durations.MILLISECOND) == 0 ? 2 : 3;
            return utc.format(TO_SECOND) + "%.9f".formatted(utc.getNano() / 1e9).substring(1, 2 + digits);
        }
        // Below a millisecond the second is in the context: count inside the second of the middle of the screen.
        long second = Math.floorDiv(middle, Durations.SECOND) * Durations.SECOND;
        return relativeLabel(time - second, step);
    }

    private static String relativeLabel(long distance, long step) {
        String sign = distance < 0 ? "−" : "+";
        long length = Math.abs(distance);
        if (step >= Durations.SECOND) {
            return sign + Durations.text(length);
        }
        long unit = step >= Durations.MILLISECOND
                ? Durations.MILLISECOND
                : step >= Durations.MICROSECOND ? Durations.MICROSECOND : 1;
        String symbol = unit == 1 ? " ns" : unit == Durations.MICROSECOND ? " µs" : " ms";
        if (length < unit * 1000) {
            return sign + length / unit + symbol;
        }
        return sign + grouped(length / unit) + symbol;
    }

    /** Thin spaces between groups of three, as SI writes numbers. */
    private static String grouped(long value) {
        return "%,d".formatted(value).replace(',', '\u2009');
    }

    private static long[] multiples(TimeViewport viewport, double width, long step, long origin) {
        // Within a quarter of all time from the origin nothing below can overflow; no screen shows round marks beyond.
        long reach = Long.MAX_VALUE / 2;
        long from = Math.max(viewport.time(0), origin < Long.MIN_VALUE + reach ? Long.MIN_VALUE : origin - reach);
        long until = Math.min(viewport.time(width), origin > Long.MAX_VALUE - reach ? Long.MAX_VALUE : origin + reach);
        if (until < from) {
            return new long[0];
        }
        long skipped = Math.ceilDiv(from - origin, step);
        long most = Math.floorDiv(until - origin, step);
        if (most < skipped) {
            return new long[0];
        }
        return LongStream.rangeClosed(skipped, Math.min(most, skipped + MOST_TICKS - 1))
                .map(i -> origin + i * step)
                .toArray();
    }

    private static List<Double> minor(TimeViewport viewport, double width, long step, long origin) {
        long part = step % 5 == 0 ? step / 5 : step % 4 == 0 ? step / 4 : step % 2 == 0 ? step / 2 : step;
        if (part == step || part < 1) {
            return List.of();
        }
        List<Double> marks = new ArrayList<>();
        for (long time : multiples(viewport, width, part, origin)) {
            marks.add(viewport.x(time));
        }
        return marks;
    }

    private static long stepAtLeast(double least) {
        for (long step : STEPS) {
            if (step >= least) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    private static long[] steps() {
        List<Long> steps = new ArrayList<>();
        for (long unit = 1; unit < Durations.SECOND; unit *= 10) {
            steps.addAll(List.of(unit, 2 * unit, 5 * unit));
        }
        for (long seconds :
                new long[] {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200}) {
            steps.add(seconds * Durations.SECOND);
        }
        for (long days : new long[] {1, 2, 7, 14}) {
            steps.add(days * Durations.DAY);
        }
        return steps.stream().mapToLong(Long::longValue).toArray();
    }

    private static ZonedDateTime utc(long time) {
        return Instant.ofEpochSecond(Math.floorDiv(time, Durations.SECOND), Math.floorMod(time, Durations.SECOND))
                .atZone(ZoneOffset.UTC);
    }
}
