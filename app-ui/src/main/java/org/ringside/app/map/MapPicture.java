package org.ringside.app.map;

/**
 * A finished picture of a viewport.
 *
 * @param viewport what it shows
 * @param pixels 0xAARRGGBB, row by row; not written to any more
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MapPicture(MapViewport viewport, int[] pixels) {
    private static final int HATCH_STEP = 8;

    /** A cell of at least this many pixels is set apart from its neighbours. */
    private static final int GRID_FROM = 5;

    /** A changed cell smaller than this has a halo, so that one page among a million is seen. */
    private static final int HALO_BELOW = 4;

    /**
     * Draws; for a background thread.
     *
     * @param emphasis whether small changed cells have a halo
     */
    static MapPicture draw(PagePyramid pyramid, MapViewport viewport, MapPalette palette, boolean emphasis) {
        int width = viewport.width();
        int height = viewport.height();
        int[] pixels = new int[width * height];
        int size = viewport.cellSize();
        int level = viewport.level();
        int columns = pyramid.columns() >> level;
        int[] colors = new int[PageState.values().length];
        for (PageState state : PageState.values()) {
            colors[state.code()] = palette.of(state);
        }
        int gap = size >= GRID_FROM ? 1 : 0;
        for (int y = 0; y < height; y++) {
            long row = Math.floorDiv(y + viewport.y(), size);
            boolean gridRow = gap > 0 && Math.floorMod(y + viewport.y(), size) == size - 1;
            for (int x = 0; x < width; x++) {
                long column = Math.floorDiv(x + viewport.x(), size);
                int color = palette.background();
                boolean outside = row < 0
                        || column < 0
                        || column >= columns
                        || row > Integer.MAX_VALUE
                        || !pyramid.exists(level, (int) column, (int) row);
                if (!outside && !gridRow && (gap == 0 || Math.floorMod(x + viewport.x(), size) != size - 1)) {
                    byte code = pyramid.code(level, (int) column, (int) row);
                    boolean hatched = code == PageState.NOT_CAPTURED.code()
                            && Math.floorMod(x + viewport.x() + y + viewport.y(), HATCH_STEP) == 0;
                    color = hatched ? palette.hatch() : colors[code];
                }
                pixels[y * width + x] = color;
            }
        }
        if (emphasis && size < HALO_BELOW) {
            halo(pixels, width, height, palette);
        }
        return new MapPicture(viewport, pixels);
    }

    /** A ring of a pixel, half as strong, around every pixel that tells of a difference. */
    private static void halo(int[] pixels, int width, int height, MapPalette palette) {
        int[] source = pixels.clone();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int color = source[y * width + x];
                if (!isDifference(color, palette)) {
                    continue;
                }
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int at = (y + dy) * width + x + dx;
                        boolean inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
                        if (inside && !isDifference(source[at], palette)) {
                            pixels[at] = mixed(source[at], color);
                        }
                    }
                }
            }
        }
    }

    private static boolean isDifference(int color, MapPalette palette) {
        return color == palette.changed() || color == palette.appeared() || color == palette.vanished();
    }

    private static int mixed(int below, int above) {
        int result = 0xff;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int low = below >> shift & 0xff;
            int high = above >> shift & 0xff;
            result = result << 8 | (low + high) / 2;
        }
        return result;
    }
}
