package org.ringside.app.map;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import org.jspecify.annotations.Nullable;
import org.ringside.app.map.WriterOverlay.Writers;
import org.ringside.app.memory.Hatch;
import org.ringside.app.shell.ThemeColors;
import org.ringside.app.text.Messages;

/** The colours of pages by who can write them, from the theme, and what they mean. */
public final class WriterLegend {
    private static final Messages MESSAGES = Messages.of(WriterLegend.class);
    private static final String BACKGROUND = "-color-bg-default";
    private static final String LINE = "-color-border-default";
    private static final String HATCH = "-ringside-not-captured";
    private static final String NONE = "-color-neutral-muted";
    private static final String ONE = "-color-warning-muted";
    private static final String FEW = "-color-warning-emphasis";
    private static final String MANY = "-color-danger-emphasis";
    private static final double SIDE = 12;

    /** Looked-up colours that {@link #palette} needs. */
    public static final List<String> COLORS = List.of(BACKGROUND, LINE, HATCH, NONE, ONE, FEW, MANY);

    private final FlowPane pane = new FlowPane();
    private final Map<Writers, Label> labels = new EnumMap<>(Writers.class);
    private final List<Canvas> patches = new ArrayList<>();
    private final List<Writers> order;

    /** @param single whether it is about one device */
    public WriterLegend(boolean single) {
        order = single
                ? List.of(Writers.ONE, Writers.NONE, Writers.NOT_CAPTURED)
                : List.of(Writers.MANY, Writers.FEW, Writers.ONE, Writers.NONE, Writers.NOT_CAPTURED);
        pane.getStyleClass().add("map-legend");
        for (Writers writers : order) {
            Canvas patch = new Canvas(SIDE, SIDE);
            patches.add(patch);
            Label label = new Label(title(writers));
            labels.put(writers, label);
            HBox entry = new HBox(new StackPane(patch), label);
            entry.getStyleClass().add("map-legend-entry");
            pane.getChildren().add(entry);
        }
    }

    private static String title(Writers writers) {
        return MESSAGES.get("writers." + writers.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    public Node node() {
        return pane;
    }

    /** Says how many pages there are of each. */
    public void show(@Nullable WriterOverlay overlay) {
        labels.forEach((writers, label) -> label.setText(
                overlay == null || writers == Writers.NOT_CAPTURED
                        ? title(writers)
                        : MESSAGES.get("legend", title(writers), overlay.pages(writers))));
    }

    /** The colours in a theme; paints the legend with them. */
    public WriterPalette palette(ThemeColors colors) {
        Color background = colors.get(BACKGROUND);
        WriterPalette palette = new WriterPalette(
                PictureCanvas.argb(background),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(HATCH), 1)),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(NONE), 0.6)),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(ONE), 1)),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(FEW), 1)),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(MANY), 1)));
        for (int i = 0; i < patches.size(); i++) {
            GraphicsContext graphics = patches.get(i).getGraphicsContext2D();
            int color = palette.of(order.get(i));
            graphics.setFill(Color.rgb(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff));
            graphics.fillRect(0, 0, SIDE, SIDE);
            if (order.get(i) == Writers.NOT_CAPTURED) {
                Hatch.fill(graphics, colors.get(HATCH), 0, 0, SIDE, SIDE);
            }
            graphics.setStroke(colors.get(LINE));
            graphics.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
        }
        return palette;
    }
}
