package org.ringside.app.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Severity;
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
import org.ringside.trace.snapshot.SnapshotDiff;

/** A trace of events in memory, millions if need be: a moment takes eight bytes, events are made when asked for. */
public final class SyntheticTrace implements Trace {
    private static final long KIND_STRIDE = 1L << 40;

    private static final class Series {
        private final int number;
        private final long[] times;
        private final IntFunction<NewEvent> events;

        Series(int number, long[] times, IntFunction<NewEvent> events) {
            this.number = number;
            this.times = times;
            this.events = events;
        }
    }

    private final Map<EventKind, Series> series = new EnumMap<>(EventKind.class);
    private final List<SnapshotInfo> snapshots = new ArrayList<>();
    private final AtomicInteger queries = new AtomicInteger();
    private Optional<IOException> failure = Optional.empty();

    /** Adds events of one kind; {@code times} ascending. */
    public SyntheticTrace with(EventKind kind, Severity severity, long... times) {
        series.put(
                kind,
                new Series(
                        series.size(),
                        times,
                        i -> new NewEvent(
                                new TraceTime(times[i]),
                                kind,
                                severity,
                                "machine",
                                kind + " " + i,
                                "",
                                Optional.empty(),
                                List.of())));
        return this;
    }

    public SyntheticTrace withSnapshot(String name, String machine, long time) {
        long id = snapshots.size() + 1L;
        Digest digest = Digest.of(new byte[Digest.LENGTH]);
        SourceInfo source = new SourceInfo(id, "/images/" + name, "raw", 8192, digest, new TraceTime(time), List.of());
        snapshots.add(new SnapshotInfo(
                new SnapshotId(id),
                name,
                machine,
                new TraceTime(time),
                digest,
                List.of(new AddressRange(0, 8192)),
                2,
                0,
                false,
                source));
        snapshots.sort(Comparator.comparing(SnapshotInfo::time));
        return this;
    }

    /** From now on every question fails. */
    public void fail(IOException why) {
        failure = Optional.of(why);
    }

    /** How often events or histograms were asked for. */
    public int queries() {
        return queries.get();
    }

    @Override
    public List<TraceEvent> events(Set<EventKind> kinds, TraceTime from, TraceTime until, int limit)
            throws IOException {
        count();
        List<TraceEvent> found = new ArrayList<>();
        for (EventKind kind : kinds) {
            Series events = series.get(kind);
            if (events != null) {
                int first = lower(events.times, from.epochNanoseconds());
                for (int i = first; i < events.times.length && i < first + limit; i++) {
                    if (events.times[i] > until.epochNanoseconds()) {
                        break;
                    }
                    found.add(event(events, i));
                }
            }
        }
        return sorted(found, Comparator.naturalOrder(), limit);
    }

    @Override
    public List<TraceEvent> eventsBackwards(Set<EventKind> kinds, TraceTime until, int limit) throws IOException {
        count();
        List<TraceEvent> found = new ArrayList<>();
        for (EventKind kind : kinds) {
            Series events = series.get(kind);
            if (events != null) {
                int end = upper(events.times, until.epochNanoseconds());
                for (int i = end - 1; i >= 0 && i >= end - limit; i--) {
                    found.add(event(events, i));
                }
            }
        }
        return sorted(found, Comparator.reverseOrder(), limit);
    }

    @Override
    public long[] histogram(EventKind kind, TraceTime from, TraceTime until, int buckets) throws IOException {
        count();
        long[] counts = new long[buckets];
        Series events = series.get(kind);
        if (events != null) {
            double length = (double) until.epochNanoseconds() - from.epochNanoseconds() + 1;
            int end = upper(events.times, until.epochNanoseconds());
            for (int i = lower(events.times, from.epochNanoseconds()); i < end; i++) {
                double share = (events.times[i] - from.epochNanoseconds()) / length;
                counts[Math.min(buckets - 1, (int) (share * buckets))]++;
            }
        }
        return counts;
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return List.copyOf(snapshots);
    }

    @Override
    public List<SourceInfo> sources() {
        return snapshots.stream().map(SnapshotInfo::source).toList();
    }

    @Override
    public MachineState state(SnapshotId snapshot) {
        return MachineState.none();
    }

    @Override
    public Path path() {
        return Path.of("synthetic.ringside");
    }

    @Override
    public Optional<SnapshotInfo> findSnapshot(String nameOrNumber) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.name().equals(nameOrNumber))
                .findFirst();
    }

    @Override
    public PhysicalMemory memory(SnapshotId snapshot) {
        throw new UnsupportedOperationException("events only");
    }

    @Override
    public SnapshotDiff diff(SnapshotId before, SnapshotId after) {
        throw new UnsupportedOperationException("events only");
    }

    @Override
    public TraceEvent append(NewEvent event) {
        throw new UnsupportedOperationException("events only");
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public List<TraceEvent> appendAll(List<NewEvent> events) {
        throw new UnsupportedOperationException("events only");
    }

    @Override
    public List<CustodyEntry> custody() {
        return List.of();
    }

    @Override
    public void relocate(long sourceId, Path newLocation, ProgressMonitor monitor) {
        throw new UnsupportedOperationException("events only");
    }

    @Override
    public void close() {}

    private void count() throws IOException {
        queries.incrementAndGet();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static TraceEvent event(Series events, int i) {
        return new TraceEvent(events.number * KIND_STRIDE + i + 1, events.events.apply(i));
    }

    private static List<TraceEvent> sorted(List<TraceEvent> events, Comparator<Long> order, int limit) {
        return events.stream()
                .sorted(Comparator.<TraceEvent, Long>comparing(
                                event -> event.content().time().epochNanoseconds(), order)
                        .thenComparing(TraceEvent::id, order))
                .limit(limit)
                .toList();
    }

    private static int lower(long[] times, long value) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int upper(long[] times, long value) {
        return value == Long.MAX_VALUE ? times.length : lower(times, value + 1);
    }

    /** {@code count} moments at equal distances. */
    public static long[] every(long start, long step, int count) {
        long[] times = new long[count];
        Arrays.setAll(times, i -> start + i * step);
        return times;
    }
}
