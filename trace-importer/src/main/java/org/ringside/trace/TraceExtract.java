package org.ringside.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.trace.sqlite.Extraction;
import org.ringside.trace.sqlite.SqliteTrace;

/** Makes a small trace of a large one: some pages of each snapshot, the rest recorded as not captured. */
public final class TraceExtract {
    private TraceExtract() {}

    /**
     * Copies sources, snapshots, registers and events, with the same numbers, and of the memory only chosen pages. The new trace's custody
     * log names the old trace, the last hash of its custody log, and the root of every snapshot as it was whole.
     *
     * @param from the trace to copy from
     * @param to the new file; it appears when it is complete
     * @param keep ranges to keep of a snapshot, in any order, widened to whole pages; what was not captured stays not captured
     * @throws TraceException if {@code to} exists, or a page to keep cannot be read
     */
    public static void run(
            Trace from, Path to, Function<SnapshotInfo, List<AddressRange>> keep, ProgressMonitor monitor)
            throws IOException {
        if (!(from instanceof SqliteTrace stored)) {
            throw new IllegalArgumentException("not a trace file: " + from.path());
        }
        Extraction.run(stored, to, keep, Clock.systemUTC(), monitor);
    }
}
