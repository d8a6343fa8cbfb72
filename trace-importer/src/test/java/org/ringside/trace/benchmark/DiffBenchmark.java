package org.ringside.trace.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.snapshot.SnapshotDiff;

/**
 * Compares two snapshots of 4 GiB of which 1 % of the pages, 10,486 scattered over all of it, differ. Every page has content of its own, so
 * that no node is shared and no page is zero. Measured from the call to the list of runs, in a trace that was just opened and again.
 */
final class DiffBenchmark {
    private static final int PAGES = 1 << 20;
    private static final int CHANGED = 10_486;
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private DiffBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        Path file = directory.resolve("diff" + TraceFile.EXTENSION);
        Path image = directory.resolve("diff.bin");
        Files.deleteIfExists(file);
        try {
            makeTrace(file, image);
            measure(file, runs);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(image);
        }
    }

    private static void makeTrace(Path file, Path image) throws IOException {
        try (Trace trace = TraceFile.openOrCreate(file)) {
            write(image, new BitSet());
            add(trace, image, "before");
            BitSet changed = new BitSet();
            Random random = new Random(1);
            while (changed.cardinality() < CHANGED) {
                changed.set(random.nextInt(PAGES));
            }
            write(image, changed);
            add(trace, image, "after");
        }
    }

    private static void write(Path image, BitSet changed) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE << 8);
        try (FileChannel channel = FileChannel.open(
                image, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (int i = 0; i < PAGES; i++) {
                int at = page.position();
                page.putLong(i).putLong(changed.get(i) ? 1 : 0).position(at + PAGE);
                if (!page.hasRemaining()) {
                    page.flip();
                    while (page.hasRemaining()) {
                        channel.write(page);
                    }
                    page.clear();
                }
            }
        }
    }

    private static void add(Trace trace, Path image, String name) throws IOException {
        ImageImport.run(
                trace,
                new ImportRequest(
                        image, Optional.of(name), "guest", Optional.empty(), Optional.empty(), false, Optional.empty()),
                ProgressMonitor.none());
    }

    private static void measure(Path file, int runs) throws IOException {
        Times first = new Times(runs);
        Times again = new Times(runs);
        for (int run = 0; run < runs; run++) {
            try (Trace trace = TraceFile.open(file)) {
                SnapshotInfo before = trace.findSnapshot("before").orElseThrow();
                SnapshotInfo after = trace.findSnapshot("after").orElseThrow();
                first.add(diff(trace, before, after));
                again.add(diff(trace, before, after));
            }
        }
        System.out.println("diff, trace just opened: " + first);
        System.out.println("diff, again:             " + again);
        System.out.println("budget 0.0500 s");
    }

    private static long diff(Trace trace, SnapshotInfo before, SnapshotInfo after) throws IOException {
        long start = System.nanoTime();
        SnapshotDiff diff = trace.diff(before.id(), after.id());
        long time = System.nanoTime() - start;
        long pages = diff.runs().stream().mapToLong(run -> run.pages()).sum();
        if (pages != CHANGED) {
            throw new AssertionError(pages + " pages differ, not " + CHANGED);
        }
        return time;
    }
}
