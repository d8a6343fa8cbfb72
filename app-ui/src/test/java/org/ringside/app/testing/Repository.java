package org.ringside.app.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where files of the repository are that tests read. */
public final class Repository {
    private Repository() {}

    /**
     * The directory that holds all modules, whichever of them the tests run in.
     *
     * @throws IllegalStateException if the tests do not run inside the repository
     */
    public static Path root() {
        @Nullable Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve(".mvn"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("no directory above " + Path.of("").toAbsolutePath() + " holds .mvn");
        }
        return directory;
    }

    /** The bundled traces and their symbols. */
    public static Path samples() {
        return root().resolve("sample-traces");
    }
}
