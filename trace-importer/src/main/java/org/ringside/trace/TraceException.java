package org.ringside.trace;

import java.io.IOException;
import java.nio.file.Path;

/** A trace that cannot be opened, read or written. The message names the file, what is wrong with it and what to do next. */
public final class TraceException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the trace
     * @param problem what is wrong, where in the trace, and what to do next
     */
    public TraceException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /**
     * @param file the trace
     * @param problem what is wrong, where in the trace, and what to do next
     * @param cause what the storage below said
     */
    public TraceException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
