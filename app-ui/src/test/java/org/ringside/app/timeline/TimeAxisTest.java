package org.ringside.app.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.trace.TraceTime;

class TimeAxisTest {
    private static long at(String instant) {
        return TraceTime.of(Instant.parse(instant)).epochNanoseconds();
    }

    private static List<String> labels(TimeAxis.Axis axis) {
        return axis.ticks().stream().map(TimeAxis.Tick::label).toList();
    }

    @Test
    void writesMinutesAndTheDateAtMidnight() {
        TimeViewport viewport = TimeViewport.showing(at("2025-11-23T23:55:00Z"), at("2025-11-24T00:05:00Z"), 600);
        TimeAxis.Axis axis = TimeAxis.absolute(viewport, 600, 100);
        assertEquals(List.of("23:56", "23:58", "2025-11-24", "00:02", "00:04"), labels(axis));
        assertEquals("2025-11-24 UTC", axis.context());
    }

    @Test
    void countsMicrosecondsInsideTheSecondThatTheContextNames() {
        long start = at("2025-11-23T12:00:01.000250Z");
        TimeAxis.Axis axis = TimeAxis.absolute(TimeViewport.showing(start, start + 50_000, 600), 600, 100);
        assertEquals(List.of("+250 µs", "+260 µs", "+270 µs", "+280 µs", "+290 µs", "+300 µs"), labels(axis));
        assertEquals("2025-11-23 12:00:01 UTC", axis.context());
    }

    @Test
    void writesNanoseconds() {
        TimeAxis.Axis axis = TimeAxis.relative(new TimeViewport(1_000_000, 0.1), 400, 90, 1_000_000);
        assertEquals(List.of("+0 ns", "+10 ns", "+20 ns", "+30 ns", "+40 ns"), labels(axis));
    }

    @Test
    void writesYears() {
        TimeViewport viewport = TimeViewport.showing(at("1980-06-01T00:00:00Z"), at("2025-06-01T00:00:00Z"), 600);
        assertEquals(
                List.of("1970", "1980", "1990", "2000", "2010", "2020"), labels(TimeAxis.absolute(viewport, 600, 100)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 1, 1e3, 1e6, 1e9, 1e12, 1e14, 1e15, 9e15})
    void labelsNeverCrowdAtAnyScale(double scale) {
        for (long start : new long[] {Long.MIN_VALUE, 0, at("2025-11-23T12:00:00Z"), Long.MAX_VALUE - 1_000}) {
            TimeViewport viewport = new TimeViewport(start, scale);
            for (TimeAxis.Axis axis : List.of(
                    TimeAxis.absolute(viewport, 1000, 100),
                    TimeAxis.relative(viewport, 1000, 100, at("2025-11-23T12:00:00Z")))) {
                double last = -1e9;
                for (TimeAxis.Tick tick : axis.ticks()) {
                    assertTrue(tick.x() - last > 80, () -> scale + " from " + start);
                    last = tick.x();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "850, 850 ns",
        "1250, 1.25 µs",
        "1250000, 1.25 ms",
        "12345678901, 12.35 s",
        "200000000000, 3 min 20 s",
        "7200000000000, 2 h",
        "187200000000000, 2 d 4 h",
        "-1000, −1 µs"
    })
    void writesDurations(long nanoseconds, String expected) {
        assertEquals(expected, Durations.text(nanoseconds));
    }

    @Test
    void writesMomentsToTheNanosecond() {
        long time = at("2025-11-23T12:00:01.000250001Z");
        assertEquals("2025-11-23 12:00:01.000250001 UTC", TimeAxis.moment(time, OptionalLong.empty()));
        assertEquals("+1 min 0.000000001 s", TimeAxis.moment(60_000_000_001L, OptionalLong.of(0)));
    }
}
