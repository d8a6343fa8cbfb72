package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.ringside.trace.EventKind;
import org.ringside.trace.NewEvent;
import org.ringside.trace.TraceTime;

/**
 * How many events of a kind lie in a stretch of time, kept for stretches ("cells") of several lengths, so that a picture of ten million
 * events reads some thousand rows. Counts are exact: where a slice of the picture cuts a cell, the next shorter cells are read, and below
 * the shortest the events themselves.
 */
final class EventCounts {
    /** Cell lengths as powers of two of nanoseconds: 1 ms, 34 ms, 1.1 s, 34 s, 18 min, 9.8 h. Part of the file format. */
    static final int[] SHIFTS = {20, 25, 30, 35, 40, 45};

    private final Session session;
    private final String kind;
    private final Slices slices;
    private final long[] counts;

    private EventCounts(Session session, EventKind kind, Slices slices) {
        this.session = session;
        this.kind = kind.name();
        this.slices = slices;
        this.counts = new long[slices.count()];
    }

    /**
     * A counted stretch of time.
     *
     * @param level position of its length in {@link #SHIFTS}
     * @param kind which events
     * @param number its start divided by its length
     */
    record Cell(int level, EventKind kind, long number) {}

    /** Counts an event into every cell it lies in. */
    static void count(NewEvent event, Map<Cell, Long> counts) {
        for (int level = 0; level < SHIFTS.length; level++) {
            counts.merge(
                    new Cell(level, event.kind(), event.time().epochNanoseconds() >> SHIFTS[level]), 1L, Long::sum);
        }
    }

    /** Adds to the stored counts. */
    static void store(Session session, Map<Cell, Long> counts) throws SQLException {
        for (Map.Entry<Cell, Long> entry : counts.entrySet()) {
            Cell cell = entry.getKey();
            session.update(
                    "INSERT INTO event_count(level, kind, cell, count) VALUES(?, ?, ?, ?)"
                            + " ON CONFLICT DO UPDATE SET count = count + excluded.count",
                    cell.level(),
                    cell.kind().name(),
                    cell.number(),
                    entry.getValue());
        }
    }

    /** Compares the stored counts with the events. */
    static void verify(Session session, Verification report) throws SQLException, IOException {
        long cells = 0;
        for (int level = 0; level < SHIFTS.length; level++) {
            int shift = SHIFTS[level];
            session.each(
                    "SELECT kind, cell FROM (SELECT kind, time >> ? AS cell, count(*) AS n FROM event GROUP BY kind, cell) AS a"
                            + " WHERE n IS NOT (SELECT count FROM event_count AS c"
                            + " WHERE c.level = ? AND c.kind = a.kind AND c.cell = a.cell) LIMIT 100",
                    row -> report.problem(
                            "count of " + Session.text(row, 1) + " events from "
                                    + new TraceTime(row.getLong(2) << shift),
                            "is not the number of events there"),
                    shift,
                    level);
            cells += session.number("SELECT count(*) FROM (SELECT 1 FROM event GROUP BY kind, time >> ?)", shift);
        }
        if (session.number("SELECT count(*) FROM event_count") != cells) {
            report.problem("event counts", "there are counts of times without events");
        }
    }

    /** Counts in equal slices of a range; see {@link org.ringside.trace.Trace#histogram}. */
    static long[] histogram(Session session, EventKind kind, TraceTime from, TraceTime until, int buckets)
            throws SQLException, IOException {
        EventCounts counter =
                new EventCounts(session, kind, new Slices(from.epochNanoseconds(), until.epochNanoseconds(), buckets));
        int level = SHIFTS.length - 1;
        // A cell longer than a slice tells nothing: begin with the longest that is at most one.
        while (level > 0 && Long.compareUnsigned(1L << SHIFTS[level], counter.slices.width()) > 0) {
            level--;
        }
        counter.cells(level, from.epochNanoseconds(), until.epochNanoseconds());
        return counter.counts;
    }

    /** Counts what lies in {@code first..last} with the cells of a level. */
    private void cells(int level, long first, long last) throws SQLException, IOException {
        int shift = SHIFTS[level];
        long[][] cells = session.list(
                        "SELECT cell, count FROM event_count WHERE level = ? AND kind = ? AND cell BETWEEN ? AND ?",
                        row -> new long[] {row.getLong(1), row.getLong(2)},
                        level,
                        kind,
                        first >> shift,
                        last >> shift)
                .toArray(long[][]::new);
        for (long[] cell : cells) {
            long start = cell[0] << shift;
            long end = start + (1L << shift) - 1;
            long from = Math.max(start, first);
            long until = Math.min(end, last);
            int slice = slices.of(from);
            if (from == start && until == end && slice == slices.of(until)) {
                counts[slice] += cell[1];
            } else if (level > 0) {
                cells(level - 1, from, until);
            } else {
                events(from, until, cell[1]);
            }
        }
    }

    /** Counts events one by one, or slice by slice where that is fewer steps. */
    private void events(long from, long until, long count) throws SQLException, IOException {
        int firstSlice = slices.of(from);
        int lastSlice = slices.of(until);
        if (lastSlice - firstSlice < count) {
            for (int slice = firstSlice; slice <= lastSlice; slice++) {
                counts[slice] += session.number(
                        "SELECT count(*) FROM event WHERE kind = ? AND time BETWEEN ? AND ?",
                        kind,
                        Math.max(from, slices.start(slice)),
                        Math.min(until, slices.end(slice)));
            }
        } else {
            session.each(
                    "SELECT time FROM event WHERE kind = ? AND time BETWEEN ? AND ?",
                    row -> counts[slices.of(row.getLong(1))]++,
                    kind,
                    from,
                    until);
        }
    }

    /** A range of time cut in equal slices, without loss: slice {@code i} begins at {@code from + ceil(i * span / count)}. */
    static final class Slices {
        private final long[] starts;
        private final long last;
        private final long width;

        Slices(long from, long until, int count) {
            starts = new long[count];
            last = until;
            // The span may be 2^64: one less is divided, and the remainder put right.
            long span = until - from;
            long quotient = Long.divideUnsigned(span, count);
            long remainder = Long.remainderUnsigned(span, count) + 1;
            if (remainder == count) {
                quotient++;
                remainder = 0;
            }
            for (int i = 0; i < count; i++) {
                starts[i] = from + i * quotient + Math.ceilDiv(i * remainder, (long) count);
            }
            width = quotient;
        }

        int count() {
            return starts.length;
        }

        /** Nanoseconds in a slice, rounded down; unsigned. */
        long width() {
            return width;
        }

        long start(int slice) {
            return starts[slice];
        }

        long end(int slice) {
            return slice + 1 < starts.length ? starts[slice + 1] - 1 : last;
        }

        /** The slice of a moment in the range. */
        int of(long time) {
            int at = Arrays.binarySearch(starts, time);
            // Slices shorter than a nanosecond share their start: the last of them holds the moment.
            if (at < 0) {
                return -at - 2;
            }
            while (at + 1 < starts.length && starts[at + 1] == time) {
                at++;
            }
            return at;
        }
    }
}
