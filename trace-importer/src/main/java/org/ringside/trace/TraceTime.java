package org.ringside.trace;

import java.time.Instant;

/**
 * A moment on the trace's time line.
 *
 * @param epochNanoseconds nanoseconds since 1970-01-01T00:00:00Z
 */
public record TraceTime(long epochNanoseconds) implements Comparable<TraceTime> {
    private static final long NANOSECONDS_PER_SECOND = 1_000_000_000L;

    /** @throws ArithmeticException if the moment is outside the years 1677 to 2262 */
    public static TraceTime of(Instant instant) {
        return new TraceTime(
                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOSECONDS_PER_SECOND), instant.getNano()));
    }

    public Instant toInstant() {
        return Instant.ofEpochSecond(0, epochNanoseconds);
    }

    @Override
    public int compareTo(TraceTime other) {
        return Long.compare(epochNanoseconds, other.epochNanoseconds);
    }

    /** ISO-8601 in UTC, with as many digits as the moment needs. */
    @Override
    public String toString() {
        return toInstant().toString();
    }
}
