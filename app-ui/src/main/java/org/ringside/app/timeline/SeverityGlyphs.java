package org.ringside.app.timeline;

import java.util.Locale;
import javafx.scene.canvas.GraphicsContext;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.shell.ThemeColors;
import org.ringside.decoder.structure.Severity;

/** Paints the marks of severities, the same shapes and hues as everywhere in the window. */
final class SeverityGlyphs {
    /** Half of the square that the outlines are drawn in. */
    private static final double HALF = 7;

    private final GraphicsContext graphics;
    private final ThemeColors colors;

    SeverityGlyphs(GraphicsContext graphics, ThemeColors colors) {
        this.graphics = graphics;
        this.colors = colors;
    }

    void paint(Severity severity, double x, double y) {
        graphics.save();
        graphics.translate(x - HALF, y - HALF);
        graphics.setFill(colors.get("-ringside-" + severity.name().toLowerCase(Locale.ROOT)));
        graphics.beginPath();
        graphics.appendSVGPath(SeverityMark.path(severity));
        graphics.fill();
        graphics.restore();
    }
}
