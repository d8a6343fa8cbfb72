package org.ringside.trace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.importer.ImportResult;

/**
 * Imports an image into a new trace and has {@code sha256sum} read the same file, in turn, and compares the two. The import is measured
 * from opening the image until it is on disk, in a program that just started in the first run; and once more with closing the trace,
 * which moves what was written from the log into the file and seals it.
 */
final class ImportBenchmark {
    private ImportBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path image = Path.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        int runs = Integer.parseInt(arguments[2]);
        Times hash = new Times(runs);
        Times stored = new Times(runs);
        Times closed = new Times(runs);
        for (int run = 0; run < runs; run++) {
            hash.add(sha256sum(image));
            Path file = Files.createTempFile(directory, "import", TraceFile.EXTENSION);
            importOnce(image, file, stored, closed, run == 0);
            Files.delete(file);
        }
        System.out.println("sha256sum, whole process:      " + hash);
        System.out.println("import, on disk:               " + stored);
        System.out.println("import, trace closed, sealed:  " + closed);
        System.out.printf(
                Locale.ROOT,
                "median import / median sha256sum: %.2f (on disk), %.2f (closed); budget 0.50%n",
                stored.median() / hash.median(),
                closed.median() / hash.median());
    }

    private static void importOnce(Path image, Path file, Times stored, Times closed, boolean tell) throws IOException {
        long start = System.nanoTime();
        ImportResult result;
        try (Trace trace = TraceFile.openOrCreate(file)) {
            result = ImageImport.run(
                    trace,
                    new ImportRequest(
                            image,
                            Optional.empty(),
                            "guest",
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            Optional.empty()),
                    ProgressMonitor.none());
            stored.add(System.nanoTime() - start);
        }
        closed.add(System.nanoTime() - start);
        if (tell) {
            System.out.printf(
                    Locale.ROOT,
                    "%d pages, %d of them zero, %d different; trace of %.1f MB%n",
                    result.snapshot().capturedPages(),
                    result.snapshot().zeroPages(),
                    result.newPages(),
                    Files.size(file) / 1e6);
        }
    }

    private static long sha256sum(Path image) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder("sha256sum", image.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("sha256sum failed");
        }
        return System.nanoTime() - start;
    }
}
