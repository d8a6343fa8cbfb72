package org.ringside.app.shell;

import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.SVGPath;
import org.ringside.decoder.structure.Severity;

/** The four severities, each with its own shape and hue: circle, triangle, octagon, diamond. */
public final class SeverityMark {
    private static final double SIZE = 16;

    private SeverityMark() {}

    /** A mark of 16 × 16 pixels; style class {@code severity-mark}. */
    public static Node of(Severity severity) {
        SVGPath shape = new SVGPath();
        shape.setContent(path(severity));
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
            case ERROR -> "M4 0.5 L10 0.5 L13.5 4 L13.5 10 L10 13.5 L4 13.5 L0.5 10 L0.5 4 Z";
            case CRITICAL -> "M7 0 L14 7 L7 14 L0 7 Z";
        };
    }
}
