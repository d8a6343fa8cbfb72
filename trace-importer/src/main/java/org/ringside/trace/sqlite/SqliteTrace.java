package org.ringside.trace.sqlite;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.EventKind;
import org.ringside.trace.MachineState;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceException;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.snapshot.SnapshotDiff;

/** A trace in an SQLite database. */
public final class SqliteTrace implements Trace {
    private static final int MAXIMUM_BUCKETS = 65_536;
    private static final int CACHED_FILE_PAGES = 4096;

    private final Database database;
    private final CustodyLog custody;
    private final PageStore pages;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ConcurrentMap<Long, InPlaceFile> files = new ConcurrentHashMap<>();
    private final BoundedCache<Integer, MemorySegment> filePages = new BoundedCache<>(CACHED_FILE_PAGES);

    private SqliteTrace(Database database, CustodyLog custody) {
        this.database = database;
        this.custody = custody;
        this.pages = new PageStore(database);
    }

    /** Opens a trace; see {@link org.ringside.trace.TraceFile#open}. */
    public static SqliteTrace open(Path file, Clock clock) throws IOException {
        return new SqliteTrace(Database.open(file, Schema.CURRENT), new CustodyLog(clock, ToolVersion.name()));
    }

    /** Makes an empty trace; the file must not exist or be empty. */
    public static void create(Path file, Clock clock) throws IOException {
        CustodyLog log = new CustodyLog(clock, ToolVersion.name());
        Database.create(file, Schema.CURRENT, session -> {
            log.append(session, "created", "a new trace, schema " + Schema.CURRENT.version(), List.of());
            return true;
        });
    }

    Database database() {
        return database;
    }

    CustodyLog custodyLog() {
        return custody;
    }

    PageStore pages() {
        return pages;
    }

    @Override
    public Path path() {
        return database.file();
    }

    @Override
    public boolean readOnly() {
        return database.readOnly();
    }

    @Override
    public List<SourceInfo> sources() throws IOException {
        return database.read(SnapshotStore::sources);
    }

    @Override
    public List<SnapshotInfo> snapshots() throws IOException {
        return database.read(SnapshotStore::snapshots);
    }

    @Override
    public Optional<SnapshotInfo> findSnapshot(String nameOrNumber) throws IOException {
        return database.read(session -> SnapshotStore.find(session, nameOrNumber));
    }

    @Override
    public List<CustodyEntry> custody() throws IOException {
        return database.read(CustodyLog::read);
    }

    @Override
    public PhysicalMemory memory(SnapshotId snapshot) throws IOException {
        return database.read(session -> {
            SnapshotInfo info = SnapshotStore.get(session, snapshot);
            NodeTable nodes = SnapshotStore.nodes(session, snapshot);
            if (!info.inPlace()) {
                return new StoredMemory(info.ranges(), nodes, pages, null);
            }
            List<FileExtent> extents = SnapshotStore.extents(session, snapshot);
            InPlaceFile file = file(session, info.source());
            return new StoredMemory(info.ranges(), nodes, pages, new StoredMemory.InPlace(file, extents, filePages));
        });
    }

    private InPlaceFile file(Session session, SourceInfo source) throws SQLException, IOException {
        InPlaceFile known = files.get(source.id());
        if (known != null) {
            return known;
        }
        String location = SnapshotStore.location(session, source.id()).orElse(source.location());
        InPlaceFile file = new InPlaceFile(source.id(), Path.of(location), source.size());
        InPlaceFile other = files.putIfAbsent(source.id(), file);
        return other == null ? file : other;
    }

    @Override
    public MachineState state(SnapshotId snapshot) throws IOException {
        return database.read(session -> SnapshotStore.state(session, snapshot));
    }

    @Override
    public SnapshotDiff diff(SnapshotId before, SnapshotId after) throws IOException {
        return database.read(session -> diff(session, before, after));
    }

