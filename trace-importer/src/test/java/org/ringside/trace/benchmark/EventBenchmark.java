package org.ringside.trace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.NewEvent;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;

/** Ten million events over an hour, in bursts: how fast they are appended, counted for a picture of 1,600 slices, and read. */
final class EventBenchmark {
    private static final int BATCH = 50_000;
    private static final long HOUR = 3_600_000_000_000L;

    private EventBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]).resolve("events" + TraceFile.EXTENSION);
        int count = Integer.parseInt(arguments[1]);
        Files.deleteIfExists(file);
        try (Trace trace = TraceFile.openOrCreate(file)) {
            long start = System.nanoTime();
            append(trace, count);
            System.out.printf("append: %.0f events a second%n", count / ((System.nanoTime() - start) / 1e9));
            Random random = new Random(2);
            for (long span : new long[] {HOUR, HOUR / 60, 1_000_000_000L, 10_000_000L}) {
                measure(trace, span, random);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void append(Trace trace, int count) throws IOException {
        Random random = new Random(1);
        long time = 0;
        for (int done = 0; done < count; done += BATCH) {
            List<NewEvent> events = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                time += random.nextInt(100) == 0 ? random.nextInt((int) (HOUR / count * 100)) : random.nextInt(3000);
                events.add(new NewEvent(
                        new TraceTime(time),
                        random.nextInt(10) == 0 ? EventKind.ADDRESS_SPACE : EventKind.VM_EXIT,
                        Severity.INFORMATION,
                        "guest",
                        "exit 30",
                        "",
                        Optional.empty(),
                        List.of()));
            }
            trace.appendAll(events);
        }
    }

    private static void measure(Trace trace, long span, Random random) throws IOException {
        Times histogram = new Times(9);
        Times events = new Times(9);
        long counted = 0;
        for (int run = 0; run < 9; run++) {
            long from = random.nextLong(HOUR - span + 1);
            TraceTime first = new TraceTime(from);
            TraceTime last = new TraceTime(from + span - 1);
            long start = System.nanoTime();
            for (long n : trace.histogram(EventKind.VM_EXIT, first, last, 1600)) {
                counted += n;
            }
            histogram.add(System.nanoTime() - start);
            start = System.nanoTime();
            trace.events(EnumSet.of(EventKind.VM_EXIT, EventKind.ADDRESS_SPACE), first, last, 1000);
            events.add(System.nanoTime() - start);
        }
        System.out.printf("span of %.3f s (%d events on average):%n", span / 1e9, counted / 9);
        System.out.println("  1,600 slices:       " + histogram);
        System.out.println("  first 1,000 events: " + events);
    }
}
