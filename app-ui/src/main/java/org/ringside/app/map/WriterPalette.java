package org.ringside.app.map;

import org.ringside.app.map.WriterOverlay.Writers;

/**
 * Colours of pages by how many devices can write them, as opaque 0xAARRGGBB.
 *
 * @param background outside the picture and between large cells
 * @param hatch the lines over what was not captured
 * @param none pages that no device can write
 * @param one pages that one device can write
 * @param few pages that two or three can write
 * @param many pages that more can write
 */
public record WriterPalette(int background, int hatch, int none, int one, int few, int many) implements CellPalette {
    @Override
    public int of(byte code) {
        return of(Writers.of(code));
    }

    int of(Writers writers) {
        return switch (writers) {
            case NOT_CAPTURED -> background;
            case NONE -> none;
            case ONE -> one;
            case FEW -> few;
            case MANY -> many;
        };
    }

    @Override
    public boolean isHatched(byte code) {
        return Writers.of(code) == Writers.NOT_CAPTURED;
    }

    @Override
    public boolean isEmphasised(byte code) {
        return code > Writers.NONE.code();
    }

    /** As many as the change map's: a picture may be drawn once with the other's colours while they change over. */
    @Override
    public int codes() {
        return PageState.values().length;
    }
}
