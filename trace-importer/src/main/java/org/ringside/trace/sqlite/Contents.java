package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.Digest;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceEvent;

/** Verifies what the custody log binds: every row against the digest that the log has of it, and that there are no others. */
final class Contents {
    private final Database database;
    private final Verification report;
    private final Map<CustodyItem.Kind, List<CustodyItem>> items = new EnumMap<>(CustodyItem.Kind.class);
    private long snapshotCount;
    private long pageCount;
    private long eventCount;

    Contents(Database database, Verification report) {
        this.database = database;
        this.report = report;
        for (CustodyItem.Kind kind : CustodyItem.Kind.values()) {
            items.put(kind, new ArrayList<>());
        }
    }

    private List<CustodyItem> items(CustodyItem.Kind kind) {
        return items.getOrDefault(kind, List.of());
    }

    void verify() {
        report.part("custody log", this::chain);
        report.part("sources", this::sources);
        report.part("relocations", this::relocations);
        report.part("snapshots", this::snapshots);
        report.part("events", this::events);
        report.counted(snapshotCount, pageCount, eventCount);
        report.part("files indexed in place", this::filesInPlace);
    }

    private void chain() throws IOException {
        Digest previous = CustodyLog.START;
        long expected = 1;
        List<Long> ids =
                database.read(session -> session.list("SELECT id FROM custody ORDER BY id", row -> row.getLong(1)));
        for (long id : ids) {
            if (id != expected) {
                report.problem("custody entry " + expected, "is missing");
            }
            expected = id + 1;
            previous = entry(id, previous).orElse(previous);
        }
        if (ids.isEmpty()) {
            report.problem("custody log", "is empty; every trace has at least the entry of its creation");
        }
        report.chain(ids.size(), Optional.of(previous));
    }

    /** Verifies one entry and takes its items. */
    private Optional<Digest> entry(long id, Digest previous) {
        String where = "custody entry " + id;
        List<CustodyEntry> found = new ArrayList<>();
        report.part(where, () -> found.add(database.read(session -> CustodyLog.entry(session, id))));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        CustodyEntry entry = found.getFirst();
        if (!entry.previous().equals(previous)) {
            report.problem(where, "does not continue the entry before it: one of the two was changed");
        }
        Digest hash = Canonical.custody(
                entry.previous(),
                entry.id(),
                entry.time().epochNanoseconds(),
                entry.clock(),
                entry.tool(),
                entry.action(),
                entry.detail(),
                entry.items());
        if (!hash.equals(entry.hash())) {
            report.problem(where, "was changed: its hash is " + hash + ", recorded is " + entry.hash());
        }
        entry.items().forEach(item -> items(item.kind()).add(item));
        return Optional.of(entry.hash());
    }

    private void sources() throws IOException {
        Map<Long, Digest> found = new HashMap<>();
        for (long id : ids("source")) {
            report.part(
                    "source " + id,
                    () -> found.put(id, database.read(session -> {
                        SourceInfo source = SnapshotStore.source(session, id);
                        return SnapshotStore.item(session, source).digest();
                    })));
        }
        compare("source", CustodyItem.Kind.SOURCE, found);
    }

    private void relocations() throws IOException {
        Map<Long, Digest> found = new HashMap<>();
        database.read(session -> {
            session.each(
                    "SELECT id, source_id, location, time FROM relocation",
                    row -> found.put(
                            row.getLong(1),
                            Canonical.relocation(
                                    row.getLong(1), row.getLong(2), Session.text(row, 3), row.getLong(4))));
            return true;
        });
        compare("relocation", CustodyItem.Kind.RELOCATION, found);
    }

    private void snapshots() throws IOException {
        Map<Long, Digest> found = new HashMap<>();
        TreeCheck trees = new TreeCheck(database, report);
        for (long id : ids("snapshot")) {
            report.part("snapshot " + id, () -> {
                SnapshotInfo snapshot = database.read(session -> SnapshotStore.get(session, id));
                found.put(
                        id,
                        database.read(
                                session -> SnapshotStore.item(session, snapshot).digest()));
                trees.snapshot(snapshot);
                snapshotCount++;
            });
        }
        compare("snapshot", CustodyItem.Kind.SNAPSHOT, found);
        trees.registers();
        pageCount = trees.finish();
    }

