package org.ringside.app.testing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.Digest;
import org.ringside.trace.EventKind;
import org.ringside.trace.MachineState;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

/** A trace of snapshots whose memory is anything that reads like memory, and of the events that were appended. */
public class MemoryTrace implements Trace {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final List<SnapshotInfo> snapshots = new ArrayList<>();
    private final Map<SnapshotId, PhysicalMemory> memories = new HashMap<>();
    private final Map<SnapshotId, MachineState> states = new HashMap<>();
    private final List<TraceEvent> events = new CopyOnWriteArrayList<>();

    /** Adds a snapshot; the first is of second 1, each other a second later. */
    public MemoryTrace with(String name, PhysicalMemory memory, MachineState state) {
        long number = snapshots.size() + 1L;
        SnapshotId id = new SnapshotId(number);
        TraceTime time = new TraceTime(number * 1_000_000_000L);
        Digest digest = Digest.of(new byte[Digest.LENGTH]);
        long pages = memory.ranges().stream().mapToLong(AddressRange::length).sum() / PAGE;
        SourceInfo source = new SourceInfo(number, "/images/" + name, "raw", pages * PAGE, digest, time, List.of());
        snapshots.add(new SnapshotInfo(id, name, "machine", time, digest, memory.ranges(), pages, 0, false, source));
        memories.put(id, memory);
        states.put(id, state);
        return this;
    }

    @Override
    public Path path() {
        return Path.of("memory.ringside");
    }

    @Override
    public List<SourceInfo> sources() {
        return snapshots.stream().map(SnapshotInfo::source).toList();
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return List.copyOf(snapshots);
    }

    @Override
    public Optional<SnapshotInfo> findSnapshot(String nameOrNumber) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.name().equals(nameOrNumber))
                .findFirst();
    }

    @Override
    public PhysicalMemory memory(SnapshotId snapshot) {
        return Objects.requireNonNull(memories.get(snapshot), "no such snapshot");
    }

    @Override
    public MachineState state(SnapshotId snapshot) {
        return states.getOrDefault(snapshot, MachineState.none());
    }

    /** Compares every page of both. */
    @Override
    public SnapshotDiff diff(SnapshotId before, SnapshotId after) throws IOException {
        PhysicalMemory old = memory(before);
        PhysicalMemory now = memory(after);
        Set<Long> pages = new TreeSet<>();
        for (PhysicalMemory memory : List.of(old, now)) {
            for (AddressRange range : memory.ranges()) {
                for (long page = range.start(); page < range.end(); page += PAGE) {
                    pages.add(page);
                }
            }
        }
        List<PageRun> runs = new ArrayList<>();
        for (long page : pages) {
            change(old.page(page), now.page(page)).ifPresent(change -> runs.add(new PageRun(page, 1, change)));
        }
        runs.sort(Comparator.comparingLong(PageRun::address));
        return new SnapshotDiff(before, after, runs);
    }

    private static Optional<PageRun.Change> change(Observed<MemorySegment> old, Observed<MemorySegment> now) {
        if (old instanceof Observed.Known<MemorySegment>(MemorySegment oldBytes)
                && now instanceof Observed.Known<MemorySegment>(MemorySegment nowBytes)) {
            return oldBytes.mismatch(nowBytes) < 0 ? Optional.empty() : Optional.of(PageRun.Change.CHANGED);
        }
        if (old.isKnown() == now.isKnown()) {
            return Optional.empty();
        }
        return Optional.of(now.isKnown() ? PageRun.Change.APPEARED : PageRun.Change.VANISHED);
    }

    @Override
    public List<TraceEvent> events(Set<EventKind> kinds, TraceTime from, TraceTime until, int limit) {
        return events.stream()
                .filter(event -> kinds.contains(event.content().kind())
                        && event.content().time().compareTo(from) >= 0
                        && event.content().time().compareTo(until) <= 0)
                .sorted(Comparator.comparing(event -> event.content().time()))
                .limit(limit)
                .toList();
    }

    @Override
    public List<TraceEvent> eventsBackwards(Set<EventKind> kinds, TraceTime until, int limit) {
        List<TraceEvent> all = events(kinds, new TraceTime(Long.MIN_VALUE), until, Integer.MAX_VALUE);
        return all.reversed().stream().limit(limit).toList();
    }

    @Override
    public long[] histogram(EventKind kind, TraceTime from, TraceTime until, int buckets) {
        return new long[buckets];
    }

    @Override
    public TraceEvent append(NewEvent event) {
        synchronized (events) {
            TraceEvent appended = new TraceEvent(events.size() + 1L, event);
            events.add(appended);
            return appended;
        }
    }

    @Override
    public List<TraceEvent> appendAll(List<NewEvent> events) {
        return events.stream().map(this::append).toList();
    }

    @Override
    public List<CustodyEntry> custody() {
        return List.of();
    }

    @Override
    public void relocate(long sourceId, Path newLocation, ProgressMonitor monitor) {
        throw new UnsupportedOperationException("this trace has no files");
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public void close() {}
}
