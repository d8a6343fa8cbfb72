package org.ringside.app.map;

/**
 * Colours of the map's pixels, as opaque 0xAARRGGBB.
 *
 * @param background outside the picture and between large cells
 * @param hatch the lines over what was not captured
 * @param zero captured zeros
 * @param unchanged other captured pages that are the same in the baseline, or not compared
 * @param changed pages with other bytes
 * @param appeared pages captured only in the shown snapshot
 * @param vanished pages captured only in the baseline
 */
record MapPalette(int background, int hatch, int zero, int unchanged, int changed, int appeared, int vanished)
        implements CellPalette {
    static final MapPalette BLACK =
            new MapPalette(0xff000000, 0xff000000, 0xff000000, 0xff000000, 0xff000000, 0xff000000, 0xff000000);

    int of(PageState state) {
        return switch (state) {
            case NOT_CAPTURED -> background;
            case ZERO -> zero;
            case UNCHANGED -> unchanged;
            case CHANGED -> changed;
            case APPEARED -> appeared;
            case VANISHED -> vanished;
        };
    }

    @Override
    public int of(byte code) {
        return of(PageState.of(code));
    }

    @Override
    public boolean isHatched(byte code) {
        return PageState.of(code) == PageState.NOT_CAPTURED;
    }

    @Override
    public boolean isEmphasised(byte code) {
        return PageState.of(code).isDifference();
    }

    @Override
    public int codes() {
        return PageState.values().length;
    }
}
