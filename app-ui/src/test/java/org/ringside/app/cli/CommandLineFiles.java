package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small files for the command line to work on.
 *
 * @param directory where they are made
 */
record CommandLineFiles(Path directory) {
    private static final int PAGE = 4096;

    /** An image of three pages: zeros, ones, and {@code last} repeated. */
    Path image(String name, int last) throws IOException {
        byte[] bytes = new byte[3 * PAGE];
        for (int i = 0; i < PAGE; i++) {
            bytes[PAGE + i] = 1;
            bytes[2 * PAGE + i] = (byte) last;
        }
        return Files.write(directory.resolve(name), bytes);
    }

    /** Makes a trace with the snapshots {@code quiet} and {@code later}. */
    Path trace() throws IOException {
        Path trace = traceFile();
        Run.of(
                        "import",
                        "--into",
                        trace,
                        "--name",
                        "quiet",
                        "--time",
                        "2026-01-01T00:00:00Z",
                        "--name",
                        "later",
                        "--time",
                        "2026-01-01T00:00:01Z",
                        image("a.bin", 2),
                        image("b.bin", 3))
                .ended(CommandLineInterface.FINE);
        return trace;
    }

    /** Where {@link #trace} makes it. */
    Path traceFile() {
        return directory.resolve("t.ringside");
    }
}
