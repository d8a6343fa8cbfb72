package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.snapshot.PageRun;

class InPlaceTest {
    private static final int PAGE = TestImages.PAGE;
    private static final int PAGES = 1100;

    @TempDir
    Path directory;

    private Path file;
    private Path image;
    private byte[] bytes;

    @BeforeEach
    void index() throws IOException {
        file = directory.resolve("case.ringside");
        bytes = TestImages.random(51, PAGES);
        System.arraycopy(TestImages.content(7), 0, bytes, 3 * PAGE, PAGE);
        System.arraycopy(TestImages.content(1234), 0, bytes, 4 * PAGE, PAGE);
        image = TestImages.write(directory, "large.bin", bytes);
        try (Trace trace = TraceFile.openOrCreate(file)) {
            SnapshotInfo snapshot = ImageImport.run(trace, TestImages.inPlace(image), ProgressMonitor.none())
                    .snapshot();
            assertTrue(snapshot.inPlace());
        }
        assertTrue(Files.size(file) < 400_000, "size " + Files.size(file));
    }

    private static Observed<MemorySegment> page(Trace trace, long snapshot, int page) throws IOException {
        return trace.memory(new SnapshotId(snapshot)).page((long) page * PAGE);
    }

    @Test
    void pagesAreReadFromTheFile() throws IOException {
        try (Trace trace = TraceFile.open(file)) {
            PhysicalMemory memory = trace.memory(new SnapshotId(1));
            for (int page = 0; page < PAGES; page++) {
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, page * PAGE, (page + 1) * PAGE),
                        memory.page((long) page * PAGE).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            }
        }
        assertEquals(
                List.of(), CustodyCheck.verify(file, ProgressMonitor.none()).problems());
    }

    @Test
    void aChangedPageIsUnreadableAndTheOthersAreNot() throws IOException {
        byte[] changed = bytes.clone();
        changed[4 * PAGE + 17] ^= 1;
        Files.write(image, changed);
        try (Trace trace = TraceFile.open(file)) {
            String why = assertInstanceOf(Observed.Unreadable.class, page(trace, 1, 4))
                    .reason();
            assertTrue(why.contains("large.bin") && why.contains("0x4000") && why.contains("changed"), why);
            assertTrue(page(trace, 1, 3).isKnown());
        }
        List<CustodyProblem> problems =
                CustodyCheck.verify(file, ProgressMonitor.none()).problems();
        assertEquals(1, problems.size(), problems::toString);
        assertEquals("source 1", problems.getFirst().where());
    }

    @Test
    void aShortenedFileIsUnreadable() throws IOException {
        Files.write(image, Arrays.copyOf(bytes, bytes.length - PAGE));
        try (Trace trace = TraceFile.open(file)) {
            String why = assertInstanceOf(Observed.Unreadable.class, page(trace, 1, 4))
                    .reason();
            assertTrue(why.contains("bytes") && why.contains("source 1"), why);
        }
    }

    @Test
    void aMovedFileIsFoundAgainOnlyIfItIsTheSame() throws IOException {
        Path moved = directory.resolve("elsewhere.bin");
        Files.move(image, moved);
        Path other = TestImages.write(directory, "other.bin", TestImages.random(52, PAGES));
        try (Trace trace = TraceFile.open(file)) {
            String why = assertInstanceOf(Observed.Unreadable.class, page(trace, 1, 4))
                    .reason();
            assertTrue(why.contains("no longer there") && why.contains("source 1"), why);
            assertThrows(TraceException.class, () -> trace.relocate(1, other, ProgressMonitor.none()));
            assertInstanceOf(Observed.Unreadable.class, page(trace, 1, 4));
            trace.relocate(1, moved, ProgressMonitor.none());
            assertTrue(page(trace, 1, 4).isKnown());
            assertEquals("relocated", trace.custody().getLast().action());
        }
        try (Trace trace = TraceFile.open(file)) {
            assertTrue(page(trace, 1, 4).isKnown());
            assertEquals(moved, trace.currentLocation(trace.sources().getFirst()));
        }
        CustodyReport report = CustodyCheck.verify(file, ProgressMonitor.none());
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
    }

    @Test
    void pagesThatWereOnlyIndexedAreStoredByALaterImport() throws IOException {
        byte[] after = TestImages.changed(bytes, 53, 20);
        try (Trace trace = TraceFile.open(file)) {
            TestImages.add(trace, TestImages.write(directory, "copy.bin", after));
            Files.delete(image);
            PhysicalMemory memory = trace.memory(new SnapshotId(2));
            for (int page = 0; page < PAGES; page++) {
                assertArrayEquals(
                        Arrays.copyOfRange(after, page * PAGE, (page + 1) * PAGE),
                        memory.page((long) page * PAGE).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            }
            long changed = trace.diff(new SnapshotId(1), new SnapshotId(2)).pages(PageRun.Change.CHANGED);
            assertTrue(changed > 10 && changed <= 20, "changed " + changed);
            assertTrue(page(trace, 1, 3).isKnown(), "the trace holds it now");
        }
    }
}
