package org.ringside.app.shell;

import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.FillRule;
import javafx.scene.shape.SVGPath;
import org.ringside.decoder.structure.Severity;

/** The four severities, each with its own shape and hue: circle, triangle, diamond, crossed octagon. */
public final class SeverityMark {
    private static final double SIZE = 16;

    private SeverityMark() {}

    /** A mark of 16 × 16 pixels; style class {@code severity-mark}. */
    public static Node of(Severity severity) {
        SVGPath shape = new SVGPath();
        shape.setContent(path(severity));
        shape.setFillRule(FillRule.EVEN_ODD);
        shape.getStyleClass()
                .addAll("severity-shape", "severity-" + severity.name().toLowerCase(Locale.ROOT));
        StackPane mark = new StackPane(shape);
        mark.getStyleClass().add("severity-mark");
        mark.setMinSize(SIZE, SIZE);
        mark.setMaxSize(SIZE, SIZE);
        mark.setAccessibleText(title(severity));
        return mark;
    }

    /** The severity in a word, for example {@code "critical"}. */
    public static String title(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    /** An outline in a square of 14 × 14, for whoever draws it himself. */
    public static String path(Severity severity) {
        return switch (severity) {
            case INFORMATION -> "M7 2 A5 5 0 1 0 7.01 2 Z";
            case WARNING -> "M7 1 L13.5 12.5 L0.5 12.5 Z";
            case ERROR -> "M7 0 L14 7 L7 14 L0 7 Z";
            // An octagon with a cross cut out of it.
            case CRITICAL ->
                "M4 0 L10 0 L14 4 L14 10 L10 14 L4 14 L0 10 L0 4 Z M4.9 3.5 L3.5 4.9 L5.6 7 L3.5 9.1 L4.9 10.5"
                        + " L7 8.4 L9.1 10.5 L10.5 9.1 L8.4 7 L10.5 4.9 L9.1 3.5 L7 5.6 Z";
        };
    }
}
