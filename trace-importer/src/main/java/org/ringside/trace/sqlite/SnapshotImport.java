package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceException;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.MemoryImage.FileExtent;

/** Adds one memory image to a trace, in one transaction. */
final class SnapshotImport {
    private static final int WORKERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

    private final SqliteTrace trace;
    private final ImportJob job;
    private final ProgressMonitor monitor;
    private final List<FileExtent> extents;

    SnapshotImport(SqliteTrace trace, ImportJob job, ProgressMonitor monitor) throws IOException {
        this.trace = trace;
        this.job = job;
        this.monitor = monitor;
        this.extents = job.inPlace()
                ? job.image()
                        .extents()
                        .orElseThrow(() ->
                                new IOException(job.file() + ": " + job.image().format()
                                        + " does not keep all pages as plain bytes, so they cannot stay in the file; import it"
                                        + " without the in-place option"))
                : List.of();
    }

    ImportJob.Result run() throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(
                WORKERS, Thread.ofPlatform().daemon().name("import-", 0).factory());
        ExecutorService hasher = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("import-digest").factory());
        // Closed last, when no worker uses it any more.
        try (PackCompressor compressor = new PackCompressor(PackCompressor.FAST);
                workers;
                hasher) {
            try {
                // The whole file is hashed while its pages are: two passes over the same cached bytes, on different
                // processors.
                Future<SourceDigest> digest = hasher.submit(() -> SourceDigest.of(job.file(), read -> {
                    if (stop.get() || monitor.isCancelled()) {
                        throw new CancellationException("cancelled");
                    }
                }));
                return trace.database().write(session -> add(session, workers, compressor, digest));
            } finally {
                stop.set(true);
                workers.shutdownNow();
            }
        }
    }

    private ImportJob.Result add(
            Session session, ExecutorService workers, PackCompressor compressor, Future<SourceDigest> hashing)
            throws SQLException, IOException {
        List<SnapshotInfo> existing = SnapshotStore.snapshots(session);
        String name = name(existing);
        TreeWriter.Tree tree = TreeWriter.write(
                session,
                workers,
                compressor,
                job.image(),
                !job.inPlace(),
                "Storing " + job.file().getFileName(),
                monitor);
        monitor.progress("Hashing " + job.file().getFileName(), 0, 0);
        SourceDigest digest = PageWriter.result(hashing);
        monitor.checkCancelled();

        TraceTime now = trace.custodyLog().now();
        List<String> notes = new ArrayList<>(job.image().notes());
        notes.addAll(tree.notes());
        SourceInfo source = SnapshotStore.addSource(
                session, job.file().toAbsolutePath().toString(), job.image().format(), digest, now, notes);
        SnapshotInfo snapshot = SnapshotStore.add(
                session,
                new SnapshotStore.NewSnapshot(
                        name,
                        job.machine(),
                        job.time().orElse(new TraceTime(digest.modified())),
                        tree,
                        job.state(),
                        extents,
                        job.inPlace(),
                        source));
        List<CustodyItem> items = new ArrayList<>();
        items.add(SnapshotStore.item(session, source));
        if (job.registers().isPresent()) {
            items.add(registers(session, now));
        }
        items.add(SnapshotStore.item(session, snapshot));

        ChangeReport report = new ChangeReport(session, trace, snapshot, job.image());
        List<NewEvent> news = report.events();
        EventStore.Appended events = EventStore.append(session, news);
        items.add(events.item());
        trace.custodyLog()
                .append(
                        session,
                        job.inPlace() ? "indexed in place" : "imported",
                        "%s (%s, %d bytes, SHA-256 %s) as snapshot %d \"%s\" of machine \"%s\", root %s"
                                .formatted(
                                        source.location(),
                                        source.format(),
                                        source.size(),
                                        source.sha256(),
                                        snapshot.id().value(),
                                        snapshot.name(),
                                        snapshot.machine(),
                                        snapshot.root()),
                        items);
        trace.touched(session);
        return new ImportJob.Result(snapshot, report.baseline(), events.events(), tree.newPages(), tree.newBytes());
    }

    private CustodyItem registers(Session session, TraceTime now) throws SQLException, IOException {
        var file = job.registers().orElseThrow();
        SourceInfo source = SnapshotStore.addSource(
                session,
                file.toAbsolutePath().toString(),
                "registers",
                SourceDigest.of(file, read -> monitor.checkCancelled()),
                now,
                job.registerNotes());
        return SnapshotStore.item(session, source);
    }

    private String name(List<SnapshotInfo> existing) throws TraceException {
        Set<String> taken = existing.stream().map(SnapshotInfo::name).collect(Collectors.toSet());
        Optional<String> chosen = job.name();
        if (chosen.isPresent()) {
            if (taken.contains(chosen.get())) {
                throw new TraceException(
                        trace.path(), "already has a snapshot named \"" + chosen.get() + "\"; choose another name");
            }
            return chosen.get();
        }
        String file = String.valueOf(job.file().getFileName());
        int dot = file.lastIndexOf('.');
        String base = dot > 0 ? file.substring(0, dot) : file;
        String name = base;
        for (int i = 2; taken.contains(name); i++) {
            name = base + " (" + i + ")";
        }
        return name;
    }
}
