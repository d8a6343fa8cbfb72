package org.ringside.app.ept;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import org.ringside.app.map.PictureCanvas;
import org.ringside.app.shell.ThemeColors;
import org.ringside.app.text.Messages;
import org.ringside.decoder.translation.AccessRights;

/** The picture of a guest's memory in the colours of its rights, with a legend. */
final class EptCanvas {
    private static final Messages MESSAGES = Messages.of(EptCanvas.class);
    private static final String BACKGROUND = "-color-bg-default";
    private static final String LINE = "-color-border-default";
    private static final String EMPTY = "-color-bg-subtle";
    private static final String ALL = "-color-fg-subtle";
    private static final String READ = "-ringside-read";
    private static final String WRITE = "-ringside-write";
    private static final String EXECUTE = "-ringside-execute";
    private static final String USER_EXECUTE = "-ringside-user-execute";
    private static final double SIDE = 14;

    private final EptViewModel model;
    private final PictureCanvas canvas;
    private final FlowPane legend = new FlowPane();
    private final List<Swatch> swatches = new ArrayList<>();

    private record Swatch(Canvas canvas, byte code, boolean quarters) {}

    EptCanvas(EptViewModel model) {
        this.model = model;
        canvas = new PictureCanvas(
                model.picture(),
                new Behaviour(),
                MESSAGES.get("picture.accessible"),
                List.of(BACKGROUND, LINE, EMPTY, ALL, READ, WRITE, EXECUTE, USER_EXECUTE),
                this::recolor);
        legend.getStyleClass().add("ept-legend");
        entry(code(AccessRights.READ | AccessRights.WRITE | AccessRights.EXECUTE), false, "legend.all");
        entry(code(AccessRights.READ | AccessRights.WRITE), false, "legend.write");
        entry(code(AccessRights.READ | AccessRights.EXECUTE), false, "legend.execute");
        entry(code(AccessRights.EXECUTE), false, "legend.execute-only");
        entry(code(AccessRights.READ), false, "legend.read");
        entry(EptCells.NOT_MAPPED, false, "legend.not-mapped");
        entry(EptCells.code(EptCells.RIGHTS.getFirst()), true, "legend.quarters");
    }

    PictureCanvas picture() {
        return canvas;
    }

    Node legend() {
        return legend;
    }

    private static byte code(int mask) {
        return EptCells.code(new AccessRights(mask));
    }

    private void entry(byte code, boolean quarters, String key) {
        Canvas patch = new Canvas(SIDE, SIDE);
        swatches.add(new Swatch(patch, code, quarters));
        HBox entry = new HBox(new StackPane(patch), new Label(MESSAGES.get(key)));
        entry.getStyleClass().add("ept-legend-entry");
        legend.getChildren().add(entry);
    }

    private void recolor(ThemeColors colors) {
        Color background = colors.get(BACKGROUND);
        EptPalette palette = new EptPalette(
                PictureCanvas.argb(background),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(EMPTY), 1)),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(ALL), 0.6)),
                PictureCanvas.argb(colors.get(READ)),
                PictureCanvas.argb(colors.get(WRITE)),
                PictureCanvas.argb(colors.get(EXECUTE)),
                PictureCanvas.argb(colors.get(USER_EXECUTE)));
        model.picture().use(palette);
        for (Swatch swatch : swatches) {
            paint(swatch, palette, colors.get(LINE));
        }
    }

    private static void paint(Swatch swatch, EptPalette palette, Color line) {
        GraphicsContext graphics = swatch.canvas().getGraphicsContext2D();
        int side = (int) SIDE;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int color = swatch.quarters() ? palette.of(swatch.code(), x, y, side) : palette.of(swatch.code());
                graphics.getPixelWriter().setArgb(x, y, color);
            }
        }
        graphics.setStroke(line);
        graphics.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
    }

    private final class Behaviour implements PictureCanvas.Behaviour {
        @Override
        public String describe(long address) {
            return model.describe(address);
        }

        @Override
        public void select(long address) {
            model.select(address);
        }

        @Override
        public void open() {
            model.open();
        }

        @Override
        public boolean key(KeyCode code) {
            return false;
        }

        @Override
        public String waiting() {
            return model.stateProperty().get() == EptViewModel.State.READY ? MESSAGES.get("nothing-mapped") : "";
        }
    }
}
