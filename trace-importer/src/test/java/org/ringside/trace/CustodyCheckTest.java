package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;

class CustodyCheckTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void makeTrace() throws IOException {
        file = directory.resolve("case.ringside");
        byte[] before = TestImages.random(21, 300);
        try (Trace trace = TraceFile.openOrCreate(file)) {
            TestImages.add(trace, TestImages.write(directory, "before.bin", before));
            TestImages.add(trace, TestImages.write(directory, "after.bin", TestImages.changed(before, 22, 20)));
            for (int i = 0; i < 20; i++) {
                trace.append(note(i));
            }
        }
    }

    private static NewEvent note(int i) {
        return new NewEvent(
                new TraceTime(1_000_000_000L * i),
                EventKind.ANNOTATION,
                Severity.INFORMATION,
                "guest",
                "note " + i,
                "text",
                Optional.empty(),
                List.of(new EvidenceLink("here", new SnapshotId(1), Optional.empty(), ByteSpan.physical(i, 8))));
    }

    private static CustodyReport verify(Path file) throws IOException {
        return CustodyCheck.verify(file, ProgressMonitor.none());
    }

    @Test
    void aTraceAsItWasWrittenIsIntactAndSealed() throws IOException {
        CustodyReport report = verify(file);
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
        assertEquals(2, report.snapshots());
        assertEquals(23, report.entries());
        assertEquals(23, report.events());
        assertTrue(report.pages() > 90, "pages " + report.pages());
        try (Trace trace = TraceFile.open(file)) {
            assertEquals(report.head(), Optional.of(trace.custody().getLast().hash()));
        }
        assertEquals(List.of(), verify(file).problems(), "after it was only looked at");
        assertEquals(List.of(), verify(file).notes(), "after it was only looked at");
    }

    @Test
    void verifyingLeavesTheFileAndItsDirectoryAlone() throws IOException {
        byte[] before = Files.readAllBytes(file);
        List<Path> names = names();
        verify(file);
        assertEquals(names, names());
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
    }

    private List<Path> names() throws IOException {
        try (var list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }

    @Test
    void aFlippedByteAnywhereIsFoundAndNamed() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(4711);
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            offsets.add(i);
        }
        for (int i = 0; i < 300; i++) {
            offsets.add((int) ((i + random.nextDouble()) / 300 * whole.length));
        }
        Path copy = directory.resolve("flipped.ringside");
        List<String> missed = new ArrayList<>();
        for (int offset : offsets) {
            byte[] flipped = whole.clone();
            flipped[offset] ^= (byte) (1 << random.nextInt(8));
            Files.write(copy, flipped);
            CustodyReport report = verify(copy);
            if (report.intact()) {
                missed.add("0x%x".formatted(offset));
            }
        }
        assertEquals(List.of(), missed);
    }

    @Test
    void aFlippedByteInAPageNamesSnapshotAndAddress() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        // In the middle of the file every zstd frame is a pack of pages.
        int frame = find(whole, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, whole.length / 2);
        whole[frame + 200] ^= 0x10;
        Files.write(file, whole);
        CustodyReport report = verify(file);
        assertTrue(
                report.problems().stream().anyMatch(p -> p.where().matches("snapshot 1 \"before\", page 0x[0-9a-f]+")),
                () -> report.problems().toString());
    }

    private static int find(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i < bytes.length - wanted.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void anOpenTraceIsVerifiedAsOfItsLastCommit() throws IOException {
        try (Trace trace = TraceFile.open(file)) {
            trace.append(note(99));
            CustodyReport report = verify(file);
            assertEquals(List.of(), report.problems());
            assertEquals(24, report.events());
            assertFalse(report.notes().isEmpty());
            trace.append(note(100));
        }
        CustodyReport report = verify(file);
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
        assertEquals(25, report.events());
    }

    @Test
    void aFlippedByteInTheLogBehindTheTraceIsFound() throws IOException {
        Path copy = directory.resolve("copy.ringside");
        Path log = directory.resolve("copy.ringside-wal");
        byte[] whole;
        try (Trace trace = TraceFile.open(file)) {
            for (int i = 0; i < 3; i++) {
                trace.append(note(i));
            }
            Files.copy(file, copy);
            whole = Files.readAllBytes(directory.resolve("case.ringside-wal"));
        }
        Files.write(log, whole);
        assertEquals(List.of(), verify(copy).problems());
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            byte[] flipped = whole.clone();
            int offset = random.nextInt(whole.length - 10_000);
            flipped[offset] ^= 1;
            Files.write(log, flipped);
            CustodyReport report = verify(copy);
            assertFalse(report.intact(), "offset " + offset);
        }
    }

    @Test
    void aFileThatIsNoTraceIsAProblemNotACrash() throws IOException {
        Path text = Files.writeString(directory.resolve("x.ringside"), "no trace ".repeat(1000));
        assertFalse(verify(text).intact());
    }
}
