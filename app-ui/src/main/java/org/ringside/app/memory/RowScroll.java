package org.ringside.app.memory;

/**
 * A window of rows over a long list of rows, and the thumb of its scroll bar. Exact to the row at any length.
 *
 * @param rows rows in all, at least 1
 * @param visible rows that fit in the window, at least 1
 * @param top first row in the window, 0 to {@link #lastTop()}
 */
public record RowScroll(long rows, int visible, long top) {
    /** A thumb is not drawn shorter than this, in pixels, so that it can be caught. */
    static final double SHORTEST_THUMB = 24;

    public RowScroll {
        rows = Math.max(1, rows);
        visible = Math.max(1, visible);
        top = Math.clamp(top, 0, Math.max(0, rows - visible));
    }

    /** The largest value of {@link #top()}. */
    public long lastTop() {
        return Math.max(0, rows - visible);
    }

    public RowScroll withTop(long row) {
        return new RowScroll(rows, visible, row);
    }

    public RowScroll by(long delta) {
        long moved = top + delta;
        // Far jumps must not wrap around.
        return withTop(delta > 0 && moved < top ? Long.MAX_VALUE : moved);
    }

    /** Scrolls no further than needed to have a row in the window. */
    public RowScroll revealing(long row) {
        if (row < top) {
            return withTop(row);
        }
        return row >= top + visible ? withTop(row - visible + 1) : this;
    }

    /** Has a row a third from the top, where the eye expects what it jumped to; stays if the row is already well inside. */
    public RowScroll centring(long row) {
        boolean inside = row > top && row < top + visible - 1;
        return inside ? this : withTop(row - visible / 3);
    }

    /** Length of the thumb on a track, in pixels. */
    public double thumbLength(double track) {
        double share = track * ((double) visible / Math.max(rows, visible));
        return Math.min(track, Math.max(SHORTEST_THUMB, share));
    }

    /** Where the thumb begins on a track, in pixels. */
    public double thumbStart(double track) {
        return lastTop() == 0 ? 0 : (track - thumbLength(track)) * ((double) top / lastTop());
    }

    /** Scrolled so that the thumb begins at a pixel of the track; both ends are reached exactly. */
    public RowScroll withThumbAt(double start, double track) {
        double way = track - thumbLength(track);
        if (way <= 0 || start <= 0) {
            return withTop(0);
        }
        return start >= way ? withTop(lastTop()) : withTop(Math.round(lastTop() * (start / way)));
    }
}
