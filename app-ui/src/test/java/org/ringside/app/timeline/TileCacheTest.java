package org.ringside.app.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.SyntheticTrace;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;

class TileCacheTest {
    private static final EventKind KIND = EventKind.VM_EXIT;

    @Test
    void tilesOfEveryLevelCoverAllOfTime() {
        for (int level = 0; level <= TileKey.COARSEST; level++) {
            for (long time : new long[] {Long.MIN_VALUE, -1, 0, 1, 1_763_900_000_000_000_123L, Long.MAX_VALUE}) {
                TileKey key = TileKey.containing(KIND, level, time);
                assertTrue(key.from() <= time && time <= key.until(), key + " " + time);
            }
        }
    }

    @Test
    void slicesAreOneToTwoPixelsWide() {
        for (double scale : new double[] {1, 3, 1000, 1e6, 1e12}) {
            double pixels = (1L << TileKey.levelFor(scale)) / scale;
            assertTrue(pixels >= 1 && pixels <= 2, scale + " " + pixels);
        }
    }

    @Test
    void showsEventsWhereTheyAreFewAndCountsWhereTheyAreMany() throws IOException {
        SyntheticTrace trace =
                new SyntheticTrace().with(KIND, Severity.INFORMATION, SyntheticTrace.every(0, 10, TileCache.FEW + 1));
        assertInstanceOf(Tile.Counts.class, TileCache.load(trace, new TileKey(KIND, 8, 0)));
        Tile near = TileCache.load(trace, new TileKey(KIND, 0, 0));
        assertEquals(26, near.total());
        assertInstanceOf(Tile.Events.class, near);
    }

    @Test
    void derivesFinerTilesFromEventsThatAreKnown() throws IOException {
        SyntheticTrace trace = new SyntheticTrace().with(KIND, Severity.WARNING, 5, 300, 70_000);
        TileCache cache = new TileCache();
        TileKey coarse = new TileKey(KIND, 10, 0);
        cache.put(coarse, TileCache.load(trace, coarse));
        int asked = trace.queries();
        Tile second = cache.find(new TileKey(KIND, 0, 1)).orElseThrow();
        assertEquals(List.of(300L), times(second));
        assertEquals(asked, trace.queries());
    }

    @Test
    void knowsThatPartsOfAnEmptySliceAreEmpty() {
        TileCache cache = new TileCache();
        long[] counts = new long[TileKey.BUCKETS];
        counts[3] = 1000;
        cache.put(new TileKey(KIND, 20, 0), Tile.Counts.of(counts));
        assertEquals(0, cache.find(new TileKey(KIND, 12, 2)).orElseThrow().total());
        assertEquals(Optional.empty(), cache.find(new TileKey(KIND, 12, 3)));
    }

    @Test
    void joinsHalvesWithoutAsking() throws IOException {
        SyntheticTrace trace = new SyntheticTrace().with(KIND, Severity.INFORMATION, SyntheticTrace.every(0, 3, 200));
        TileCache cache = new TileCache();
        for (int half = 0; half < 2; half++) {
            TileKey child = new TileKey(KIND, 1, half);
            cache.put(child, TileCache.load(trace, child));
        }
        Tile joined = cache.find(new TileKey(KIND, 2, 0)).orElseThrow();
        Tile loaded = TileCache.load(trace, new TileKey(KIND, 2, 0));
        for (int i = 0; i < TileKey.BUCKETS; i++) {
            assertEquals(
                    assertInstanceOf(Tile.Counts.class, loaded).in(i),
                    assertInstanceOf(Tile.Counts.class, joined).in(i));
        }
    }

    private static List<Long> times(Tile tile) {
        return assertInstanceOf(Tile.Events.class, tile).events().stream()
                .map(event -> event.content().time().epochNanoseconds())
                .toList();
    }
}
