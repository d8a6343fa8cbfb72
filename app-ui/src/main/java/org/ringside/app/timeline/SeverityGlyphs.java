package org.ringside.app.timeline;

import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import org.ringside.app.shell.ThemeColors;
import org.ringside.decoder.structure.Severity;

/** A shape and a hue for each severity: told apart without colour too. */
final class SeverityGlyphs {
    private static final double RADIUS = 6;

    private final GraphicsContext graphics;
    private final ThemeColors colors;

    SeverityGlyphs(GraphicsContext graphics, ThemeColors colors) {
        this.graphics = graphics;
        this.colors = colors;
    }

    void paint(Severity severity, double x, double y) {
        double r = RADIUS;
        switch (severity) {
            case INFORMATION -> {
                graphics.setFill(colors.get("-ringside-information"));
                graphics.fillOval(x - r + 1.5, y - r + 1.5, 2 * r - 3, 2 * r - 3);
            }
            case WARNING -> {
                graphics.setFill(colors.get("-ringside-warning"));
                graphics.fillPolygon(new double[] {x - r, x, x + r}, new double[] {y + r - 1, y - r, y + r - 1}, 3);
            }
            case ERROR -> {
                graphics.setFill(colors.get("-ringside-error"));
                graphics.fillPolygon(new double[] {x - r, x, x + r, x}, new double[] {y, y - r, y, y + r}, 4);
            }
            case CRITICAL -> {
                graphics.setFill(colors.get("-ringside-critical"));
                octagon(x, y, r + 1.5);
                graphics.setStroke(contrast());
                graphics.setLineWidth(2);
                double c = 2.6;
                graphics.strokeLine(x - c, y - c, x + c, y + c);
                graphics.strokeLine(x - c, y + c, x + c, y - c);
            }
        }
    }

    private Color contrast() {
        return colors.get("-color-bg-default");
    }

    private void octagon(double x, double y, double r) {
        double s = r * 0.414;
        graphics.fillPolygon(
                new double[] {x - s, x + s, x + r, x + r, x + s, x - s, x - r, x - r},
                new double[] {y - r, y - r, y - s, y + s, y + r, y + r, y + s, y - s},
                8);
    }
}
