package org.ringside.app.timeline;

import java.util.Arrays;
import java.util.List;
import org.ringside.trace.TraceEvent;

/** What is known of a piece of a lane. */
sealed interface Tile {
    /** Events in the tile. */
    long total();

    /** Too many events to show one by one: how many there are in each slice. */
    final class Counts implements Tile {
        private final long[] counts;
        private final long total;

        private Counts(long[] counts) {
            this.counts = counts;
            this.total = Arrays.stream(counts).sum();
        }

        /** @param counts {@link TileKey#BUCKETS} numbers */
        static Counts of(long[] counts) {
            return new Counts(counts.clone());
        }

        /** Events in the slice with this number. */
        long in(int bucket) {
            return counts[bucket];
        }

        @Override
        public long total() {
            return total;
        }

        /** The tile of twice the length that has this one and its neighbour as halves. */
        static Counts join(Tile first, Tile second, TileKey key) {
            long[] counts = new long[TileKey.BUCKETS];
            addHalf(counts, 0, first, key);
            addHalf(counts, TileKey.BUCKETS / 2, second, key);
            return new Counts(counts);
        }

        private static void addHalf(long[] counts, int start, Tile half, TileKey key) {
            switch (half) {
                case Counts part -> {
                    for (int i = 0; i < part.counts.length; i++) {
                        counts[start + i / 2] += part.counts[i];
                    }
                }
                case Events(List<TraceEvent> events) -> {
                    for (TraceEvent event : events) {
                        long time = event.content().time().epochNanoseconds();
                        counts[(int) ((time - key.from()) >> key.level())]++;
                    }
                }
            }
        }
    }

    /**
     * Few enough to show: the events themselves, by time.
     *
     * @param events at most {@link TileCache#FEW}
     */
    record Events(List<TraceEvent> events) implements Tile {
        public Events {
            events = List.copyOf(events);
        }

        @Override
        public long total() {
            return events.size();
        }
    }
}