    private void events() throws IOException {
        long next = 1;
        for (CustodyItem item : items(CustodyItem.Kind.EVENTS)) {
            if (item.first() != next || item.last() < item.first()) {
                report.problem("events " + item.first() + " to " + item.last(), "are recorded out of order");
            }
            next = item.last() + 1;
            report.part("events " + item.first() + " to " + item.last(), () -> eventRange(item));
            report.monitor().checkCancelled();
        }
        long last = next - 1;
        database.read(session -> {
            session.each(
                    "SELECT id FROM event WHERE id < 1 OR id > ? LIMIT 100",
                    row -> report.problem("event " + row.getLong(1), "is in no custody entry"),
                    last);
            session.each(
                    "SELECT DISTINCT event_id FROM event_link WHERE event_id NOT IN (SELECT id FROM event) LIMIT 100",
                    row -> report.problem("event " + row.getLong(1), "has links but does not exist"));
            return true;
        });
        report.part(
                "event counts",
                () -> database.read(session -> {
                    EventCounts.verify(session, report);
                    return true;
                }));
    }

    private void eventRange(CustodyItem item) throws IOException {
        Canonical.Events digest = new Canonical.Events();
        long[] expected = {item.first()};
        database.read(session -> {
            EventStore.each(session, item.first(), item.last(), event -> {
                each(event, expected[0], digest);
                expected[0] = event.id() + 1;
            });
            return true;
        });
        eventCount += expected[0] - item.first();
        if (expected[0] != item.last() + 1) {
            report.problem("events " + expected[0] + " to " + item.last(), "are missing");
        }
        if (!digest.finish().equals(item.digest())) {
            report.problem(
                    item.first() == item.last()
                            ? "event " + item.first()
                            : "one of the events " + item.first() + " to " + item.last(),
                    "was changed: it does not have the digest in the custody log");
        }
    }

    private void each(TraceEvent event, long expected, Canonical.Events digest) {
        if (event.id() != expected) {
            report.problem("event " + expected, "is missing");
        }
        digest.add(event);
    }

    private List<Long> ids(String table) throws IOException {
        return database.read(
                session -> session.list("SELECT id FROM " + table + " ORDER BY id", row -> row.getLong(1)));
    }

    private void compare(String what, CustodyItem.Kind kind, Map<Long, Digest> found) {
        for (CustodyItem item : items(kind)) {
            Digest digest = found.remove(item.first());
            if (digest == null) {
                report.problem(what + " " + item.first(), "is in the custody log but missing or unreadable");
            } else if (!digest.equals(item.digest())) {
                report.problem(
                        what + " " + item.first(), "was changed: it does not have the digest in the custody log");
            }
        }
        found.keySet().forEach(id -> report.problem(what + " " + id, "is in no custody entry"));
    }

    private void filesInPlace() throws IOException {
        List<SourceInfo> sources = database.read(session -> {
            List<SourceInfo> inPlace = new ArrayList<>();
            for (SnapshotInfo snapshot : SnapshotStore.snapshots(session)) {
                if (snapshot.inPlace() && !inPlace.contains(snapshot.source())) {
                    inPlace.add(snapshot.source());
                }
            }
            return inPlace;
        });
        for (SourceInfo source : sources) {
            fileInPlace(source);
        }
    }

    private void fileInPlace(SourceInfo source) {
        String where = "source " + source.id();
        report.part(where, () -> {
            Path location = Path.of(database.read(session -> SnapshotStore.location(session, source.id()))
                    .orElse(source.location()));
            try {
                SourceDigest digest = SourceDigest.of(location, done -> {
                    report.monitor().checkCancelled();
                    report.monitor().progress("Hashing " + location.getFileName(), done, source.size());
                });
                if (!digest.sha256().equals(source.sha256())) {
                    report.problem(
                            where,
                            location + ", whose pages stay in it, was changed: its SHA-256 is " + digest.sha256()
                                    + ", recorded is " + source.sha256());
                }
            } catch (NoSuchFileException e) {
                report.problem(where, location + ", whose pages stay in it, is no longer there");
            }
        });
    }
}
