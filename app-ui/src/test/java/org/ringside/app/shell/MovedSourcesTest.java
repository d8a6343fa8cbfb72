package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;

/** Which images are missed, of those that stayed outside the trace. */
class MovedSourcesTest {
    @Test
    void anImageIsMissedUntilItIsFoundAgain(@TempDir Path directory) throws IOException {
        byte[] bytes = new byte[4 * 4096];
        new Random(7).nextBytes(bytes);
        Path image = Files.write(directory.resolve("memory.bin"), bytes);
        Path file = directory.resolve("case.ringside");
        try (Trace trace = TraceFile.openOrCreate(file)) {
            ImageImport.run(
                    trace,
                    new ImportRequest(
                            image,
                            Optional.empty(),
                            "machine",
                            Optional.empty(),
                            Optional.empty(),
                            true,
                            Optional.empty()),
                    ProgressMonitor.none());
            assertEquals(List.of(), missing(trace));

            Path moved = Files.move(image, directory.resolve("elsewhere.bin"));
            SourceInfo source = trace.sources().getFirst();
            assertEquals(List.of(source), missing(trace));

            trace.relocate(source.id(), moved, ProgressMonitor.none());
            assertEquals(List.of(), missing(trace));
        }
        try (Trace trace = TraceFile.open(file)) {
            assertEquals(List.of(), missing(trace), "and when the trace is opened again");
        }
    }

    private static List<SourceInfo> missing(Trace trace) throws IOException {
        return MovedSources.moved(OpenTrace.read(trace));
    }
}