    SnapshotDiff diff(Session session, SnapshotId before, SnapshotId after) throws SQLException, IOException {
        NodeTable beforeNodes = SnapshotStore.nodes(session, before);
        NodeTable afterNodes = SnapshotStore.nodes(session, after);
        return new SnapshotDiff(
                before, after, TreeDiff.compare(beforeNodes, afterNodes, id -> pages.readNode(session, id)));
    }

    @Override
    public List<TraceEvent> events(Set<EventKind> kinds, TraceTime from, TraceTime until, int limit)
            throws IOException {
        return database.read(session -> EventStore.forwards(session, kinds, from, until, limit));
    }

    @Override
    public List<TraceEvent> eventsBackwards(Set<EventKind> kinds, TraceTime until, int limit) throws IOException {
        return database.read(session -> EventStore.backwards(session, kinds, until, limit));
    }

    @Override
    public long[] histogram(EventKind kind, TraceTime from, TraceTime until, int buckets) throws IOException {
        if (buckets < 1 || buckets > MAXIMUM_BUCKETS || from.compareTo(until) > 0) {
            throw new IllegalArgumentException(buckets + " slices of " + from + ".." + until);
        }
        return database.read(session -> EventCounts.histogram(session, kind, from, until, buckets));
    }

    @Override
    public TraceEvent append(NewEvent event) throws IOException {
        return appendAll(List.of(event)).getFirst();
    }

    @Override
    public List<TraceEvent> appendAll(List<NewEvent> events) throws IOException {
        if (events.isEmpty()) {
            return List.of();
        }
        return database.write(session -> {
            EventStore.Appended appended = EventStore.append(session, events);
            custody.append(
                    session,
                    "events recorded",
                    events.size() == 1 ? events.getFirst().title() : events.size() + " events",
                    List.of(appended.item()));
            touched(session);
            return appended.events();
        });
    }

    @Override
    public void relocate(long sourceId, Path newLocation, ProgressMonitor monitor) throws IOException {
        SourceInfo source = sources().stream()
                .filter(s -> s.id() == sourceId)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no source " + sourceId));
        SourceDigest found = SourceDigest.of(newLocation, done -> {
            monitor.checkCancelled();
            monitor.progress("Comparing " + newLocation.getFileName(), done, source.size());
        });
        if (!found.sha256().equals(source.sha256())) {
            throw new TraceException(
                    newLocation,
                    "is not the image that was indexed: its SHA-256 is " + found.sha256()
                            + ", that of source " + sourceId + " is " + source.sha256() + "; look for " + source.size()
                            + " bytes with that hash");
        }
        String location = newLocation.toAbsolutePath().toString();
        InPlaceFile file = database.write(session -> {
            CustodyItem item = SnapshotStore.addRelocation(session, sourceId, location, custody.now());
            custody.append(
                    session,
                    "relocated",
                    "source " + sourceId + " is now " + location + ", SHA-256 " + found.sha256() + " verified",
                    List.of(item));
            touched(session);
            return file(session, source);
        });
        file.moveTo(Path.of(location));
    }

    @Override
    public Path currentLocation(SourceInfo source) throws IOException {
        Optional<String> moved = database.read(session -> SnapshotStore.location(session, source.id()));
        return Path.of(moved.orElse(source.location()));
    }

    /** Adds a memory image, in one transaction. */
    public ImportJob.Result add(ImportJob job, ProgressMonitor monitor) throws IOException {
        return new SnapshotImport(this, job, monitor).run();
    }

    /** To be called in every transaction that changes the trace: what was sealed is no longer. */
    void touched(Session session) throws SQLException {
        session.update("UPDATE seal SET body = x'' WHERE length(body) > 0");
    }

    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        boolean seal;
        try {
            seal = !readOnly() && !sealed();
        } finally {
            try {
                for (InPlaceFile file : files.values()) {
                    file.close();
                }
            } finally {
                database.close();
            }
        }
        if (seal) {
            Database.seal(path());
        }
    }

    private boolean sealed() throws IOException {
        return database.read(session -> session.first(
                        "SELECT substr(body, 1, 8) FROM seal", row -> FileSeal.isSealed(Session.bytes(row, 1)))
                .orElse(false));
    }
}
