package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.ringside.trace.CustodyProblem;
import org.ringside.trace.CustodyReport;
import org.ringside.trace.Digest;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.TraceException;

/** Verifies a trace file from the outside in: the file, the database, the custody log, and what it binds. */
public final class Verification {
    private static final int MOST_PROBLEMS = 1000;

    private final Path file;
    private final ProgressMonitor monitor;
    private final List<CustodyProblem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<Digest> head = Optional.empty();
    private long entries;
    private long snapshots;
    private long pages;
    private long events;

    private Verification(Path file, ProgressMonitor monitor) {
        this.file = file;
        this.monitor = monitor;
    }

    /** See {@link org.ringside.trace.CustodyCheck#verify}. */
    public static CustodyReport run(Path file, ProgressMonitor monitor) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new TraceException(file, Files.exists(file) ? "is not a file that can be read" : "does not exist");
        }
        Verification verification = new Verification(file, monitor);
        verification.all();
        return new CustodyReport(
                file,
                verification.problems,
                verification.notes,
                verification.head,
                verification.entries,
                verification.snapshots,
                verification.pages,
                verification.events);
    }

    private void all() throws IOException {
        Path log = Database.log(file);
        boolean logged = Files.exists(log) && Files.size(log) > 0;
        if (logged) {
            // The log of a trace that is being written may be caught in the middle: damage stays, a moment does not.
            if (WriteAheadLog.damage(log).isPresent()) {
                WriteAheadLog.damage(log).ifPresent(what -> problem("write-ahead log " + log.getFileName(), what));
            }
        }
        // Without a log nobody has the trace open for writing, and it can be read without a lock, a log or any other
        // trace of reading.
        Database.Mode mode = Files.exists(log) ? Database.Mode.READ_ONLY : Database.Mode.IMMUTABLE;
        try (Database database = Database.open(file, Schema.CURRENT, mode)) {
            if (Files.exists(log)) {
                notes.add("The trace is open, or was not closed: the seal on the bytes of its file was not checked.");
            } else {
                seal(database);
            }
            part("database", () -> integrity(database));
            Contents contents = new Contents(database, this);
            contents.verify();
        } catch (TraceException e) {
            problem("file", String.valueOf(e.getMessage()));
        }
    }

    private void seal(Database database) {
        part("seal", () -> {
            @SuppressWarnings("ArrayRecordComponent") // never compared
            record Where(int pageSize, int root, byte[] head) {}
            Where where = database.read(session -> new Where(
                    (int) session.number("PRAGMA page_size"),
                    (int) session.number("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'"),
                    session.first("SELECT substr(body, 1, 8) FROM seal WHERE id = 1", row -> Session.bytes(row, 1))
                            .orElse(new byte[1])));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (FileSeal.find(channel, where.pageSize, where.root).body().length == 0
                        || !FileSeal.isSealed(where.head)) {
                    notes.add("The trace is not sealed, because it was not closed after the last change: bytes of its"
                            + " file that hold no data were not checked. Opening and closing it seals it.");
                    return;
                }
                for (long page : FileSeal.differences(channel, where.pageSize, where.root)) {
                    problem(
                            "file, bytes 0x%x to 0x%x (%s)"
                                    .formatted(
                                            page * where.pageSize,
                                            (page + 1) * where.pageSize - 1,
                                            table(database, page + 1)),
                            "was changed since the trace was sealed");
                }
            }
        });
    }

    /** Which table or index a page of the database belongs to. */
    private static String table(Database database, long page) {
        try {
            return database.read(session -> session.first(
                            "SELECT name, pagetype FROM dbstat WHERE pageno = ?",
                            row -> Session.text(row, 2) + " page of " + Session.text(row, 1),
                            page)
                    .orElse("unused page"));
        } catch (IOException e) {
            return "page " + page;
        }
    }

    private void integrity(Database database) throws IOException {
        monitor.progress("Checking the database", 0, 0);
        database.read(session -> {
            session.each("PRAGMA integrity_check(100)", row -> {
                String answer = Session.text(row, 1);
                if (!answer.equals("ok")) {
                    answer.lines().forEach(line -> problem("database", line));
                }
            });
            return true;
        });
    }

    ProgressMonitor monitor() {
        return monitor;
    }

    /** Work that may find that it cannot be done. */
    @FunctionalInterface
    interface Part {
        void run() throws SQLException, IOException;
    }

    /** Runs a part; what stops it is a problem of its own, and the other parts go on. */
    void part(String where, Part part) {
        try {
            part.run();
        } catch (SQLException | IOException | IllegalArgumentException | IllegalStateException e) {
            if (e instanceof CancellationException cancelled) {
                throw cancelled;
            }
            problem(where, "cannot be verified: " + e.getMessage());
        }
    }

    void problem(String where, String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new CustodyProblem(where, what));
        } else if (problems.size() == MOST_PROBLEMS) {
            problems.add(new CustodyProblem("and more", "only the first " + MOST_PROBLEMS + " problems are listed"));
        }
    }

    void note(String note) {
        notes.add(note);
    }

    void chain(long count, Optional<Digest> last) {
        entries = count;
        head = last;
    }

    void counted(long snapshotCount, long pageCount, long eventCount) {
        snapshots = snapshotCount;
        pages = pageCount;
        events = eventCount;
    }
}
