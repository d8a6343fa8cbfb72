package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.Digest;
import org.ringside.trace.TraceTime;

/** Appends to the custody log and reads it. */
final class CustodyLog {
    /** What comes before the first entry. */
    static final Digest START = Digest.of(new byte[Digest.LENGTH]);

    private static final String COLUMNS =
            "SELECT id, time, clock, tool, action, detail, items, previous, hash FROM custody";

    private final Clock clock;
    private final String tool;

    CustodyLog(Clock clock, String tool) {
        this.clock = clock;
        this.tool = tool;
    }

    TraceTime now() {
        return TraceTime.of(clock.instant());
    }

    /** Appends an entry, inside the caller's transaction, which is the one that adds the items. */
    void append(Session session, String action, String detail, List<CustodyItem> items)
            throws SQLException, IOException {
        record Last(long id, Digest hash) {}
        Last last = session.first(
                        "SELECT id, hash FROM custody ORDER BY id DESC LIMIT 1",
                        row -> new Last(row.getLong(1), Digest.of(Session.bytes(row, 2))))
                .orElse(new Last(0, START));
        long id = last.id + 1;
        long time = now().epochNanoseconds();
        String clockName = "system clock, " + clock.getZone();
        Digest hash = Canonical.custody(last.hash, id, time, clockName, tool, action, detail, items);
        session.update(
                "INSERT INTO custody(id, time, clock, tool, action, detail, items, previous, hash)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                time,
                clockName,
                tool,
                action,
                detail,
                String.join("\n", items.stream().map(CustodyItem::toString).toList()),
                last.hash.toBytes(),
                hash.toBytes());
    }

    static List<CustodyEntry> read(Session session) throws SQLException, IOException {
        return session.list(COLUMNS + " ORDER BY id", CustodyLog::entry);
    }

    static CustodyEntry entry(Session session, long id) throws SQLException, IOException {
        return session.first(COLUMNS + " WHERE id = ?", CustodyLog::entry, id)
                .orElseThrow(() -> new IllegalArgumentException("custody entry " + id + " is missing"));
    }

    /** @throws IllegalArgumentException if a field is not what such a field holds */
    static CustodyEntry entry(ResultSet row) throws SQLException {
        String items = Session.text(row, 7);
        return new CustodyEntry(
                row.getLong(1),
                new TraceTime(row.getLong(2)),
                Session.text(row, 3),
                Session.text(row, 4),
                Session.text(row, 5),
                Session.text(row, 6),
                items.isEmpty()
                        ? List.of()
                        : items.lines().map(CustodyItem::parse).toList(),
                Digest.of(Session.bytes(row, 8)),
                Digest.of(Session.bytes(row, 9)));
    }
}
