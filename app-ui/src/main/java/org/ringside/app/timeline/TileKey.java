package org.ringside.app.timeline;

import org.ringside.trace.EventKind;

/**
 * A piece of one lane at one level of detail: {@link #BUCKETS} slices of {@code 2^level} nanoseconds.
 *
 * @param kind the lane
 * @param level 0 (a nanosecond a slice) to {@link #COARSEST}
 * @param index counted from 1970, negative before
 */
record TileKey(EventKind kind, int level, long index) {
    static final int BUCKETS = 256;
    private static final int BUCKET_SHIFT = 8;

    /** At this level two tiles hold all of time. */
    static final int COARSEST = 63 - BUCKET_SHIFT;

    static TileKey containing(EventKind kind, int level, long time) {
        return new TileKey(kind, level, time >> (level + BUCKET_SHIFT));
    }

    /** The level whose slices are between one and two pixels wide, as far as there is one. */
    static int levelFor(double nanosecondsPerPixel) {
        return Math.clamp(Math.getExponent(nanosecondsPerPixel) + 1, 0, COARSEST);
    }

    long from() {
        return index << (level + BUCKET_SHIFT);
    }

    /** The last moment in the tile. */
    long until() {
        return from() + ((1L << (level + BUCKET_SHIFT)) - 1);
    }

    long bucketLength() {
        return 1L << level;
    }

    boolean hasParent() {
        return level < COARSEST;
    }

    TileKey parent() {
        return new TileKey(kind, level + 1, index >> 1);
    }

    TileKey child(int half) {
        return new TileKey(kind, level - 1, index * 2 + half);
    }
}
