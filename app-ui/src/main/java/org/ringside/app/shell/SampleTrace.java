package org.ringside.app.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.ringside.trace.symbols.SymbolFiles;

/**
 * The bundled trace. It is opened as the person's own copy: notes and bookmarks in it do not touch the bundled file, and another version of
 * the bundled file does not touch them.
 */
public final class SampleTrace {
    private static final String NAME = "corrupted-driver.ringside";
    private static final int DIGEST_BYTES = 6;

    private final Path bundled;
    private final Path copies;

    /**
     * A sample.
     *
     * @param bundled the bundled trace, which need not be there
     * @param copies the directory for the person's copies
     */
    public SampleTrace(Path bundled, Path copies) {
        this.bundled = bundled;
        this.copies = copies;
    }

    /**
     * Where the bundled trace should be: below the directory that system property {@code ringside.home} names, else the working directory.
     *
     * @param data where the person's copies belong
     */
    public static SampleTrace locate(Path data) {
        Path home = Path.of(System.getProperty("ringside.home", "."));
        return new SampleTrace(home.toAbsolutePath().resolve("sample-traces").resolve(NAME), data.resolve("samples"));
    }

    /** The bundled file; empty if it is missing. Blocks. */
    public Optional<Path> bundled() {
        return Files.isRegularFile(bundled) ? Optional.of(bundled) : Optional.empty();
    }

    /**
     * The person's copy of this version, made if there is none. Blocks.
     *
     * @throws java.nio.file.NoSuchFileException if there is no bundled trace
     */
    public Path provide() throws IOException {
        Path directory = copies.toAbsolutePath().resolve(digest());
        Path copy = directory.resolve(bundled.getFileName());
        if (!Files.isRegularFile(copy)) {
            Files.createDirectories(directory);
            Optional<Path> symbols = SymbolFiles.beside(bundled);
            if (symbols.isPresent()) {
                copy(symbols.get(), directory.resolve(symbols.get().getFileName()));
            }
            copy(bundled, copy);
        }
        return copy;
    }

    /** In one step: whoever looks finds the whole file or none. */
    private static void copy(Path from, Path to) throws IOException {
        Path part = Files.createTempFile(to.toAbsolutePath().getParent(), "sample", ".tmp");
        try {
            Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private String digest() throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(bundled)), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
