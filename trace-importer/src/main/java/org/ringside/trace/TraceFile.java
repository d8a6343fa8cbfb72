package org.ringside.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.ringside.trace.sqlite.SqliteTrace;

/**
 * Opens trace files.
 *
 * <p>A trace may be open in several programs at once. All of them may read at any time; one writes at a time, and another that wants to
 * waits for some seconds, then fails with a message that says so. Where the file or its directory cannot be written the trace is opened
 * read-only.
 */
public final class TraceFile {
    /** What the names of trace files end with. */
    public static final String EXTENSION = ".ringside";

    private TraceFile() {}

    /**
     * Opens a trace.
     *
     * @throws TraceException if it does not exist, is not a trace, was written by a newer program, or is damaged
     */
    public static Trace open(Path file) throws IOException {
        return SqliteTrace.open(file, Clock.systemUTC());
    }

    /**
     * Opens a trace, and makes an empty one if there is none.
     *
     * @throws TraceException if there is a file that is not a trace, or that cannot be opened
     */
    public static Trace openOrCreate(Path file) throws IOException {
        if (!Files.exists(file) || (Files.isRegularFile(file) && Files.size(file) == 0)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory == null || !Files.isDirectory(directory)) {
                throw new TraceException(file, "cannot be made: there is no directory " + directory);
            }
            SqliteTrace.create(file, Clock.systemUTC());
        }
        return open(file);
    }
}
