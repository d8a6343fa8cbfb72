package org.ringside.trace.sqlite;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ringside.trace.TraceException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

/**
 * The connections to one trace: one that writes, a few that read. Readers see the last commit and never wait for the writer.
 *
 * <p>While any of them is open, nothing in this process may open and close the database file by other means: on POSIX systems closing any
 * descriptor of a file drops every lock the process holds on it, SQLite's among them.
 */
final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final int BUSY_MILLISECONDS = 5_000;

    /** The longest value that is read or written, in bytes, so that no file can fill the heap. */
    private static final int LONGEST_VALUE = 64 << 20;

    /** Bytes in the log from which on it is moved into the file before the next transaction. */
    private static final long LONG_LOG = 8 << 20;

    private final Path file;
    private final Mode mode;
    private final ReentrantLock writing = new ReentrantLock();
    private final Semaphore readers = new Semaphore(READERS, true);
    private final Deque<Session> idle = new ArrayDeque<>();
    private @Nullable Session writer;
    private boolean closed;

    /** How the file may be used. */
    enum Mode {
        READ_WRITE,
        /** The file is on a read-only medium or must not be touched: no locks, no write-ahead log. */
        IMMUTABLE,
        /** Read only, but with the write-ahead log that belongs to it. */
        READ_ONLY
    }

    private Database(Path file, Mode mode) {
        this.file = file;
        this.mode = mode;
    }

    /** Something to do with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Session session) throws SQLException, IOException;
    }

    /** Makes an empty trace and closes it. The file must not exist or be empty. */
    static void create(Path file, Schema schema, Work<?> first) throws IOException {
        try (Session session = connect(file, Mode.READ_WRITE, true)) {
            session.execute("PRAGMA page_size = " + Schema.DATABASE_PAGE_SIZE);
            // All in one transaction: a power cut leaves an empty file or a whole trace.
            session.execute("BEGIN EXCLUSIVE");
            session.execute("PRAGMA application_id = " + Schema.APPLICATION_ID);
            schema.migrate(session, file);
            first.run(session);
            session.execute("COMMIT");
            session.execute("PRAGMA journal_mode = WAL");
        } catch (SQLException e) {
            throw failure(file, "could not be made into a trace", e);
        }
    }

    /**
     * Opens a trace: to write if the file and its directory can be written, else immutable.
     *
     * @throws TraceException if it is not a trace, newer than this program, or damaged
     */
    static Database open(Path file, Schema schema) throws IOException {
        return open(file, schema, writable(file) ? Mode.READ_WRITE : Mode.IMMUTABLE);
    }

    static Database open(Path file, Schema schema, Mode mode) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TraceException(file, Files.exists(file) ? "is not a file" : "does not exist");
        }
        if (Files.size(file) == 0) {
            throw new TraceException(file, "is empty, not a trace");
        }
        Path log = log(file);
        if (mode == Mode.IMMUTABLE && Files.exists(log) && Files.size(log) > 0) {
            throw new TraceException(
                    file,
                    "has a write-ahead log (" + log.getFileName() + ") with changes that are not in it yet, and"
                            + " nothing can be written here; copy both files to a directory that can be written and"
                            + " open the copy");
        }
        Database database = new Database(file, mode);
        try {
            int version = database.read(session -> schema.storedVersion(session, file));
            if (version < schema.version()) {
                if (mode != Mode.READ_WRITE) {
                    throw new TraceException(
                            file,
                            "is a trace of schema " + version + ", older than this program's, and cannot be"
                                    + " written here; copy it to a directory that can be written and open the copy");
                }
                database.write(session -> {
                    schema.migrate(session, file);
                    return true;
                });
            }
            List<String> differences = database.read(schema::differences);
            if (!differences.isEmpty()) {
                throw new TraceException(
                        file, "is damaged or not a trace: " + differences.getFirst() + "; restore it from a copy");
            }
            return database;
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static boolean writable(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return Files.isWritable(file) && directory != null && Files.isWritable(directory);
    }

    /** The write-ahead log of a trace; it is there while the trace is open. */
    static Path log(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    Path file() {
        return file;
    }

    boolean readOnly() {
        return mode != Mode.READ_WRITE;
    }

    /**
     * Seals a trace that nobody has open; does nothing if somebody has, for then whoever closes it last seals it.
     */
    static void seal(Path file) throws IOException {
        try (Session session = connect(file, Mode.READ_WRITE, false)) {
            session.execute("PRAGMA busy_timeout = 0");
            session.execute("PRAGMA locking_mode = EXCLUSIVE");
            session.execute("BEGIN IMMEDIATE");
            long pages = 0;
            // Making room for the seal may add pages, for which room must be made.
            for (long now = session.number("PRAGMA page_count"); now != pages; ) {
                pages = now;
                session.update("UPDATE seal SET body = zeroblob(?)", FileSeal.length(pages));
                now = session.number("PRAGMA page_count");
            }
            session.execute("COMMIT");
            session.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            int root = (int) session.number("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'");
            int pageSize = (int) session.number("PRAGMA page_size");
            writeSeal(file, session, pageSize, root);
        } catch (SQLException e) {
            if (!busy(e)) {
                throw failure(file, "could not be sealed", e);
            }
        }
    }

    /** Closes the session before the channel: it must keep its lock until the seal is written; see the head of this class. */
    private static void writeSeal(Path file, Session session, int pageSize, int root) throws SQLException, IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try {
                FileSeal.write(channel, pageSize, root);
            } finally {
                session.close();
            }
        }
    }

    private static boolean busy(SQLException e) {
        return e instanceof SQLiteException sqlite && (sqlite.getResultCode().code & 0xff) == 5;
    }

    private static Session connect(Path file, Mode mode, boolean create) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLISECONDS);
        config.setReadOnly(mode != Mode.READ_WRITE);
        // A private copy of the URI's path: SQLite decodes it, so names with ? or % are safe.
        URI uri = file.toAbsolutePath().toUri();
        String parameters = switch (mode) {
            case READ_WRITE -> create ? "?mode=rwc" : "?mode=rw";
            case READ_ONLY -> "?mode=ro";
            case IMMUTABLE -> "?immutable=1&mode=ro";
        };
        Connection connection = config.createConnection("jdbc:sqlite:file:" + uri.getRawPath() + parameters);
        Session session = new Session(connection);
        try {
            ((SQLiteConnection) connection).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
            session.execute("PRAGMA trusted_schema = OFF");
            session.execute("PRAGMA cell_size_check = ON");
            session.execute("PRAGMA temp_store = MEMORY");
            session.execute("PRAGMA mmap_size = 0");
            if (mode == Mode.READ_WRITE) {
                session.execute("PRAGMA secure_delete = ON");
                session.execute("PRAGMA synchronous = FULL");
                session.execute("PRAGMA wal_autocheckpoint = 0");
                session.execute("PRAGMA journal_size_limit = 0");
            }
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Runs {@code work} on a connection that reads one consistent state. */
    <T> T read(Work<T> work) throws IOException {
        readers.acquireUninterruptibly();
        try {
            Session session = borrow();
            boolean sound = false;
            try {
                session.execute("BEGIN");
                T result = work.run(session);
                session.execute("COMMIT");
                sound = true;
                return result;
            } finally {
                giveBack(session, sound);
            }
        } catch (SQLException e) {
            throw failure(file, "could not be read", e);
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        } finally {
            readers.release();
        }
    }

    /** What a row holds is not what such a row can hold. */
    private TraceException damaged(IllegalArgumentException e) {
        return new TraceException(
                file, "is damaged: " + e.getMessage() + "; run the custody check to see all of it", e);
    }

    private Session borrow() throws SQLException {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException(file + " is closed");
            }
            Session session = idle.pollFirst();
            if (session != null) {
                return session;
            }
        }
        return connect(file, mode, false);
    }

    private void giveBack(Session session, boolean sound) throws SQLException {
        boolean keep;
        synchronized (idle) {
            keep = sound && !closed;
            if (keep) {
                idle.addFirst(session);
            }
        }
        if (!keep) {
            session.close();
        }
    }

    /** Runs {@code work} in one transaction: all of it is on disk when this returns, or nothing. */
    <T> T write(Work<T> work) throws IOException {
        if (readOnly()) {
            throw new TraceException(
                    file, "is open read-only; copy it to a place that can be written to add something to it");
        }
        writing.lock();
        try {
            synchronized (idle) {
                if (closed) {
                    throw new IllegalStateException(file + " is closed");
                }
            }
            Session session = writer;
            if (session == null) {
                session = connect(file, mode, false);
                writer = session;
            }
            // Whoever waits for a commit should not wait until it was also moved from the log into the file: the next
            // writer does
            // that, or whoever closes the trace.
            if (Files.exists(log(file)) && Files.size(log(file)) > LONG_LOG) {
                session.execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
            return transaction(session, work);
        } catch (SQLException e) {
            throw failure(file, "could not be written", e);
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        } finally {
            writing.unlock();
        }
    }

    private static <T> T transaction(Session session, Work<T> work) throws SQLException, IOException {
        session.execute("BEGIN IMMEDIATE");
        try {
            T result = work.run(session);
            session.execute("COMMIT");
            return result;
        } catch (Throwable failure) {
            try {
                session.execute("ROLLBACK");
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    /** What SQLite said, as an exception that says what to do. */
    static TraceException failure(Path file, String what, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        String message = String.valueOf(e.getMessage());
        String advice = switch (code.code & 0xff) {
            case 5, 6 -> "another program is writing to it; wait until that has finished, then try again";
            case 8 -> "it cannot be written here; copy it to a place that can be written";
            case 11 -> "its content is damaged; run the custody check to see where, and restore it from a copy";
            case 13 -> "the disk is full; free space, then try again: nothing was changed";
            case 14 -> "the file or its directory cannot be opened; check that it exists and who may read it";
            case 18 -> "it holds a value larger than any trace has; run the custody check to see where";
            case 26 -> "it is not a Ringside trace (the header at offset 0 is not SQLite's)";
            default -> "run the custody check to see whether it is damaged";
        };
        return new TraceException(file, what + ": " + advice + " [" + message + "]", e);
    }

    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            synchronized (idle) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            readers.acquireUninterruptibly(READERS);
            try {
                closeAll();
            } finally {
                readers.release(READERS);
            }
        } catch (SQLException e) {
            throw failure(file, "could not be closed", e);
        } finally {
            writing.unlock();
        }
    }

    private void closeAll() throws SQLException {
        synchronized (idle) {
            for (Session session : idle) {
                session.close();
            }
            idle.clear();
        }
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
