package org.ringside.app.timeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/**
 * Tiles that were loaded, the least recently used forgotten first. What coarser or finer tiles already tell is derived without asking
 * the trace: an empty hour has empty minutes. Not safe for use by several threads; only {@link #load} may be called from elsewhere.
 */
final class TileCache {
    /** So many events a tile are shown one by one; more are counted. */
    static final int FEW = 96;

    /** 4,096 tiles of counts are 9 MB. */
    private static final int MOST_TILES = 4096;

    private final Map<TileKey, Tile> tiles = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TileKey, Tile> eldest) {
            return size() > MOST_TILES;
        }
    };

    /** The tile if it is known or follows from others that are. */
    Optional<Tile> find(TileKey key) {
        Tile known = tiles.get(key);
        if (known == null) {
            known = fromCoarser(key);
            if (known == null && key.level() > 0) {
                Tile first = tiles.get(key.child(0));
                Tile second = tiles.get(key.child(1));
                if (first != null && second != null) {
                    known = join(first, second, key);
                }
            }
            if (known != null) {
                tiles.put(key, known);
            }
        }
        return Optional.ofNullable(known);
    }

    /** The nearest coarser tile that is known, to draw until the right one is there. */
    Optional<Map.Entry<TileKey, Tile>> coarser(TileKey key) {
        TileKey ancestor = key;
        while (ancestor.hasParent()) {
            ancestor = ancestor.parent();
            Tile tile = tiles.get(ancestor);
            if (tile != null) {
                return Optional.of(Map.entry(ancestor, tile));
            }
        }
        return Optional.empty();
    }

    void put(TileKey key, Tile tile) {
        tiles.put(key, tile);
    }

    void clear() {
        tiles.clear();
    }

    /** Asks the trace; blocks. */
    static Tile load(Trace trace, TileKey key) throws IOException {
        TraceTime from = new TraceTime(key.from());
        TraceTime until = new TraceTime(key.until());
        // One more than few: that it came back says that there are more.
        List<TraceEvent> events = trace.events(Set.of(key.kind()), from, until, FEW + 1);
        return events.size() <= FEW
                ? new Tile.Events(events)
                : Tile.Counts.of(trace.histogram(key.kind(), from, until, TileKey.BUCKETS));
    }

    private static Tile join(Tile first, Tile second, TileKey key) {
        if (first instanceof Tile.Events(List<TraceEvent> one)
                && second instanceof Tile.Events(List<TraceEvent> two)
                && one.size() + two.size() <= FEW) {
            List<TraceEvent> both = new ArrayList<>(one);
            both.addAll(two);
            return new Tile.Events(both);
        }
        return Tile.Counts.join(first, second, key);
    }

    private @Nullable Tile fromCoarser(TileKey key) {
        TileKey ancestor = key;
        while (ancestor.hasParent()) {
            ancestor = ancestor.parent();
            switch (tiles.get(ancestor)) {
                case Tile.Events(List<TraceEvent> events) -> {
                    return new Tile.Events(
                            events.stream().filter(event -> isIn(key, event)).toList());
                }
                case Tile.Counts counts -> {
                    // A finer count cannot follow from this one; that there is nothing can.
                    return emptyPart(counts, ancestor, key) ? new Tile.Events(List.of()) : null;
                }
                case null -> {}
            }
        }
        return null;
    }

    private static boolean isIn(TileKey key, TraceEvent event) {
        long time = event.content().time().epochNanoseconds();
        return time >= key.from() && time <= key.until();
    }

    private static boolean emptyPart(Tile.Counts counts, TileKey ancestor, TileKey key) {
        int first = (int) ((key.from() - ancestor.from()) >> ancestor.level());
        int last = (int) ((key.until() - ancestor.from()) >> ancestor.level());
        for (int i = first; i <= last; i++) {
            if (counts.in(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
