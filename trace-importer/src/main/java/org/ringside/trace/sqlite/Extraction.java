package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceException;

/** Copies a part of a trace into a new one; see {@link org.ringside.trace.TraceExtract}. */
public final class Extraction {
    private final SqliteTrace from;
    private final Function<SnapshotInfo, List<AddressRange>> keep;
    private final ProgressMonitor monitor;

    private Extraction(SqliteTrace from, Function<SnapshotInfo, List<AddressRange>> keep, ProgressMonitor monitor) {
        this.from = from;
        this.keep = keep;
        this.monitor = monitor;
    }

    /** Makes the new trace; it appears under its name when it is complete. */
    public static void run(
            SqliteTrace from,
            Path to,
            Function<SnapshotInfo, List<AddressRange>> keep,
            Clock clock,
            ProgressMonitor monitor)
            throws IOException {
        if (Files.exists(to)) {
            throw new TraceException(to, "exists; choose another name or remove it");
        }
        Path part = to.resolveSibling(to.getFileName() + ".part");
        Files.deleteIfExists(part);
        try {
            SqliteTrace.create(part, clock);
            try (SqliteTrace trace = SqliteTrace.open(part, clock)) {
                new Extraction(from, keep, monitor).copyTo(trace);
            }
            Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
            Files.deleteIfExists(part.resolveSibling(part.getFileName() + "-wal"));
            Files.deleteIfExists(part.resolveSibling(part.getFileName() + "-shm"));
        }
    }

    private void copyTo(SqliteTrace to) throws IOException {
        ExecutorService workers = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().daemon().name("extract-", 0).factory());
        try (PackCompressor compressor = new PackCompressor(PackCompressor.SMALL);
                workers) {
            try {
                to.database().write(session -> {
                    copy(session, to, workers, compressor);
                    return true;
                });
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private void copy(Session session, SqliteTrace to, ExecutorService workers, PackCompressor compressor)
            throws SQLException, IOException {
        List<CustodyItem> items = new ArrayList<>();
        for (SourceInfo source : from.sources()) {
            items.add(source(session, source));
        }
        List<String> roots = new ArrayList<>();
        List<SnapshotInfo> snapshots = from.snapshots().stream()
                .sorted(Comparator.comparingLong(s -> s.id().value()))
                .toList();
        for (SnapshotInfo whole : snapshots) {
            SnapshotInfo part = snapshot(session, workers, compressor, whole);
            items.add(SnapshotStore.item(session, part));
            roots.add("snapshot %d \"%s\": root %s when whole, %d of %d pages kept"
                    .formatted(
                            whole.id().value(),
                            whole.name(),
                            whole.root(),
                            part.capturedPages(),
                            whole.capturedPages()));
        }
        List<NewEvent> events = from.database().read(reading -> {
            List<NewEvent> all = new ArrayList<>();
            EventStore.each(reading, 1, Long.MAX_VALUE, event -> all.add(event.content()));
            return all;
        });
        if (!events.isEmpty()) {
            items.add(EventStore.append(session, events).item());
        }
        CustodyEntry last = from.custody().getLast();
        to.custodyLog()
                .append(
                        session,
                        "extracted",
                        "from %s, whose custody log has %d entries and ends with %s; %s"
                                .formatted(from.path().getFileName(), last.id(), last.hash(), String.join("; ", roots)),
                        items);
    }

    private CustodyItem source(Session session, SourceInfo source) throws SQLException, IOException {
        long modified = from.database().read(reading -> SnapshotStore.modified(reading, source.id()));
        SourceInfo copied = SnapshotStore.addSource(
                session,
                source.location(),
                source.format(),
                new SourceDigest(source.size(), modified, source.sha256()),
                source.imported(),
                source.notes());
        return SnapshotStore.item(session, copied);
    }

    private SnapshotInfo snapshot(
            Session session, ExecutorService workers, PackCompressor compressor, SnapshotInfo whole)
            throws SQLException, IOException {
        TreeWriter.Tree tree = TreeWriter.write(
                session,
                workers,
                compressor,
                new KeptMemory(from.memory(whole.id()), keep.apply(whole)),
                true,
                "Copying " + whole.name(),
                monitor);
        if (!tree.notes().isEmpty()) {
            throw new TraceException(
                    from.path(),
                    "snapshot " + whole.name() + ": " + tree.notes().getFirst());
        }
        return SnapshotStore.add(
                session,
                new SnapshotStore.NewSnapshot(
                        whole.name(),
                        whole.machine(),
                        whole.time(),
                        tree,
                        from.state(whole.id()),
                        List.of(),
                        false,
                        whole.source()));
    }
}
