package org.ringside.trace.sqlite;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.Digest;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.MemoryImage.FileExtent;

/** Rows of sources, snapshots and registers. */
final class SnapshotStore {
    private static final String SOURCES =
            "SELECT id, location, format, size, sha256, imported, notes, modified FROM source";
    private static final String SNAPSHOTS =
            "SELECT id, name, machine, time, root, ranges, captured_pages, zero_pages, in_place, source_id FROM snapshot";

    private SnapshotStore() {}

    static List<SourceInfo> sources(Session session) throws SQLException, IOException {
        return session.list(SOURCES + " ORDER BY id", SnapshotStore::source);
    }

    static SourceInfo source(Session session, long id) throws SQLException, IOException {
        return session.first(SOURCES + " WHERE id = ?", SnapshotStore::source, id)
                .orElseThrow(() -> new IllegalArgumentException("source " + id + " is missing"));
    }

    private static SourceInfo source(ResultSet row) throws SQLException {
        String notes = Session.text(row, 7);
        return new SourceInfo(
                row.getLong(1),
                Session.text(row, 2),
                Session.text(row, 3),
                row.getLong(4),
                Digest.of(Session.bytes(row, 5)),
                new TraceTime(row.getLong(6)),
                notes.isEmpty() ? List.of() : List.of(notes.split("\n", -1)));
    }

    /** When the source's file was last changed, in nanoseconds since 1970. */
    static long modified(Session session, long source) throws SQLException {
        return session.number("SELECT modified FROM source WHERE id = ?", source);
    }

    /** Adds a source, inside the caller's transaction. */
    static SourceInfo addSource(
            Session session, String location, String format, SourceDigest digest, TraceTime now, List<String> notes)
            throws SQLException {
        // Notes are kept one a line.
        List<String> lines = notes.stream()
                .map(note -> note.replace('\n', ' '))
                .filter(note -> !note.isEmpty())
                .toList();
        long id = session.number("SELECT max(id) FROM source") + 1;
        session.update(
                "INSERT INTO source(id, location, format, size, modified, sha256, imported, notes)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                location,
                format,
                digest.size(),
                digest.modified(),
                digest.sha256().toBytes(),
                now.epochNanoseconds(),
                String.join("\n", lines));
        return new SourceInfo(id, location, format, digest.size(), digest.sha256(), now, lines);
    }

    static CustodyItem item(Session session, SourceInfo source) throws SQLException {
        return new CustodyItem(
                CustodyItem.Kind.SOURCE,
                source.id(),
                source.id(),
                Canonical.source(source, modified(session, source.id())));
    }

    /** Where the file of a source is now: where it was moved to last, or where it was imported from. */
    static Optional<String> location(Session session, long source) throws SQLException, IOException {
        Optional<String> moved = session.first(
                "SELECT location FROM relocation WHERE source_id = ? ORDER BY id DESC LIMIT 1",
                row -> Session.text(row, 1),
                source);
        return moved.isPresent()
                ? moved
                : session.first("SELECT location FROM source WHERE id = ?", row -> Session.text(row, 1), source);
    }

    static CustodyItem addRelocation(Session session, long source, String location, TraceTime now) throws SQLException {
        long id = session.number("SELECT max(id) FROM relocation") + 1;
        session.update(
                "INSERT INTO relocation(id, source_id, location, time) VALUES(?, ?, ?, ?)",
                id,
                source,
                location,
                now.epochNanoseconds());
        return new CustodyItem(
                CustodyItem.Kind.RELOCATION,
                id,
                id,
                Canonical.relocation(id, source, location, now.epochNanoseconds()));
    }

    static List<SnapshotInfo> snapshots(Session session) throws SQLException, IOException {
        Map<Long, SourceInfo> sources = new HashMap<>();
        sources(session).forEach(source -> sources.put(source.id(), source));
        List<SnapshotInfo> snapshots = session.list(SNAPSHOTS, row -> snapshot(row, sources));
        snapshots.sort(Comparator.comparing(SnapshotInfo::time)
                .thenComparingLong(snapshot -> snapshot.id().value()));
        return snapshots;
    }

    private static SnapshotInfo snapshot(ResultSet row, Map<Long, SourceInfo> sources) throws SQLException {
        SourceInfo source = sources.get(row.getLong(10));
        if (source == null) {
            throw new IllegalArgumentException(
                    "snapshot " + row.getLong(1) + " has source " + row.getLong(10) + ", which is missing");
        }
        return new SnapshotInfo(
                new SnapshotId(row.getLong(1)),
                Session.text(row, 2),
                Session.text(row, 3),
                new TraceTime(row.getLong(4)),
                Digest.of(Session.bytes(row, 5)),
                Blobs.ranges(Session.bytes(row, 6)),
                row.getLong(7),
                row.getLong(8),
                row.getBoolean(9),
                source);
    }

    static Optional<SnapshotInfo> find(Session session, String nameOrNumber) throws SQLException, IOException {
        List<SnapshotInfo> all = snapshots(session);
        return all.stream()
                .filter(snapshot -> snapshot.name().equals(nameOrNumber))
                .findFirst()
                .or(() -> all.stream()
                        .filter(snapshot -> Long.toString(snapshot.id().value()).equals(nameOrNumber))
                        .findFirst());
    }

