package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.importer.ImportResult;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

class TraceFileTest {
    private static final int PAGE = TestImages.PAGE;

    @TempDir
    Path directory;

    private Path traceFile() {
        return directory.resolve("case.ringside");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyByteOfAnImportedImageIsReadBack(long seed) throws IOException {
        byte[] image = TestImages.random(seed, 1500);
        Path file = TestImages.write(directory, "ram.bin", image);
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            SnapshotInfo snapshot = TestImages.add(trace, file).snapshot();
            assertEquals("ram", snapshot.name());
            assertEquals(List.of(new AddressRange(0, image.length)), snapshot.ranges());
        }
        try (Trace trace = TraceFile.open(traceFile())) {
            PhysicalMemory memory = trace.memory(trace.snapshots().getFirst().id());
            for (int page = 0; page < 1500; page++) {
                MemorySegment bytes = memory.page((long) page * PAGE).orElseThrow();
                assertTrue(bytes.isReadOnly());
                assertArrayEquals(
                        Arrays.copyOfRange(image, page * PAGE, (page + 1) * PAGE),
                        bytes.toArray(ValueLayout.JAVA_BYTE));
            }
            assertInstanceOf(Observed.NotCaptured.class, memory.page(image.length));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void diffIsWhatComparingEveryPageGives(long seed) throws IOException {
        byte[] before = TestImages.random(seed, 1200);
        byte[] after = TestImages.changed(before, seed + 100, 90);
        Path first = TestImages.write(directory, "before.bin", before);
        Path second = TestImages.write(directory, "after.bin", Arrays.copyOf(after, 1300 * PAGE));
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            SnapshotId a = TestImages.add(trace, first).snapshot().id();
            SnapshotId b = TestImages.add(trace, second).snapshot().id();
            SnapshotDiff diff = trace.diff(a, b);
            boolean[] changed = new boolean[1200];
            for (PageRun run : diff.runs()) {
                for (long page = run.address() / PAGE; page < run.address() / PAGE + run.pages(); page++) {
                    if (run.change() == PageRun.Change.CHANGED) {
                        changed[(int) page] = true;
                    }
                }
            }
            for (int page = 0; page < 1200; page++) {
                boolean differs =
                        !Arrays.equals(before, page * PAGE, (page + 1) * PAGE, after, page * PAGE, (page + 1) * PAGE);
                assertEquals(differs, changed[page], "page " + page);
            }
            assertEquals(100, diff.pages(PageRun.Change.APPEARED));
            assertEquals(100, trace.diff(b, a).pages(PageRun.Change.VANISHED));
            assertEquals(
                    new PageRun(1200L * PAGE, 100, PageRun.Change.APPEARED),
                    diff.runs().getLast());
        }
    }

    @Test
    void equalMemoryHasEqualRootsAndStoresNothingNew() throws IOException {
        byte[] image = TestImages.random(7, 1000);
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            ImportResult first = TestImages.add(trace, TestImages.write(directory, "a.bin", image));
            ImportResult second = TestImages.add(trace, TestImages.write(directory, "b.bin", image));
            assertEquals(first.snapshot().root(), second.snapshot().root());
            assertEquals(0, second.newPages());
            assertEquals(
                    List.of(),
                    trace.diff(first.snapshot().id(), second.snapshot().id()).runs());
            assertEquals(
                    "Memory is the same as in a",
                    second.events().get(1).content().title());
            assertNotEquals(first.snapshot().name(), second.snapshot().name());
        }
    }

