package org.ringside.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.SnapshotDiff;

/**
 * One trace file, open. Every read and write may block on the disk: never call from a thread that draws. Safe for use by several
 * threads; appends are serialised. All methods throw {@link IllegalStateException} after {@link #close()}.
 */
public interface Trace extends AutoCloseable {
    Path path();

    /** Whether nothing can be added, because the file or its directory cannot be written. */
    boolean readOnly();

    List<SourceInfo> sources() throws IOException;

    /** Every snapshot, by time, then by id. */
    List<SnapshotInfo> snapshots() throws IOException;

    /** The snapshot with this name, or with this number in decimal. */
    Optional<SnapshotInfo> findSnapshot(String nameOrNumber) throws IOException;

    /** The physical memory of a snapshot; stays valid until the trace is closed. */
    PhysicalMemory memory(SnapshotId snapshot) throws IOException;

    /** Registers of a snapshot. */
    MachineState state(SnapshotId snapshot) throws IOException;

    /** What differs between two snapshots, by walking only what differs. */
    SnapshotDiff diff(SnapshotId before, SnapshotId after) throws IOException;

    /**
     * Events of some kinds in a time range, by time.
     *
     * @param from first moment
     * @param until last moment, included
     * @param limit at most so many; the earliest are kept
     */
    List<TraceEvent> events(Set<EventKind> kinds, TraceTime from, TraceTime until, int limit) throws IOException;

    /**
     * The last events of some kinds up to a moment, newest first: how a time line steps back, and finds where the trace ends.
     *
     * @param until last moment, included
     * @param limit at most so many; the latest are kept
     */
    List<TraceEvent> eventsBackwards(Set<EventKind> kinds, TraceTime until, int limit) throws IOException;

    /**
     * Counts of one kind of events in equal slices of a time range, for drawing millions of them.
     *
     * @param from first moment
     * @param until last moment, included: slice {@code i} holds the moments from {@code from + i * w} on, where {@code w} is
     *     {@code (until - from + 1) / buckets}, computed without loss
     * @param buckets slices, 1 to 65,536
     */
    long[] histogram(EventKind kind, TraceTime from, TraceTime until, int buckets) throws IOException;

    /** Appends an event; it is on disk when this returns. */
    TraceEvent append(NewEvent event) throws IOException;

    /** Appends events together: all are on disk when this returns, or none. For thousands of events much faster than one by one. */
    List<TraceEvent> appendAll(List<NewEvent> events) throws IOException;

    /** The custody log: everything that was done to the trace, in order. */
    List<CustodyEntry> custody() throws IOException;

    /**
     * Says where the file of a source is now, after it was moved. The file is read whole and accepted only if its SHA-256 is the source's;
     * the move goes into the custody log.
     *
     * @throws TraceException if it is another file
     * @throws IllegalArgumentException if there is no such source
     */
    void relocate(long sourceId, Path newLocation, ProgressMonitor monitor) throws IOException;

    /**
     * Where the file of a source is to be found: where it was when it was imported, or where it was last said to be.
     *
     * @throws java.nio.file.InvalidPathException if the source is a link and not a file
     */
    default Path currentLocation(SourceInfo source) throws IOException {
        return Path.of(source.location());
    }

    @Override
    void close() throws IOException;
}
