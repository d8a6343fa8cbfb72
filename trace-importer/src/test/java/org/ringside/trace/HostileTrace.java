package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;

/** A trace that somebody tampered with, and everything that can be asked of it: each answer is a value or an {@link IOException}. */
final class HostileTrace {
    private final byte[] sound;
    private final Path file;

    HostileTrace(Path directory) {
        file = directory.resolve("hostile.ringside");
        try {
            Path whole = directory.resolve("sound.ringside");
            byte[] image = TestImages.random(71, 90);
            try (Trace trace = TraceFile.openOrCreate(whole)) {
                TestImages.add(trace, TestImages.write(directory, "a.bin", image));
                TestImages.add(trace, TestImages.write(directory, "b.bin", TestImages.changed(image, 72, 9)));
                trace.append(new NewEvent(
                        new TraceTime(5),
                        EventKind.ALARM,
                        Severity.CRITICAL,
                        "guest",
                        "hook",
                        "",
                        Optional.empty(),
                        List.of(new EvidenceLink("x", new SnapshotId(2), Optional.empty(), ByteSpan.physical(0, 8)))));
            }
            sound = Files.readAllBytes(whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return sound.length;
    }

    /** Overwrites bytes, 4 bytes of offset and 1 of value each time, and asks the trace everything. */
    void askWith(ByteBuffer changes) throws IOException {
        byte[] bytes = sound.clone();
        while (changes.remaining() >= 5) {
            bytes[Integer.remainderUnsigned(changes.getInt(), bytes.length)] = changes.get();
        }
        askAll(bytes);
    }

    void askAll(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (Trace trace = TraceFile.open(file)) {
            ask(trace::sources);
            ask(trace::custody);
            ask(() -> trace.findSnapshot("a"));
            EnumSet<EventKind> kinds = EnumSet.allOf(EventKind.class);
            TraceTime first = new TraceTime(Long.MIN_VALUE);
            TraceTime last = new TraceTime(Long.MAX_VALUE);
            ask(() -> trace.events(kinds, first, last, 100));
            ask(() -> trace.eventsBackwards(kinds, last, 100));
            ask(() -> trace.histogram(EventKind.ALARM, first, last, 100));
            ask(() -> trace.diff(new SnapshotId(1), new SnapshotId(2)));
            ask(() -> trace.state(new SnapshotId(1)));
            ask(() -> read(trace.memory(new SnapshotId(2))));
            ask(() -> TestImages.add(trace, file.resolveSibling("b.bin")));
        } catch (IOException expected) {
            assertTrue(String.valueOf(expected.getMessage()).contains("hostile"), expected::toString);
        }
        Files.write(file, bytes);
        CustodyReport report = CustodyCheck.verify(file, ProgressMonitor.none());
        assertTrue(report.intact() || !report.problems().isEmpty());
        Files.deleteIfExists(file.resolveSibling("hostile.ringside-wal"));
        Files.deleteIfExists(file.resolveSibling("hostile.ringside-shm"));
    }

    private static long read(PhysicalMemory memory) {
        long known = 0;
        int asked = 0;
        for (AddressRange range : memory.ranges()) {
            for (long page = range.start(); page < range.end() && asked < 200; page += PhysicalMemory.PAGE_SIZE) {
                asked++;
                known += memory.page(page) instanceof Observed.Known<MemorySegment> ? 1 : 0;
            }
        }
        return known;
    }

    /** A question to a trace. */
    @FunctionalInterface
    private interface Question {
        Object ask() throws IOException;
    }

    private static void ask(Question question) {
        try {
            assertTrue(question.ask() != null);
        } catch (IOException expected) {
            assertTrue(expected.getMessage() != null);
        }
    }
}
