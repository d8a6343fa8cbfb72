package org.ringside.app.map;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.memory.Hatch;
import org.ringside.app.shell.ThemeColors;
import org.ringside.app.text.Messages;

/** The picture of changes, in its colours. */
final class MapCanvas extends StackPane {
    private static final Messages MESSAGES = Messages.of(MapCanvas.class);
    private static final String BACKGROUND = "-color-bg-default";
    private static final String LINE = "-color-border-default";
    private static final String HATCH = "-ringside-not-captured";
    private static final String ZERO = "-color-neutral-muted";
    private static final String SAME = "-color-accent-muted";
    private static final String CHANGED = "-ringside-changed";
    private static final String APPEARED = "-ringside-added";
    private static final String VANISHED = "-ringside-removed";

    private final MapViewModel model;
    private final PictureCanvas canvas;
    private final WriterLegend writers = new WriterLegend(false);
    private MapPalette changes = MapPalette.BLACK;
    private @Nullable WriterPalette devices;
    private Subscription subscription = Subscription.EMPTY;
    private final List<Canvas> patches = new ArrayList<>();
    private final List<PageState> states = new ArrayList<>();

    MapCanvas(MapViewModel model) {
        this.model = model;
        canvas = new PictureCanvas(
                model.picture(),
                new Behaviour(),
                MESSAGES.get("map.accessible"),
                Stream.concat(
                                Stream.of(BACKGROUND, LINE, HATCH, ZERO, SAME, CHANGED, APPEARED, VANISHED),
                                WriterLegend.COLORS.stream())
                        .toList(),
                this::recolor);
        getChildren().add(canvas);
    }

    void attach() {
        canvas.attach();
        subscription = model.overlayProperty().subscribe(overlay -> {
            writers.show(overlay);
            use();
        });
    }

    void detach() {
        canvas.detach();
        subscription.unsubscribe();
    }

    /** What the colours mean while the picture shows who can write. */
    Node writersLegend() {
        return writers.node();
    }

    /** The colours of what is shown. */
    private void use() {
        WriterPalette other = devices;
        model.picture().use(model.overlayProperty().get() == null || other == null ? changes : other);
    }

    /** Zooms around the middle. */
    void zoom(int steps) {
        canvas.zoom(steps);
    }

    /** What takes the keys. */
    PictureCanvas picture() {
        return canvas;
    }

    private final class Behaviour implements PictureCanvas.Behaviour {
        @Override
        public String describe(long address) {
            return model.describe(address);
        }

        @Override
        public OptionalLong pageAt(PictureModel picture, double x, double y) {
            return model.pageAt(x, y);
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
            switch (code) {
                case N -> model.goToChange(true);
                case P -> model.goToChange(false);
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String waiting() {
            return model.busyProperty().get() ? MESSAGES.get("comparing") : "";
        }
    }

    /** A patch of the colour of a state, for a legend. */
    Region swatch(PageState state) {
        Canvas patch = new Canvas(12, 12);
        patches.add(patch);
        states.add(state);
        return new StackPane(patch);
    }

    private static void paint(Canvas patch, PageState state, ThemeColors colors) {
        GraphicsContext graphics = patch.getGraphicsContext2D();
        graphics.setFill(color(state, colors));
        graphics.fillRect(0, 0, 12, 12);
        if (state == PageState.NOT_CAPTURED) {
            Hatch.fill(graphics, colors.get(HATCH), 0, 0, 12, 12);
        }
        graphics.setStroke(colors.get(LINE));
        graphics.strokeRect(0.5, 0.5, 11, 11);
    }

    private static Color color(PageState state, ThemeColors colors) {
        Color background = colors.get(BACKGROUND);
        return switch (state) {
            case NOT_CAPTURED -> background;
            case ZERO -> PictureCanvas.over(background, colors.get(ZERO), 0.45);
            case UNCHANGED -> PictureCanvas.over(background, colors.get(SAME), 0.9);
            case CHANGED -> colors.get(CHANGED);
            case APPEARED -> colors.get(APPEARED);
            case VANISHED -> colors.get(VANISHED);
        };
    }

    private void recolor(ThemeColors colors) {
        Color background = colors.get(BACKGROUND);
        devices = writers.palette(colors);
        changes = new MapPalette(
                PictureCanvas.argb(background),
                PictureCanvas.argb(PictureCanvas.over(background, colors.get(HATCH), 1)),
                PictureCanvas.argb(color(PageState.ZERO, colors)),
                PictureCanvas.argb(color(PageState.UNCHANGED, colors)),
                PictureCanvas.argb(color(PageState.CHANGED, colors)),
                PictureCanvas.argb(color(PageState.APPEARED, colors)),
                PictureCanvas.argb(color(PageState.VANISHED, colors)));
        use();
        for (int i = 0; i < patches.size(); i++) {
            paint(patches.get(i), states.get(i), colors);
        }
    }
}
