package org.ringside.trace.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Real recordings beside the repository; tests that need one are skipped with a message where it is absent. */
public final class RecordedTraces {
    private RecordedTraces() {}

    /** The recording's file, or the test is skipped. */
    public static Path require(String name) {
        Path directory = directory();
        Path file = directory.resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file),
                "recording " + file
                        + " is absent; set the property ringside.traces or RINGSIDE_TRACES to its directory");
        return file;
    }

    private static Path directory() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("ringside.traces")),
                        Optional.ofNullable(System.getenv("RINGSIDE_TRACES")))
                .flatMap(Optional::stream)
                .findFirst()
                .map(Path::of)
                .orElseGet(() -> repository().resolve("../shared/traces").normalize());
    }

    private static Path repository() {
        @Nullable Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve(".mvn"))) {
            directory = directory.getParent();
        }
        return directory == null ? Path.of("").toAbsolutePath() : directory;
    }
}
