package org.ringside.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;

class ImportRobustnessTest {
    @TempDir
    Path directory;

    private Path traceFile() {
        return directory.resolve("case.ringside");
    }

    /** Everything a trace says, as text. */
    private static String picture(Trace trace) throws IOException {
        return trace.sources()
                + "\n"
                + trace.snapshots()
                + "\n"
                + trace.events(
                        EnumSet.allOf(EventKind.class),
                        new TraceTime(Long.MIN_VALUE),
                        new TraceTime(Long.MAX_VALUE),
                        999)
                + "\n"
                + trace.custody();
    }

    /** Says stop after some reports. */
    private static ProgressMonitor stopAfter(int reports) {
        return new ProgressMonitor() {
            private int seen;

            @Override
            public synchronized void progress(String activity, long done, long total) {
                seen++;
            }

            @Override
            public synchronized boolean isCancelled() {
                return seen >= reports;
            }
        };
    }

    @Test
    void aCancelledImportLeavesTheTraceAsItWas() throws IOException {
        byte[] image = TestImages.random(31, 3000);
        Path second = TestImages.write(directory, "second.bin", TestImages.changed(image, 32, 900));
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            TestImages.add(trace, TestImages.write(directory, "first.bin", image));
            String before = picture(trace);
            for (int reports = 0; reports < 6; reports++) {
                ProgressMonitor monitor = stopAfter(reports);
                assertThrows(
                        CancellationException.class, () -> ImageImport.run(trace, TestImages.request(second), monitor));
                assertEquals(before, picture(trace));
            }
        }
        CustodyReport report = CustodyCheck.verify(traceFile(), ProgressMonitor.none());
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
    }

    @Test
    void aNameThatIsTakenIsRefusedAndNothingIsImported() throws IOException {
        Path image = TestImages.write(directory, "a.bin", TestImages.random(33, 600));
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            TestImages.add(trace, image);
            String before = picture(trace);
            ImportRequest again = new ImportRequest(
                    image, Optional.of("a"), "guest", Optional.empty(), Optional.empty(), false, Optional.empty());
            TraceException e =
                    assertThrows(TraceException.class, () -> ImageImport.run(trace, again, ProgressMonitor.none()));
            assertTrue(String.valueOf(e.getMessage()).contains("\"a\""), e::toString);
            assertEquals(before, picture(trace));
        }
    }

    @Test
    void aProgramKilledInTheMiddleOfAnImportLeavesTheTraceAsItWas() throws IOException, InterruptedException {
        byte[] image = TestImages.random(34, 6000);
        Path second = TestImages.write(directory, "second.bin", TestImages.changed(image, 35, 3000));
        String before;
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            TestImages.add(trace, TestImages.write(directory, "first.bin", image));
            before = picture(trace);
        }
        for (int node : new int[] {1, 5, 9}) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            HaltingImport.class.getName(),
                            traceFile().toString(),
                            second.toString(),
                            Integer.toString(node))
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader out = child.inputReader()) {
                boolean waiting = false;
                List<String> lines = new ArrayList<>();
                for (String line = out.readLine(); line != null && !waiting; line = out.readLine()) {
                    lines.add(line);
                    waiting = line.contains(HaltingImport.IN_THE_MIDDLE);
                    if (waiting) {
                        break;
                    }
                }
                assertTrue(waiting, () -> String.join("\n", lines));
                child.destroyForcibly();
            }
            assertNotEquals(0, child.waitFor());
            CustodyReport report = CustodyCheck.verify(traceFile(), ProgressMonitor.none());
            assertEquals(List.of(), report.problems(), "before it is opened again");
            try (Trace trace = TraceFile.open(traceFile())) {
                assertEquals(before, picture(trace));
            }
        }
        assertEquals(
                List.of(),
                CustodyCheck.verify(traceFile(), ProgressMonitor.none()).problems());
        try (Trace trace = TraceFile.open(traceFile())) {
            TestImages.add(trace, second);
        }
        assertEquals(
                List.of(),
                CustodyCheck.verify(traceFile(), ProgressMonitor.none()).problems());
    }

    /** What the killed program runs: an import that stops and waits in the middle. */
    static final class HaltingImport {
        static final String IN_THE_MIDDLE = "in the middle";

        private HaltingImport() {}

        public static void main(String[] arguments) throws IOException {
            int node = Integer.parseInt(arguments[2]);
            ProgressMonitor monitor = new ProgressMonitor() {
                private int seen;

                @Override
                public void progress(String activity, long done, long total) {
                    if (++seen == node) {
                        System.out.println(IN_THE_MIDDLE);
                        try {
                            // Ends when the program is killed.
                            new java.util.concurrent.CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                }

                @Override
                public boolean isCancelled() {
                    return false;
                }
            };
            try (Trace trace = TraceFile.open(Path.of(arguments[0]))) {
                ImageImport.run(trace, TestImages.request(Path.of(arguments[1])), monitor);
            }
        }
    }

    @Test
    void whatWasThereCanBeReadWhileAnImportRuns() throws Exception {
        byte[] image = TestImages.random(36, 4000);
        Path second = TestImages.write(directory, "second.bin", TestImages.changed(image, 37, 2000));
        try (Trace trace = TraceFile.openOrCreate(traceFile());
                ExecutorService readers = Executors.newFixedThreadPool(3)) {
            SnapshotId first = TestImages.add(trace, TestImages.write(directory, "first.bin", image))
                    .snapshot()
                    .id();
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> reads = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                int start = reader;
                Callable<Integer> work = () -> {
                    PhysicalMemory memory = trace.memory(first);
                    int pages = 0;
                    do {
                        for (int page = start; page < 4000; page += 7, pages++) {
                            assertEquals(
                                    image[page * TestImages.PAGE + 5],
                                    memory.page((long) page * TestImages.PAGE)
                                            .orElseThrow()
                                            .get(java.lang.foreign.ValueLayout.JAVA_BYTE, 5));
                        }
                    } while (!done.get());
                    return pages;
                };
                reads.add(readers.submit(work));
            }
            try {
                TestImages.add(trace, second);
            } finally {
                done.set(true);
            }
            for (Future<Integer> read : reads) {
                assertTrue(read.get() > 500);
            }
            assertEquals(2, trace.snapshots().size());
        }
    }

    @Test
    void twoProgramsMayAppendInTurn() throws IOException {
        byte[] image = TestImages.random(38, 600);
        try (Trace one = TraceFile.openOrCreate(traceFile());
                Trace other = TraceFile.open(traceFile())) {
            TestImages.add(one, TestImages.write(directory, "a.bin", image));
            TestImages.add(other, TestImages.write(directory, "b.bin", TestImages.changed(image, 39, 50)));
            TestImages.add(one, TestImages.write(directory, "c.bin", TestImages.changed(image, 40, 50)));
            assertEquals(3, other.snapshots().size());
        }
        CustodyReport report = CustodyCheck.verify(traceFile(), ProgressMonitor.none());
        assertEquals(List.of(), report.problems());
        assertEquals(List.of(), report.notes());
    }

    @Test
    void aClosedTraceSaysSo() throws IOException {
        Trace trace = TraceFile.openOrCreate(traceFile());
        trace.close();
        trace.close();
        assertThrows(IllegalStateException.class, trace::snapshots);
        assertThrows(IllegalStateException.class, () -> trace.appendAll(List.of(note())));
    }

    private static NewEvent note() {
        return new NewEvent(
                new TraceTime(0),
                EventKind.LOG,
                org.ringside.decoder.structure.Severity.INFORMATION,
                "guest",
                "x",
                "",
                Optional.empty(),
                List.of());
    }

    @Test
    void aBrokenImageLeavesTheTraceAsItWas() throws IOException {
        Path odd = Files.write(directory.resolve("odd.bin"), Arrays.copyOf(TestImages.random(41, 3), 2 * 4096 + 100));
        try (Trace trace = TraceFile.openOrCreate(traceFile())) {
            String before = picture(trace);
            assertThrows(IOException.class, () -> TestImages.add(trace, directory.resolve("missing.bin")));
            ImportRequest bad = new ImportRequest(
                    odd, Optional.empty(), "guest", Optional.of(odd), Optional.empty(), false, Optional.empty());
            assertThrows(IOException.class, () -> ImageImport.run(trace, bad, ProgressMonitor.none()));
            assertEquals(before, picture(trace));
        }
    }
}
