package org.ringside.app.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Keeps a {@link WindowState} in a file. Blocks: not on the UI thread. */
public final class WindowStateStore {
    /** More than any state this program writes. */
    private static final long MAXIMUM_BYTES = 1 << 20;

    private final Path file;
    private final WindowStateJson json = new WindowStateJson();

    public WindowStateStore(Path file) {
        this.file = file;
    }

    /**
     * What was found.
     *
     * @param state the stored state, or the initial one
     * @param problem why the stored one was passed over, for a person
     */
    public record Loaded(WindowState state, Optional<String> problem) {}

    /** Reads the state; never fails. */
    public Loaded load() {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                return passedOver("it has " + Files.size(file) + " bytes");
            }
            return new Loaded(json.read(Files.readString(file)), Optional.empty());
        } catch (NoSuchFileException firstStart) {
            return new Loaded(WindowState.INITIAL, Optional.empty());
        } catch (IOException | IllegalArgumentException failure) {
            return passedOver(String.valueOf(failure.getMessage()));
        }
    }

    /** Replaces the stored state in one step: a crash leaves the old or the new one. */
    public void save(WindowState state) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path next = Files.createTempFile(directory, "window", ".tmp");
        try {
            Files.writeString(next, json.write(state));
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private Loaded passedOver(String why) {
        return new Loaded(
                WindowState.INITIAL,
                Optional.of("The window's stored state in " + file + " cannot be used: " + why
                        + ". The window starts as at first; the file is replaced when it closes."));
    }
}
