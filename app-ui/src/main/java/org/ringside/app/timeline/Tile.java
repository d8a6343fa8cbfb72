package org.ringside.app.timeline;

import java.util.Arrays;
import java.util.List;
import org.ringside.trace.TraceEvent;

/** What is known of a piece of a lane. */
sealed interface Tile {
    /** Events in the tile. */
    long total();

    /**
     * Too many events to show one by one: how many there are in each slice.
     *
     * @param counts {@link TileKey#BUCKETS} numbers
     */
    record Counts(long[] counts, long total) implements Tile {
        static Counts of(long[] counts) {
            return new Counts(counts, Arrays.stream(counts).sum());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Counts that && Arrays.equals(counts, that.counts);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(counts);
        }

        /** The tile of twice the length that has this one and its neighbour as halves. */
        static Counts join(Tile first, Tile second, TileKey key) {
            long[] counts = new long[TileKey.BUCKETS];
            addHalf(counts, 0, first, key);
            addHalf(counts, TileKey.BUCKETS / 2, second, key);
            return of(counts);
        }

        private static void addHalf(long[] counts, int start, Tile half, TileKey key) {
            switch (half) {
                case Counts(long[] part, long ignored) -> {
                    for (int i = 0; i < part.length; i++) {
                        counts[start + i / 2] += part[i];
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
        Events {
            events = List.copyOf(events);
        }

        @Override
        public long total() {
            return events.size();
        }
    }
}
