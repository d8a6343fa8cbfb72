package org.ringside.app.memory;

import java.util.Optional;
import org.ringside.app.memory.HexRow.Side;

/**
 * Where the columns of the memory view lie, in pixels.
 *
 * @param charWidth advance of a character of the face of bytes
 * @param rowHeight distance of two rows
 * @param digits digits of an address
 * @param columns bytes in a row, a multiple of 8
 * @param panels 1, or 2 if both snapshots are drawn side by side
 */
record HexGeometry(double charWidth, double rowHeight, int digits, int columns, int panels) {
    static final double MARGIN = 10;
    static final double SCROLL_BAR = 14;

    /** Height of the line that heads the columns. */
    static final double HEADER = 22;

    private static final int GROUP = 8;
    private static final int CELL = 3;

    /**
     * What lies under the pointer.
     *
     * @param row from the top of the window
     * @param column byte in the row, 0 to columns-1
     * @param panel 0 is the left one
     */
    record Hit(int row, int column, int panel) {}

    /** The most bytes a row can have in a width: 32, 16 or 8. */
    static int columnsFor(double width, double charWidth, int digits, int panels) {
        for (int columns : new int[] {32, 16}) {
            if (new HexGeometry(charWidth, 1, digits, columns, panels).width() <= width) {
                return columns;
            }
        }
        return GROUP;
    }

    /** Everything with the scroll bar. */
    double width() {
        return panelX(0) + panels * panelWidth() + MARGIN + SCROLL_BAR;
    }

    double addressX() {
        return MARGIN;
    }

    /** Left edge of a panel's bytes. */
    double panelX(int panel) {
        return MARGIN + (digits + 2) * charWidth + panel * panelWidth();
    }

    /** Bytes, text and the gap after them. */
    double panelWidth() {
        return (hexCharacters() + 1 + columns + 3) * charWidth;
    }

    /** Characters of the bytes of a row, with a wider gap after each group of 8. */
    int hexCharacters() {
        return columns * CELL + columns / GROUP - 1;
    }

    /** Index of the first character of a byte among those of the row. */
    static int hexCharacter(int column) {
        return column * CELL + column / GROUP;
    }

    double hexX(int panel, int column) {
        return panelX(panel) + hexCharacter(column) * charWidth;
    }

    double textX(int panel, int column) {
        return panelX(panel) + (hexCharacters() + 1 + column) * charWidth;
    }

    /** Top edge of a row. */
    double rowY(int row) {
        return HEADER + row * rowHeight;
    }

    /** Rows that are wholly visible, at least 1. */
    int rowsIn(double height) {
        return Math.max(1, (int) Math.floor((height - HEADER) / rowHeight));
    }

    /** The byte at a point; points between bytes belong to the nearest one of the panel. */
    Optional<Hit> hit(double x, double y) {
        if (y < HEADER || x < panelX(0) - charWidth || x >= panelX(0) + panels * panelWidth()) {
            return Optional.empty();
        }
        int panel = Math.clamp((long) Math.floor((x - panelX(0)) / panelWidth()), 0, panels - 1);
        int row = (int) ((y - HEADER) / rowHeight);
        double character = (x - panelX(panel)) / charWidth;
        double text = character - hexCharacters() - 1;
        if (text >= -0.5) {
            return Optional.of(new Hit(row, Math.clamp((long) Math.floor(text), 0, columns - 1), panel));
        }
        int group = (int) Math.max(0, (character + 0.5) / (GROUP * CELL + 1));
        int inGroup = (int) Math.floor((character + 0.5 - group * (GROUP * CELL + 1)) / CELL);
        int column = group * GROUP + Math.clamp(inGroup, 0, GROUP - 1);
        return Optional.of(new Hit(row, Math.clamp(column, 0, columns - 1), panel));
    }

    /** The side that a panel shows. */
    Side side(int panel, DrawnSides drawn) {
        return switch (drawn) {
            case SHOWN -> Side.SHOWN;
            case BASELINE -> Side.BASELINE;
            case BOTH -> panel == 0 ? Side.BASELINE : Side.SHOWN;
        };
    }
}
