package org.ringside.app.map;

/**
 * Which part of the picture is seen, and how large.
 *
 * @param zoom from 0 on: a cell is {@code zoom + 1} pixels wide and high; below 0: a pixel is 2^-zoom by 2^-zoom cells
 * @param x left edge, in pixels of the zoomed picture
 * @param y upper edge, in pixels of the zoomed picture
 * @param width of the pane, in pixels
 * @param height of the pane, in pixels
 */
public record MapViewport(int zoom, long x, long y, int width, int height) {
    /** A cell is at most 32 pixels wide. */
    public static final int CLOSEST = 31;

    static final MapViewport EMPTY = new MapViewport(0, 0, 0, 1, 1);

    /** The whole picture, as large as it fits, in the middle. */
    static MapViewport fitting(PageCells cells, int width, int height) {
        int zoom = CLOSEST;
        MapViewport viewport = new MapViewport(zoom, 0, 0, width, height);
        while (zoom > -cells.coarsest()
                && (viewport.pictureWidth(cells) > width || viewport.pictureHeight(cells) > height)) {
            zoom--;
            viewport = new MapViewport(zoom, 0, 0, width, height);
        }
        return viewport.clamped(cells);
    }

    /** Pixels of a cell's side; 1 if a pixel is one or more cells. */
    int cellSize() {
        return zoom >= 0 ? zoom + 1 : 1;
    }

    /** Level of the cells that is drawn. */
    int level() {
        return zoom >= 0 ? 0 : -zoom;
    }

    long pictureWidth(PageCells cells) {
        return (long) (cells.columns() >> level()) * cellSize();
    }

    long pictureHeight(PageCells cells) {
        return (long) ((cells.rows() + (1 << level()) - 1) >> level()) * cellSize();
    }

    /** Column of the finest picture at a pixel of the pane; may lie outside the picture. */
    long column(double paneX) {
        return Math.floorDiv((long) Math.floor(paneX) + x, cellSize()) << level();
    }

    /** Row of the finest picture at a pixel of the pane; may lie outside the picture. */
    long row(double paneY) {
        return Math.floorDiv((long) Math.floor(paneY) + y, cellSize()) << level();
    }

    /** Left edge of a column of the finest picture, in the pane. */
    long paneX(long column) {
        return (column >> level()) * cellSize() - x;
    }

    /** Upper edge of a row of the finest picture, in the pane. */
    long paneY(long row) {
        return (row >> level()) * cellSize() - y;
    }

    /** Closer or farther, with the cell at a pixel of the pane staying there. */
    MapViewport zoomed(PageCells cells, int target, double paneX, double paneY) {
        int allowed = Math.clamp(target, -cells.coarsest(), CLOSEST);
        long column = column(paneX);
        long row = row(paneY);
        MapViewport other = new MapViewport(allowed, 0, 0, width, height);
        long left = (column >> other.level()) * other.cellSize() + other.cellSize() / 2 - (long) paneX;
        long upper = (row >> other.level()) * other.cellSize() + other.cellSize() / 2 - (long) paneY;
        return new MapViewport(allowed, left, upper, width, height).clamped(cells);
    }

    MapViewport moved(PageCells cells, long deltaX, long deltaY) {
        return new MapViewport(zoom, x + deltaX, y + deltaY, width, height).clamped(cells);
    }

    MapViewport resized(PageCells cells, int newWidth, int newHeight) {
        return new MapViewport(zoom, x, y, newWidth, newHeight).clamped(cells);
    }

    /** Moved no further than needed to see a cell. */
    MapViewport revealing(PageCells cells, int column, int row) {
        long left = paneX(column);
        long upper = paneY(row);
        long deltaX = left < 0 ? left : Math.max(0, left + cellSize() - width);
        long deltaY = upper < 0 ? upper : Math.max(0, upper + cellSize() - height);
        return moved(cells, deltaX, deltaY);
    }

    /** A picture smaller than the pane is in its middle, a larger one covers it. */
    private MapViewport clamped(PageCells cells) {
        return new MapViewport(
                zoom, clamp(x, pictureWidth(cells), width), clamp(y, pictureHeight(cells), height), width, height);
    }

    private static long clamp(long edge, long picture, int pane) {
        return picture <= pane ? -(pane - picture) / 2 : Math.clamp(edge, 0, picture - pane);
    }
}
