package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

class TraceExtractTest {
    private static final int PAGE = TestImages.PAGE;

    @TempDir
    Path directory;

    @Test
    void chosenPagesAreKeptAndTheRestIsNotCaptured() throws IOException {
        byte[] before = TestImages.random(61, 1300);
        Path small = directory.resolve("small.ringside");
        List<AddressRange> keep = List.of(
                new AddressRange(700L * PAGE + 5, 702L * PAGE + 1),
                new AddressRange(0, 4 * PAGE),
                new AddressRange(2 * PAGE, 6 * PAGE),
                new AddressRange(1299L * PAGE, 5000L * PAGE));
        try (Trace large = TraceFile.openOrCreate(directory.resolve("large.ringside"))) {
            TestImages.add(large, TestImages.write(directory, "before.bin", before));
            TestImages.add(large, TestImages.write(directory, "after.bin", TestImages.changed(before, 62, 99)));
            TraceExtract.run(large, small, snapshot -> keep, ProgressMonitor.none());
            assertThrows(
                    TraceException.class,
                    () -> TraceExtract.run(large, small, snapshot -> keep, ProgressMonitor.none()));
            try (Trace trace = TraceFile.open(small)) {
                assertEquals(large.sources(), trace.sources());
                assertEquals(events(large), events(trace));
                for (SnapshotInfo whole : large.snapshots()) {
                    SnapshotInfo part = trace.findSnapshot(whole.name()).orElseThrow();
                    assertEquals(whole.id(), part.id());
                    assertEquals(
                            List.of(
                                    new AddressRange(0, 6 * PAGE),
                                    new AddressRange(700L * PAGE, 703L * PAGE),
                                    new AddressRange(1299L * PAGE, 1300L * PAGE)),
                            part.ranges());
                    PhysicalMemory memory = trace.memory(part.id());
                    assertArrayEquals(
                            large.memory(whole.id())
                                    .page(701L * PAGE)
                                    .orElseThrow()
                                    .toArray(ValueLayout.JAVA_BYTE),
                            memory.page(701L * PAGE).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
                    assertEquals(new Observed.NotCaptured<>(6 * PAGE, 694L * PAGE), memory.page(6 * PAGE));
                    assertInstanceOf(Observed.NotCaptured.class, memory.page(1300L * PAGE));
                    String provenance = trace.custody().getLast().detail();
                    assertTrue(provenance.contains(whole.root().toString()), provenance);
                }
            }
        }
        CustodyReport report = CustodyCheck.verify(small, ProgressMonitor.none());
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
        try (var files = Files.list(directory)) {
            assertTrue(files.noneMatch(file -> file.toString().contains(".part")));
        }
    }

    private static List<TraceEvent> events(Trace trace) throws IOException {
        return trace.events(
                EnumSet.allOf(EventKind.class), new TraceTime(Long.MIN_VALUE), new TraceTime(Long.MAX_VALUE), 999);
    }
}
