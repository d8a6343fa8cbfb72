package org.ringside.app.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The bundled trace. It is opened as the person's own copy: notes and bookmarks in it do not touch the bundled file. */
public final class SampleTrace {
    private static final String NAME = "corrupted-driver.ringside";

    private final Path bundled;
    private final Path copy;

    public SampleTrace(Path bundled, Path copy) {
        this.bundled = bundled;
        this.copy = copy;
    }

    /**
     * Where the bundled trace should be: below the directory that system property {@code ringside.home} names, else the working directory.
     *
     * @param data where the person's copy belongs
     */
    public static SampleTrace locate(Path data) {
        Path home = Path.of(System.getProperty("ringside.home", "."));
        return new SampleTrace(home.toAbsolutePath().resolve("sample-traces").resolve(NAME), data.resolve(NAME));
    }

    /** The bundled file; empty if it is missing. Blocks. */
    public Optional<Path> bundled() {
        return Files.isRegularFile(bundled) ? Optional.of(bundled) : Optional.empty();
    }

    public Path copy() {
        return copy;
    }

    /**
     * The person's copy, made if there is none or if the bundled trace is newer. Blocks.
     *
     * @throws java.nio.file.NoSuchFileException if there is no bundled trace
     */
    public Path provide() throws IOException {
        boolean current = Files.isRegularFile(copy)
                && Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(bundled)) >= 0;
        if (!current) {
            Files.createDirectories(copy.toAbsolutePath().getParent());
            Path part = Files.createTempFile(copy.toAbsolutePath().getParent(), "sample", ".tmp");
            try {
                Files.copy(bundled, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        return copy;
    }
}
