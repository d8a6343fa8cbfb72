package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Objects;

/** What a reader says when it refuses a file. */
public final class Refusal {
    private Refusal() {}

    /** Something that may end in an exception. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** The message of the {@link ImportException} that the action must end in. */
    public static String of(Action action) {
        return Objects.requireNonNull(
                assertThrows(ImportException.class, action::run).getMessage());
    }

    /** The message with which the file is refused. */
    public static String of(Path file) {
        return of(() -> ImageFormats.open(file).close());
    }
}
