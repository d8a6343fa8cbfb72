package org.ringside.app.map;

import java.util.stream.IntStream;

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
    static MapPicture draw(PageCells cells, MapViewport viewport, CellPalette palette, boolean emphasis) {
        int width = viewport.width();
        int height = viewport.height();
        int[] pixels = new int[width * height];
        int size = viewport.cellSize();
        int level = viewport.level();
        int columns = cells.columns() >> level;
        int[] colors = new int[palette.codes()];
        boolean[] hatched = new boolean[palette.codes()];
        for (int code = 0; code < colors.length; code++) {
            colors[code] = palette.of((byte) code);
            hatched[code] = palette.isHatched((byte) code);
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
                        || !cells.exists(level, (int) column, (int) row);
                if (!outside && !gridRow && (gap == 0 || Math.floorMod(x + viewport.x(), size) != size - 1)) {
                    byte code = cells.code(level, (int) column, (int) row);
                    if (hatched[code] && Math.floorMod(x + viewport.x() + y + viewport.y(), HATCH_STEP) == 0) {
                        color = palette.hatch();
                    } else if (gap == 0) {
                        color = colors[code];
                    } else {
                        color = palette.of(
                                code,
                                Math.floorMod(x + viewport.x(), size),
                                Math.floorMod(y + viewport.y(), size),
                                size - gap);
                    }
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
    private static void halo(int[] pixels, int width, int height, CellPalette palette) {
        int[] source = pixels.clone();
        int[] telling = telling(palette);
        for (int y = 0; telling.length > 0 && y < height; y++) {
            for (int x = 0; x < width; x++) {
                int color = source[y * width + x];
                if (!isOneOf(telling, color)) {
                    continue;
                }
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int at = (y + dy) * width + x + dx;
                        boolean inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
                        if (inside && !isOneOf(telling, source[at])) {
                            pixels[at] = mixed(source[at], color);
                        }
                    }
                }
            }
        }
    }

    private static int[] telling(CellPalette palette) {
        return IntStream.range(0, palette.codes())
                .filter(code -> palette.isEmphasised((byte) code))
                .map(code -> palette.of((byte) code))
                .toArray();
    }

    private static boolean isOneOf(int[] colors, int color) {
        for (int each : colors) {
            if (each == color) {
                return true;
            }
        }
        return false;
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
