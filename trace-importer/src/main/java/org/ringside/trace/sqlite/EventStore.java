package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/** Events: appended, read by time, counted. */
final class EventStore {
    private static final String COLUMNS =
            "SELECT id, time, kind, severity, machine, title, detail, snapshot_id, links FROM event ";
    private static final Comparator<TraceEvent> BY_TIME =
            Comparator.comparing((TraceEvent e) -> e.content().time()).thenComparingLong(TraceEvent::id);

    private EventStore() {}

    /**
     * What was appended.
     *
     * @param events with their numbers
     * @param item for the custody log
     */
    record Appended(List<TraceEvent> events, CustodyItem item) {}

    /** Appends at least one event, inside the caller's transaction. */
    static Appended append(Session session, List<NewEvent> added) throws SQLException {
        long first = session.number("SELECT max(id) FROM event") + 1;
        Canonical.Events digest = new Canonical.Events();
        List<TraceEvent> events = new ArrayList<>(added.size());
        Map<EventCounts.Cell, Long> counts = new HashMap<>();
        for (NewEvent content : added) {
            TraceEvent event = new TraceEvent(first + events.size(), content);
            insert(session, event);
            digest.add(event);
            EventCounts.count(content, counts);
            events.add(event);
        }
        EventCounts.store(session, counts);
        long last = first + events.size() - 1;
        return new Appended(events, new CustodyItem(CustodyItem.Kind.EVENTS, first, last, digest.finish()));
    }

    private static void insert(Session session, TraceEvent event) throws SQLException {
        NewEvent content = event.content();
        session.update(
                "INSERT INTO event(id, time, kind, severity, machine, title, detail, snapshot_id, links)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                event.id(),
                content.time().epochNanoseconds(),
                content.kind().name(),
                content.severity().name(),
                content.machine(),
                content.title(),
                content.detail(),
                content.snapshot().map(SnapshotId::value).orElse(null),
                content.links().size());
        int ordinal = 0;
        for (EvidenceLink link : content.links()) {
            session.update(
                    "INSERT INTO event_link(event_id, ordinal, label, snapshot_id, baseline_id, space, address, length)"
                            + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                    event.id(),
                    ordinal++,
                    link.label(),
                    link.snapshot().value(),
                    link.baseline().map(SnapshotId::value).orElse(null),
                    Spaces.format(link.span().space()),
                    link.span().address(),
                    link.span().length());
        }
    }

    static List<TraceEvent> forwards(Session session, Set<EventKind> kinds, TraceTime from, TraceTime until, int limit)
            throws SQLException, IOException {
        // One query a kind: each walks the index in order and stops at the limit, however many events there are.
        List<TraceEvent> events = new ArrayList<>();
        for (EventKind kind : kinds) {
            events.addAll(session.list(
                    COLUMNS + "WHERE kind = ? AND time BETWEEN ? AND ? ORDER BY time, id LIMIT ?",
                    row -> event(session, row),
                    kind.name(),
                    from.epochNanoseconds(),
                    until.epochNanoseconds(),
                    limit));
        }
        return events.stream().sorted(BY_TIME).limit(limit).toList();
    }

    static List<TraceEvent> backwards(Session session, Set<EventKind> kinds, TraceTime until, int limit)
            throws SQLException, IOException {
        List<TraceEvent> events = new ArrayList<>();
        for (EventKind kind : kinds) {
            events.addAll(session.list(
                    COLUMNS + "WHERE kind = ? AND time <= ? ORDER BY time DESC, id DESC LIMIT ?",
                    row -> event(session, row),
                    kind.name(),
                    until.epochNanoseconds(),
                    limit));
        }
        return events.stream().sorted(BY_TIME.reversed()).limit(limit).toList();
    }

    /** Every event with a number in a range, in the order of the numbers. */
    static void each(Session session, long first, long last, EachEvent each) throws SQLException, IOException {
        session.each(
                COLUMNS + "WHERE id BETWEEN ? AND ? ORDER BY id", row -> each.accept(event(session, row)), first, last);
    }

    /** Does something with an event. */
    @FunctionalInterface
    interface EachEvent {
        void accept(TraceEvent event) throws SQLException, IOException;
    }

    private static TraceEvent event(Session session, ResultSet row) throws SQLException, IOException {
        long id = row.getLong(1);
        return new TraceEvent(
                id,
                new NewEvent(
                        new TraceTime(row.getLong(2)),
                        EventKind.valueOf(Session.text(row, 3)),
                        Severity.valueOf(Session.text(row, 4)),
                        Session.text(row, 5),
                        Session.text(row, 6),
                        Session.text(row, 7),
                        snapshot(row, 8),
                        row.getLong(9) == 0 ? List.of() : links(session, id)));
    }

    private static List<EvidenceLink> links(Session session, long event) throws SQLException, IOException {
        return session.list(
                "SELECT label, snapshot_id, baseline_id, space, address, length FROM event_link WHERE event_id = ?"
                        + " ORDER BY ordinal",
                row -> new EvidenceLink(
                        Session.text(row, 1),
                        new SnapshotId(row.getLong(2)),
                        snapshot(row, 3),
                        new ByteSpan(Spaces.parse(Session.text(row, 4)), row.getLong(5), row.getLong(6))),
                event);
    }

    private static Optional<SnapshotId> snapshot(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(new SnapshotId(value));
    }
}
