package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ringside.trace.TraceException;

/**
 * The tables of a trace and how they came to be: migration {@code n} makes schema {@code n + 1} of schema {@code n}. Migrations that were
 * released are never changed, only followed by others.
 */
final class Schema {
    /** {@code application_id} in the database header: "RING". */
    static final int APPLICATION_ID = 0x52494e47;

    /** Bytes in a database page. With compressed packs of some 25 KB, larger ones waste more and smaller ones cost more time. */
    static final int DATABASE_PAGE_SIZE = 8192;

    private static final List<String> VERSION_1 = List.of(
            """
            CREATE TABLE source(
              id INTEGER PRIMARY KEY,
              location TEXT NOT NULL,
              format TEXT NOT NULL,
              size INTEGER NOT NULL,
              modified INTEGER NOT NULL,
              sha256 BLOB NOT NULL,
              imported INTEGER NOT NULL,
              notes TEXT NOT NULL
            ) STRICT""",
            """
            CREATE TABLE relocation(
              id INTEGER PRIMARY KEY,
              source_id INTEGER NOT NULL,
              location TEXT NOT NULL,
              time INTEGER NOT NULL
            ) STRICT""",
            """
            CREATE TABLE snapshot(
              id INTEGER PRIMARY KEY,
              name TEXT NOT NULL UNIQUE,
              machine TEXT NOT NULL,
              time INTEGER NOT NULL,
              root BLOB NOT NULL,
              captured_pages INTEGER NOT NULL,
              zero_pages INTEGER NOT NULL,
              in_place INTEGER NOT NULL,
              source_id INTEGER NOT NULL,
              ranges BLOB NOT NULL,
              extents BLOB NOT NULL,
              nodes BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE cpu_register(
              snapshot_id INTEGER NOT NULL,
              vcpu INTEGER NOT NULL,
              name TEXT NOT NULL,
              value INTEGER NOT NULL,
              PRIMARY KEY(snapshot_id, vcpu, name)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE device_register(
              snapshot_id INTEGER NOT NULL,
              ordinal INTEGER NOT NULL,
              name TEXT NOT NULL,
              base INTEGER NOT NULL,
              bytes BLOB NOT NULL,
              PRIMARY KEY(snapshot_id, ordinal)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE node(
              id INTEGER PRIMARY KEY,
              hash BLOB NOT NULL UNIQUE,
              pages BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE page_block(
              first INTEGER PRIMARY KEY,
              count INTEGER NOT NULL,
              stored INTEGER NOT NULL,
              hashes BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE pack(
              first INTEGER PRIMARY KEY,
              count INTEGER NOT NULL,
              data BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE late_page(
              id INTEGER PRIMARY KEY,
              data BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE event(
              id INTEGER PRIMARY KEY,
              time INTEGER NOT NULL,
              kind TEXT NOT NULL,
              severity TEXT NOT NULL,
              machine TEXT NOT NULL,
              title TEXT NOT NULL,
              detail TEXT NOT NULL,
              snapshot_id INTEGER,
              links INTEGER NOT NULL
            ) STRICT""",
            "CREATE INDEX event_by_kind ON event(kind, time)",
            """
            CREATE TABLE event_link(
              event_id INTEGER NOT NULL,
              ordinal INTEGER NOT NULL,
              label TEXT NOT NULL,
              snapshot_id INTEGER NOT NULL,
              baseline_id INTEGER,
              space TEXT NOT NULL,
              address INTEGER NOT NULL,
              length INTEGER NOT NULL,
              PRIMARY KEY(event_id, ordinal)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE event_count(
              level INTEGER NOT NULL,
              kind TEXT NOT NULL,
              cell INTEGER NOT NULL,
              count INTEGER NOT NULL,
              PRIMARY KEY(level, kind, cell)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE custody(
              id INTEGER PRIMARY KEY,
              time INTEGER NOT NULL,
              clock TEXT NOT NULL,
              tool TEXT NOT NULL,
              action TEXT NOT NULL,
              detail TEXT NOT NULL,
              items TEXT NOT NULL,
              previous BLOB NOT NULL,
              hash BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE seal(
              id INTEGER PRIMARY KEY,
              body BLOB NOT NULL
            ) STRICT""",
            "INSERT INTO seal(id, body) VALUES(1, x'')");

    /** Every released step, in order. */
    static final Schema CURRENT = new Schema(List.of(VERSION_1));

    private final List<List<String>> migrations;

    Schema(List<List<String>> migrations) {
        this.migrations = List.copyOf(migrations);
    }

    /** The version this program writes. */
    int version() {
        return migrations.size();
    }

    /** Brings the database to {@link #version}, inside the caller's transaction. */
    void migrate(Session session, Path file) throws SQLException, IOException {
        int from = storedVersion(session, file);
        for (int step = from; step < version(); step++) {
            for (String statement : migrations.get(step)) {
                session.execute(statement);
            }
        }
        session.execute("PRAGMA user_version = " + version());
    }

    /**
     * The version of the database, at most {@link #version}.
     *
     * @throws TraceException if it is not a trace, or a newer one
     */
    int storedVersion(Session session, Path file) throws SQLException, IOException {
        if (session.number("PRAGMA application_id") != APPLICATION_ID) {
            throw new TraceException(
                    file,
                    "is an SQLite database but not a Ringside trace (its application_id, at offset 68 of the"
                            + " header, is not \"RING\"); to add memory images to a trace, import them");
        }
        long version = session.number("PRAGMA user_version");
        if (version < 0 || version > version()) {
            throw new TraceException(
                    file,
                    "is a trace of schema " + version + ", this program knows up to " + version()
                            + "; open it with a newer Ringside");
        }
        return (int) version;
    }

    /**
     * Compares the tables with those that the migrations make. A trace with other tables, triggers or views is not opened: they could
     * make reading do something else than read.
     *
     * @return what differs, one sentence each; empty if nothing does
     */
    List<String> differences(Session session) throws SQLException, IOException {
        Set<String> expected = new TreeSet<>(expected());
        List<String> differences = new ArrayList<>();
        for (String sql : statements(session)) {
            if (!expected.remove(sql)) {
                differences.add("the schema has what no version made: " + sql.substring(0, Math.min(60, sql.length())));
            }
        }
        expected.forEach(sql ->
                differences.add("the schema lacks: " + sql.lines().findFirst().orElse("")));
        return differences;
    }

    /** What the migrations make of an empty database. */
    private List<String> expected() throws SQLException, IOException {
        try (Session session = new Session(DriverManager.getConnection("jdbc:sqlite::memory:"))) {
            for (List<String> migration : migrations) {
                for (String statement : migration) {
                    session.execute(statement);
                }
            }
            return statements(session);
        }
    }

    private static List<String> statements(Session session) throws SQLException, IOException {
        return session.list(
                "SELECT substr(sql, 1, 10000) FROM sqlite_schema WHERE sql IS NOT NULL LIMIT 1000",
                row -> Session.text(row, 1));
    }
}
