package org.ringside.app.dock;

import software.coley.bentofx.control.canvas.PixelCanvas;

/** Shows where a dragged pane would go, in the accent colour of both themes: the docking library's own red looks like an error. */
final class DropZoneCanvas extends PixelCanvas {
    /** Alpha, red, green and blue of one byte each. */
    private static final int FILL = 0x441f6feb;

    private static final int BORDER = 0xcc1f6feb;

    @Override
    public void fillBorderedRect(double x, double y, double width, double height, int thickness, int fill, int border) {
        super.fillBorderedRect(x, y, width, height, thickness, FILL, BORDER);
    }
}
