package org.ringside.trace.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.CustodyCheck;
import org.ringside.trace.EventKind;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;

class EventCountsTest {
    @TempDir
    Path directory;

    private static NewEvent event(long time, EventKind kind) {
        return new NewEvent(
                new TraceTime(time), kind, Severity.INFORMATION, "guest", "t", "", Optional.empty(), List.of());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aHistogramCountsEveryEventInItsSlice(long seed) throws IOException {
        Random random = new Random(seed);
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            // Bursts and single events, over microseconds and over days.
            long time = (1L << (10 + random.nextInt(38))) + random.nextInt(1 << (5 + random.nextInt(24)));
            events.add(event(
                    random.nextInt(20) == 0 ? -time : time,
                    random.nextInt(3) == 0 ? EventKind.LOG : EventKind.VM_EXIT));
        }
        Path file = directory.resolve("case.ringside");
        try (Trace trace = TraceFile.openOrCreate(file)) {
            trace.appendAll(events.subList(0, 2000));
            trace.appendAll(events.subList(2000, 3000));
            for (int i = 0; i < 60; i++) {
                long from = -(1L << random.nextInt(48)) + (1L << random.nextInt(48));
                long until = from + (1L << random.nextInt(49)) - 1;
                int buckets = 1 + random.nextInt(i % 3 == 0 ? 2000 : 40);
                assertArrayEquals(
                        naive(events, from, until, buckets),
                        trace.histogram(EventKind.VM_EXIT, new TraceTime(from), new TraceTime(until), buckets),
                        from + ".." + until + " in " + buckets);
            }
            long[] all =
                    trace.histogram(EventKind.VM_EXIT, new TraceTime(Long.MIN_VALUE), new TraceTime(Long.MAX_VALUE), 7);
            assertArrayEquals(naive(events, Long.MIN_VALUE, Long.MAX_VALUE, 7), all);
        }
        assertEquals(
                List.of(), CustodyCheck.verify(file, ProgressMonitor.none()).problems());
    }

    private static long[] naive(List<NewEvent> events, long from, long until, int buckets) {
        long[] counts = new long[buckets];
        BigInteger span =
                BigInteger.valueOf(until).subtract(BigInteger.valueOf(from)).add(BigInteger.ONE);
        for (NewEvent event : events) {
            long time = event.time().epochNanoseconds();
            if (event.kind() == EventKind.VM_EXIT && time >= from && time <= until) {
                BigInteger offset = BigInteger.valueOf(time).subtract(BigInteger.valueOf(from));
                counts[offset.multiply(BigInteger.valueOf(buckets)).divide(span).intValueExact()]++;
            }
        }
        return counts;
    }

    @Test
    void eventsOfSeveralKindsComeByTimeAndStopAtTheLimit() throws IOException {
        try (Trace trace = TraceFile.openOrCreate(directory.resolve("case.ringside"))) {
            for (int i = 0; i < 30; i++) {
                trace.append(event((i * 7) % 30, i % 2 == 0 ? EventKind.LOG : EventKind.ALARM));
            }
            EnumSet<EventKind> kinds = EnumSet.of(EventKind.LOG, EventKind.ALARM);
            assertEquals(
                    List.of(5L, 6L, 7L, 8L),
                    trace.events(kinds, new TraceTime(5), new TraceTime(25), 4).stream()
                            .map(e -> e.content().time().epochNanoseconds())
                            .toList());
            assertEquals(
                    List.of(25L, 24L, 23L),
                    trace.eventsBackwards(kinds, new TraceTime(25), 3).stream()
                            .map(e -> e.content().time().epochNanoseconds())
                            .toList());
        }
    }
}
