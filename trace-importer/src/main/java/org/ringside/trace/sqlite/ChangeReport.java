package org.ringside.trace.sqlite;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

/** What a new snapshot puts on the time line: itself, and what changed since the one before it. */
final class ChangeReport {
    private static final int LINKS = 16;

    private final SqliteTrace trace;
    private final SnapshotInfo snapshot;
    private final PhysicalMemory memory;
    private final @Nullable SnapshotInfo baseline;
    private final @Nullable SnapshotDiff diff;

    /**
     * @param session of the transaction that added the snapshot
     * @param snapshot the new one
     * @param memory its memory, not yet readable from the trace
     */
    ChangeReport(Session session, SqliteTrace trace, SnapshotInfo snapshot, PhysicalMemory memory)
            throws SQLException, IOException {
        this.trace = trace;
        this.snapshot = snapshot;
        this.memory = memory;
        this.baseline = SnapshotStore.before(SnapshotStore.snapshots(session), snapshot);
        this.diff = baseline == null ? null : trace.diff(session, baseline.id(), snapshot.id());
    }

    /** The snapshot it was compared with. */
    Optional<SnapshotInfo> baseline() {
        return Optional.ofNullable(baseline);
    }

    List<NewEvent> events() throws IOException {
        List<NewEvent> events = new ArrayList<>();
        events.add(captured());
        if (baseline != null && diff != null) {
            events.add(changed(baseline, diff));
        }
        return events;
    }

    private NewEvent captured() {
        List<EvidenceLink> links = snapshot.ranges().isEmpty()
                ? List.of()
                : List.of(new EvidenceLink(
                        "first captured page",
                        snapshot.id(),
                        Optional.empty(),
                        ByteSpan.physical(snapshot.ranges().getFirst().start(), PhysicalMemory.PAGE_SIZE)));
        return new NewEvent(
                snapshot.time(),
                EventKind.SNAPSHOT,
                Severity.INFORMATION,
                snapshot.machine(),
                "Snapshot " + snapshot.name(),
                "%d pages captured, %d of them zero; %s; root %s; SHA-256 of the source %s"
                        .formatted(
                                snapshot.capturedPages(),
                                snapshot.zeroPages(),
                                snapshot.source().format(),
                                snapshot.root(),
                                snapshot.source().sha256()),
                Optional.of(snapshot.id()),
                links);
    }

    private NewEvent changed(SnapshotInfo before, SnapshotDiff changes) throws IOException {
        long changed = changes.pages(PageRun.Change.CHANGED);
        long appeared = changes.pages(PageRun.Change.APPEARED);
        long vanished = changes.pages(PageRun.Change.VANISHED);
        List<EvidenceLink> links = new ArrayList<>();
        PhysicalMemory old = trace.memory(before.id());
        for (PageRun run : changes.runs()) {
            if (links.size() == LINKS) {
                break;
            }
            links.add(link(run, before, old));
        }
        boolean same = changes.runs().isEmpty();
        return new NewEvent(
                snapshot.time(),
                EventKind.INTEGRITY,
                same ? Severity.INFORMATION : Severity.WARNING,
                snapshot.machine(),
                same
                        ? "Memory is the same as in " + before.name()
                        : "%d %s changed since %s".formatted(changed, changed == 1 ? "page" : "pages", before.name()),
                "%d pages changed, %d captured only now, %d captured only before, in %d runs; roots %s and %s"
                        .formatted(changed, appeared, vanished, changes.runs().size(), before.root(), snapshot.root()),
                Optional.of(snapshot.id()),
                links);
    }

    private EvidenceLink link(PageRun run, SnapshotInfo before, PhysicalMemory old) {
        ByteSpan span = ByteSpan.physical(run.address(), PhysicalMemory.PAGE_SIZE);
        if (run.change() == PageRun.Change.CHANGED
                && old.page(run.address()) instanceof Observed.Known<MemorySegment>(MemorySegment was)
                && memory.page(run.address()) instanceof Observed.Known<MemorySegment>(MemorySegment is)) {
            span = firstDifference(run.address(), was, is);
        }
        String label = "%s: 0x%x, %d %s"
                .formatted(
                        switch (run.change()) {
                            case CHANGED -> "changed";
                            case APPEARED -> "captured only now";
                            case VANISHED -> "captured only before";
                        },
                        span.address(),
                        run.pages(),
                        run.pages() == 1 ? "page" : "pages");
        // What vanished is to be seen in the snapshot that has it.
        return run.change() == PageRun.Change.VANISHED
                ? new EvidenceLink(label, before.id(), Optional.empty(), span)
                : new EvidenceLink(label, snapshot.id(), Optional.of(before.id()), span);
    }

    /** The first neighbouring bytes that differ in a page. */
    private static ByteSpan firstDifference(long page, MemorySegment was, MemorySegment is) {
        long start = Math.max(0, was.mismatch(is));
        long end = start + 1;
        while (end < PhysicalMemory.PAGE_SIZE
                && was.get(ValueLayout.JAVA_BYTE, end) != is.get(ValueLayout.JAVA_BYTE, end)) {
            end++;
        }
        return ByteSpan.physical(page + start, end - start);
    }
}
