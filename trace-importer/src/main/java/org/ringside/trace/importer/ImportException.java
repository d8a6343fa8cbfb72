package org.ringside.trace.importer;

import java.io.IOException;
import java.nio.file.Path;

/** A file that cannot be what it claims to be. The message names the file, the offset and the field, and what to do. */
public final class ImportException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file
     * @param offset where in it, in bytes
     * @param field the field, by the format's own name, for example {@code "e_phnum"}
     * @param problem what is wrong with it and what to do
     */
    public ImportException(Path file, long offset, String field, String problem) {
        super("%s: at offset 0x%x, %s: %s".formatted(file, offset, field, problem));
    }

    /**
     * A problem with the file as a whole, for example that it is a directory.
     *
     * @param file the file
     * @param problem what is wrong with it and what to do
     */
    public ImportException(Path file, String problem) {
        super("%s: %s".formatted(file, problem));
    }
}
