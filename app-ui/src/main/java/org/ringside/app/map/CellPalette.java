package org.ringside.app.map;

/** Colours of the pixels of a picture of pages, as opaque 0xAARRGGBB. */
public interface CellPalette {
    /** Outside the picture and between large cells. */
    int background();

    /** The lines over what is hatched. */
    int hatch();

    /** Of a cell with a code. */
    int of(byte code);

    /** Whether cells with a code are hatched: what they stand for is not known. */
    boolean isHatched(byte code);

    /** Whether cells with a code, where they are small, have a halo, so that one page among a million is seen. */
    boolean isEmphasised(byte code);

    /**
     * Of a pixel within a large cell.
     *
     * @param x from its left edge
     * @param y from its upper edge
     * @param size its side in pixels
     */
    default int of(byte code, int x, int y, int size) {
        return of(code);
    }

    /** Codes are 0 to this, not included. */
    int codes();
}