    @Test
    void anImportSaysWhatChangedSinceTheSnapshotBefore() throws IOException {
        byte[] before = TestImages.random(8, 600);
        byte[] after = before.clone();
        System.arraycopy("patched".getBytes(StandardCharsets.US_ASCII), 0, after, 100 * PAGE + 0x3a0, 7);
        Arrays.fill(before, 100 * PAGE, 101 * PAGE, (byte) 'a');
        Arrays.fill(after, 100 * PAGE, 100 * PAGE + 0x3a0, (byte) 'a');
        Arrays.fill(after, 100 * PAGE + 0x3a7, 101 * PAGE, (byte) 'a');
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            TestImages.add(trace, TestImages.write(directory, "before.bin", before));
            ImportResult result = TestImages.add(trace, TestImages.write(directory, "after.bin", after));
            NewEvent event = result.events().get(1).content();
            assertEquals(EventKind.INTEGRITY, event.kind());
            assertEquals("1 page changed since before", event.title());
            assertEquals(
                    ByteSpan.physical(100 * PAGE + 0x3a0, 1),
                    new ByteSpan(
                            event.links().getFirst().span().space(),
                            event.links().getFirst().span().address(),
                            1));
            assertEquals(
                    result.baseline().map(SnapshotInfo::id),
                    event.links().getFirst().baseline());
            assertEquals(
                    result.events(),
                    trace
                            .events(
                                    EnumSet.of(EventKind.SNAPSHOT, EventKind.INTEGRITY),
                                    new TraceTime(Long.MIN_VALUE),
                                    new TraceTime(Long.MAX_VALUE),
                                    100)
                            .stream()
                            .filter(e -> e.content()
                                    .snapshot()
                                    .equals(Optional.of(result.snapshot().id())))
                            .toList());
        }
    }

    @Test
    void eventsAreReadBackAsTheyWereAppended() throws IOException {
        NewEvent event = new NewEvent(
                new TraceTime(123),
                EventKind.ALARM,
                Severity.CRITICAL,
                "guest",
                "hook",
                "detail",
                Optional.of(new SnapshotId(3)),
                List.of(
                        new EvidenceLink(
                                "a", new SnapshotId(3), Optional.of(new SnapshotId(2)), ByteSpan.physical(5, 6)),
                        new EvidenceLink(
                                "b",
                                new SnapshotId(3),
                                Optional.empty(),
                                new ByteSpan(new AddressSpace.DeviceVisible(0xfed90000L, 0x1fa), -1, 8)),
                        new EvidenceLink(
                                "c",
                                new SnapshotId(3),
                                Optional.empty(),
                                new ByteSpan(new AddressSpace.Registers("vcpu0:x"), 0, 8))));
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            TraceEvent appended = trace.append(event);
            assertEquals(1, appended.id());
            assertEquals(
                    List.of(appended),
                    trace.events(EnumSet.of(EventKind.ALARM), new TraceTime(123), new TraceTime(123), 5));
            assertEquals(
                    List.of(appended), trace.eventsBackwards(EnumSet.allOf(EventKind.class), new TraceTime(200), 5));
            assertEquals(List.of(), trace.eventsBackwards(EnumSet.allOf(EventKind.class), new TraceTime(122), 5));
        }
    }

    @Test
    void aTraceThatIsNoneIsRefusedWithAReason() throws IOException {
        Path text = Files.writeString(directory.resolve("text.ringside"), "hello ".repeat(2000));
        IOException e = assertThrows(IOException.class, () -> TraceFile.open(text));
        assertTrue(String.valueOf(e.getMessage()).contains("not a Ringside trace"), e::toString);
        assertThrows(TraceException.class, () -> TraceFile.open(directory.resolve("nothing")));
        assertThrows(TraceException.class, () -> TraceFile.openOrCreate(directory));
    }

    @Test
    void whatTheRegistersReaderDidNotUnderstandIsKeptWithItsSource(@TempDir Path scratch) throws IOException {
        Path image = TestImages.write(scratch, "image.bin", TestImages.random(5, 4));
        Path registers = Files.writeString(
                scratch.resolve("registers.txt"), "CPU#0\nRAX=0000000000000001\nCR3=0000000000001000\nno such line\n");
        try (Trace trace = TraceFile.openOrCreate(scratch.resolve("t.ringside"))) {
            ImageImport.run(
                    trace,
                    new ImportRequest(
                            image,
                            Optional.empty(),
                            "m",
                            Optional.of(registers),
                            Optional.empty(),
                            false,
                            Optional.empty()),
                    ProgressMonitor.none());
            SourceInfo source = trace.sources().getLast();
            assertEquals(registers.toString(), source.location());
            assertTrue(
                    source.notes().stream().anyMatch(note -> note.contains("no such line")), source.notes()::toString);
        }
    }
}
