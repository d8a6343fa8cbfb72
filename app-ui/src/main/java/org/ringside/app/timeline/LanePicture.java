package org.ringside.app.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/**
 * What is in a lane at one zoom, ready to draw, to hit with the pointer and to test.
 *
 * @param lane the lane
 * @param marks from left to right
 * @param greatest the greatest count of a bar, 0 without bars
 */
record LanePicture(Lane lane, List<Mark> marks, long greatest) {
    /** Marks nearer than this are drawn as one with a number. */
    static final double NEAREST = 14;

    private static final double HALF_GLYPH = 6;

    LanePicture {
        marks = List.copyOf(marks);
    }

    /**
     * Draws what the cache knows and lists what it does not.
     *
     * @param width pixels of the lane
     * @param missing gets the tiles to load
     */
    static LanePicture ofEvents(
            Lane lane, TimeViewport viewport, double width, TileCache cache, SequencedSet<TileKey> missing) {
        int level = TileKey.levelFor(viewport.nanosecondsPerPixel());
        // Half a glyph reaches into the screen from outside.
        TileKey tile = TileKey.containing(lane.kind(), level, viewport.time(-HALF_GLYPH));
        TileKey last = TileKey.containing(lane.kind(), level, viewport.time(width + HALF_GLYPH));
        List<Mark> marks = new ArrayList<>();
        List<TraceEvent> events = new ArrayList<>();
        HashSet<TileKey> drawnCoarser = new HashSet<>();
        for (; tile.index() <= last.index(); tile = new TileKey(tile.kind(), level, tile.index() + 1)) {
            Optional<Tile> known = cache.find(tile);
            if (known.isPresent()) {
                add(known.get(), tile, viewport, marks, events);
                continue;
            }
            missing.add(tile);
            TileKey here = tile;
            cache.coarser(here)
                    .ifPresentOrElse(
                            coarser -> {
                                if (drawnCoarser.add(here)) {
                                    addCoarse(coarser, here, viewport, marks);
                                }
                            },
                            () -> marks.add(new Mark.Loading(
                                    viewport.x(here.from()), viewport.x(here.until()), here.from(), here.until())));
        }
        marks.addAll(clusters(events, viewport));
        marks.sort(Comparator.comparingDouble(Mark::left));
        long greatest = 0;
        for (Mark mark : marks) {
            if (mark instanceof Mark.Bar bar && bar.right() >= 0 && bar.left() <= width) {
                greatest = Math.max(greatest, bar.count());
            }
        }
        return new LanePicture(lane, marks, greatest);
    }

    /** @param snapshots by time */
    static LanePicture ofSnapshots(Lane lane, TimeViewport viewport, double width, List<SnapshotInfo> snapshots) {
        List<Mark> marks = new ArrayList<>();
        List<SnapshotInfo> cluster = new ArrayList<>();
        double left = 0;
        double right = 0;
        for (SnapshotInfo snapshot : snapshots) {
            double x = viewport.x(snapshot.time().epochNanoseconds());
            if (!cluster.isEmpty() && x - right > NEAREST / 2) {
                marks.add(new Mark.Snapshots(left - HALF_GLYPH, right + HALF_GLYPH, cluster));
                cluster.clear();
            }
            left = cluster.isEmpty() ? x : left;
            right = x;
            cluster.add(snapshot);
        }
        if (!cluster.isEmpty()) {
            marks.add(new Mark.Snapshots(left - HALF_GLYPH, right + HALF_GLYPH, cluster));
        }
        marks.removeIf(mark -> mark.right() < -width || mark.left() > 2 * width);
        return new LanePicture(lane, marks, 0);
    }

    /** The mark under a pixel, the nearest where several are. */
    Optional<Mark> at(double x) {
        return marks.stream()
                .filter(mark -> x >= mark.left() - 1 && x <= mark.right() + 1)
                .min(Comparator.comparingDouble(mark -> Math.abs((mark.left() + mark.right()) / 2 - x)));
    }

    private static void add(Tile tile, TileKey key, TimeViewport viewport, List<Mark> marks, List<TraceEvent> events) {
        switch (tile) {
            case Tile.Events(List<TraceEvent> few) -> events.addAll(few);
            case Tile.Counts counts -> addBars(counts, 0, TileKey.BUCKETS, key, viewport, marks);
        }
    }

    /** The part of a coarser tile that lies in the tile that is wanted. */
    private static void addCoarse(
            Map.Entry<TileKey, Tile> coarser, TileKey wanted, TimeViewport viewport, List<Mark> marks) {
        if (coarser.getValue() instanceof Tile.Counts counts) {
            TileKey key = coarser.getKey();
            int first = (int) ((wanted.from() - key.from()) >> key.level());
            int last = (int) ((wanted.until() - key.from()) >> key.level());
            addBars(counts, first, last + 1, key, viewport, marks);
        }
    }

    private static void addBars(
            Tile.Counts counts, int first, int end, TileKey key, TimeViewport viewport, List<Mark> marks) {
        for (int i = first; i < end; i++) {
            if (counts.in(i) != 0) {
                long from = key.from() + i * key.bucketLength();
                double left = viewport.x(from);
                double right = Math.max(left + 1, left + key.bucketLength() / viewport.nanosecondsPerPixel());
                marks.add(new Mark.Bar(left, right, from, from + key.bucketLength() - 1, counts.in(i)));
            }
        }
    }

    private static List<Mark> clusters(List<TraceEvent> events, TimeViewport viewport) {
        List<Mark> marks = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= events.size(); i++) {
            double start = x(events.get(first), viewport);
            if (i == events.size() || x(events.get(i), viewport) - start >= NEAREST) {
                List<TraceEvent> cluster = events.subList(first, i);
                double middle = (start + x(cluster.getLast(), viewport)) / 2;
                Severity worst = cluster.stream()
                        .map(event -> event.content().severity())
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                marks.add(new Mark.Events(middle - HALF_GLYPH, middle + HALF_GLYPH, cluster, worst));
                first = i;
            }
        }
        return marks;
    }

    private static double x(TraceEvent event, TimeViewport viewport) {
        return viewport.x(event.content().time().epochNanoseconds());
    }
}
