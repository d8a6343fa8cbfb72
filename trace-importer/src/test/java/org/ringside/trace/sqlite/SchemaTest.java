package org.ringside.trace.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.trace.CustodyCheck;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.TraceException;
import org.ringside.trace.TraceFile;

class SchemaTest {
    private static final List<String> FIRST = List.of("CREATE TABLE a(x INTEGER) STRICT", "INSERT INTO a VALUES(41)");
    private static final List<String> SECOND = List.of("ALTER TABLE a RENAME TO b", "UPDATE b SET x = x + 1");

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("case.ringside");
    }

    @Test
    void anOlderTraceIsMigratedStepByStep() throws IOException, SQLException {
        Database.create(file(), new Schema(List.of(FIRST)), session -> true);
        Schema newer = new Schema(List.of(FIRST, SECOND));
        Database.create(directory.resolve("fresh"), newer, session -> true);
        try (Session session = session(file())) {
            session.execute("BEGIN IMMEDIATE");
            assertEquals(1, newer.storedVersion(session, file()));
            newer.migrate(session, file());
            session.execute("COMMIT");
            assertEquals(2, newer.storedVersion(session, file()));
            assertEquals(42, session.number("SELECT x FROM b"));
            newer.migrate(session, file());
            assertEquals(42, session.number("SELECT x FROM b"), "a second migration does nothing");
        }
    }

    private static Session session(Path file) throws SQLException {
        return new Session(DriverManager.getConnection("jdbc:sqlite:" + file));
    }

    @Test
    void aMigrationThatFailsLeavesTheTraceAsItWas() throws IOException, SQLException {
        Database.create(file(), new Schema(List.of(FIRST)), session -> true);
        Schema broken = new Schema(List.of(FIRST, List.of("UPDATE a SET x = 7", "no such statement")));
        assertThrows(TraceException.class, () -> Database.open(file(), broken));
        try (Session session = session(file())) {
            assertEquals(41, session.number("SELECT x FROM a"));
            assertEquals(1, session.number("PRAGMA user_version"));
        }
    }

    @Test
    void aNewerTraceIsRefused() throws IOException, SQLException {
        TraceFile.openOrCreate(file()).close();
        execute(file(), "PRAGMA user_version = 999");
        TraceException e = assertThrows(TraceException.class, () -> TraceFile.open(file()));
        assertTrue(String.valueOf(e.getMessage()).contains("schema 999"), e::toString);
        assertTrue(!CustodyCheck.verify(file(), ProgressMonitor.none()).intact());
    }

    @Test
    void aDatabaseOfAnotherProgramIsRefused() throws IOException, SQLException {
        execute(file(), "CREATE TABLE t(x)");
        TraceException e = assertThrows(TraceException.class, () -> TraceFile.open(file()));
        assertTrue(String.valueOf(e.getMessage()).contains("not a Ringside trace"), e::toString);
        assertThrows(TraceException.class, () -> TraceFile.openOrCreate(file()));
    }

    @Test
    void aTraceWithATriggerIsRefused() throws IOException, SQLException {
        TraceFile.openOrCreate(file()).close();
        execute(file(), "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM custody; END");
        TraceException e = assertThrows(TraceException.class, () -> TraceFile.open(file()));
        assertTrue(String.valueOf(e.getMessage()).contains("no version made"), e::toString);
    }

    @Test
    void whereNothingCanBeWrittenATraceIsReadWithoutTouchingAnything() throws IOException {
        TraceFile.openOrCreate(file()).close();
        byte[] before = Files.readAllBytes(file());
        try (Database database = Database.open(file(), Schema.CURRENT, Database.Mode.IMMUTABLE)) {
            assertEquals(1, database.read(CustodyLog::read).size());
            assertTrue(database.readOnly());
            TraceException e = assertThrows(TraceException.class, () -> database.write(session -> true));
            assertTrue(String.valueOf(e.getMessage()).contains("read-only"), e::toString);
        }
        assertArrayEquals(before, Files.readAllBytes(file()));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file()), files.toList());
        }
        Files.write(Database.log(file()), new byte[100]);
        TraceException e = assertThrows(
                TraceException.class, () -> Database.open(file(), Schema.CURRENT, Database.Mode.IMMUTABLE));
        assertTrue(String.valueOf(e.getMessage()).contains("write-ahead log"), e::toString);
    }

    private static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void namesWithSpecialCharactersAreFiles() throws IOException {
        Path odd = directory.resolve("a ?b%20#c.ringside");
        SqliteTrace.create(odd, Clock.systemUTC());
        assertTrue(Files.size(odd) > 0);
        try (SqliteTrace trace = SqliteTrace.open(odd, Clock.systemUTC())) {
            assertEquals("created", trace.custody().getFirst().action());
        }
    }
}
