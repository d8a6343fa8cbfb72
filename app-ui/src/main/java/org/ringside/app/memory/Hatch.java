package org.ringside.app.memory;

import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;

/** Slanted lines: how "not captured" looks everywhere. */
public final class Hatch {
    private static final double STEP = 8;

    private Hatch() {}

    /** Fills a rectangle with lines from its lower left to its upper right; neighbouring rectangles continue each other. */
    public static void fill(GraphicsContext graphics, Color color, double x, double y, double width, double height) {
        graphics.save();
        graphics.beginPath();
        graphics.rect(x, y, width, height);
        graphics.clip();
        graphics.setStroke(color);
        graphics.setLineWidth(1);
        // A line is where x + y is a multiple of the step.
        double first = Math.ceil((x + y) / STEP) * STEP;
        for (double sum = first; sum < x + y + width + height; sum += STEP) {
            graphics.strokeLine(sum - y, y, sum - y - height, y + height);
        }
        graphics.restore();
    }
}