    static SnapshotInfo get(Session session, SnapshotId id) throws SQLException, IOException {
        return get(session, id.value());
    }

    static SnapshotInfo get(Session session, long id) throws SQLException, IOException {
        return session.first(
                        SNAPSHOTS + " WHERE id = ?",
                        row -> snapshot(row, Map.of(row.getLong(10), source(session, row.getLong(10)))),
                        id)
                .orElseThrow(() -> missing(new SnapshotId(id)));
    }

    static NodeTable nodes(Session session, SnapshotId id) throws SQLException, IOException {
        return session.first(
                        "SELECT nodes FROM snapshot WHERE id = ?",
                        row -> NodeTable.decode(Session.bytes(row, 1)),
                        id.value())
                .orElseThrow(() -> missing(id));
    }

    static List<FileExtent> extents(Session session, SnapshotId id) throws SQLException, IOException {
        return session.first(
                        "SELECT extents FROM snapshot WHERE id = ?",
                        row -> Blobs.extents(Session.bytes(row, 1)),
                        id.value())
                .orElseThrow(() -> missing(id));
    }

    private static IOException missing(SnapshotId id) {
        return new IOException("the trace has no snapshot number " + id.value());
    }

    /**
     * A snapshot to add.
     *
     * @param name unique in the trace
     * @param extents where its pages lie in the source's file; empty if the trace holds them
     */
    record NewSnapshot(
            String name,
            String machine,
            TraceTime time,
            TreeWriter.Tree tree,
            MachineState state,
            List<FileExtent> extents,
            boolean inPlace,
            SourceInfo source) {}

    /** Adds a snapshot and its registers, inside the caller's transaction. */
    static SnapshotInfo add(Session session, NewSnapshot added) throws SQLException {
        long id = session.number("SELECT max(id) FROM snapshot") + 1;
        TreeWriter.Tree tree = added.tree();
        SnapshotInfo info = new SnapshotInfo(
                new SnapshotId(id),
                added.name(),
                added.machine(),
                added.time(),
                tree.root(),
                tree.ranges(),
                tree.captured(),
                tree.zero(),
                added.inPlace(),
                added.source());
        session.update(
                "INSERT INTO snapshot(id, name, machine, time, root, captured_pages, zero_pages, in_place, source_id,"
                        + " ranges, extents, nodes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                info.name(),
                info.machine(),
                info.time().epochNanoseconds(),
                info.root().toBytes(),
                info.capturedPages(),
                info.zeroPages(),
                info.inPlace() ? 1 : 0,
                info.source().id(),
                Blobs.ranges(info.ranges()),
                Blobs.extents(added.extents()),
                tree.nodes().encode());
        addState(session, id, added.state());
        return info;
    }

    private static void addState(Session session, long snapshot, MachineState state) throws SQLException {
        for (CpuRegisters cpu : state.cpus()) {
            for (Map.Entry<String, Long> register : cpu.values().entrySet()) {
                session.update(
                        "INSERT INTO cpu_register(snapshot_id, vcpu, name, value) VALUES(?, ?, ?, ?)",
                        snapshot,
                        cpu.vcpu(),
                        register.getKey(),
                        register.getValue());
            }
        }
        int ordinal = 0;
        for (DeviceRegisters device : state.devices()) {
            session.update(
                    "INSERT INTO device_register(snapshot_id, ordinal, name, base, bytes) VALUES(?, ?, ?, ?, ?)",
                    snapshot,
                    ordinal++,
                    device.name(),
                    device.base(),
                    Canonical.bytes(device.bytes()));
        }
    }

    static MachineState state(Session session, SnapshotId id) throws SQLException, IOException {
        SortedMap<Integer, SortedMap<String, Long>> cpus = new TreeMap<>();
        session.each(
                "SELECT vcpu, name, value FROM cpu_register WHERE snapshot_id = ?",
                row -> cpus.computeIfAbsent(row.getInt(1), vcpu -> new TreeMap<>())
                        .put(Session.text(row, 2), row.getLong(3)),
                id.value());
        List<CpuRegisters> registers = new ArrayList<>();
        cpus.forEach((vcpu, values) -> registers.add(new CpuRegisters(vcpu, values)));
        List<DeviceRegisters> devices = session.list(
                "SELECT name, base, bytes FROM device_register WHERE snapshot_id = ? ORDER BY ordinal",
                row -> new DeviceRegisters(
                        Session.text(row, 1),
                        row.getLong(2),
                        MemorySegment.ofArray(Session.bytes(row, 3)).asReadOnly()),
                id.value());
        return new MachineState(registers, devices);
    }

    static CustodyItem item(Session session, SnapshotInfo snapshot) throws SQLException, IOException {
        long id = snapshot.id().value();
        return new CustodyItem(
                CustodyItem.Kind.SNAPSHOT,
                id,
                id,
                Canonical.snapshot(snapshot, state(session, snapshot.id()), extents(session, snapshot.id())));
    }

    /** The snapshot of the same machine that comes before another in time, if one does. */
    static @Nullable SnapshotInfo before(List<SnapshotInfo> snapshots, SnapshotInfo later) {
        SnapshotInfo found = null;
        for (SnapshotInfo snapshot : snapshots) {
            if (snapshot.id().equals(later.id())) {
                return found;
            }
            if (snapshot.machine().equals(later.machine())) {
                found = snapshot;
            }
        }
        return found;
    }
}
