package org.ringside.app.map;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Tooltip;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;
import javafx.util.Duration;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Fonts;
import org.ringside.app.shell.ThemeColors;
import org.ringside.decoder.memory.PhysicalMemory;

/** A picture of pages with its rulers and cursor: zoom with the wheel, drag to move, click to select. */
public final class PictureCanvas extends Region {
    private static final double LEFT = 112;
    private static final double TOP = 24;
    private static final double LABEL_DISTANCE = 44;
    private static final double TICK = 6;
    private static final double DRAG_THRESHOLD = 4;

    private static final String BACKGROUND = "-color-bg-default";
    private static final String LINE = "-color-border-default";
    private static final String MUTED = "-color-fg-muted";
    private static final String TEXT = "-color-fg-default";

    private final PictureModel model;
    private final Behaviour behaviour;
    private final ThemeColors colors;
    private final Canvas canvas = new Canvas();
    private final Font font = Font.font(Fonts.MONO, 11);
    private final Tooltip tooltip = new Tooltip();
    private @Nullable WritableImage image;
    private double pressedX;
    private double pressedY;
    private boolean panning;
    private Subscription subscription = Subscription.EMPTY;

    /** What a picture is about. */
    public interface Behaviour {
        /** What is known of a page, for a tooltip. */
        String describe(long address);

        /** The page that a pixel means; the first of its cell unless another tells more. */
        default OptionalLong pageAt(PictureModel model, double x, double y) {
            return model.pageAt(x, y);
        }

        /** A page was chosen. */
        void select(long address);

        /** The page under the cursor is to be opened. */
        void open();

        /** A key that this canvas does not use; says whether it was used. */
        boolean key(KeyCode code);

        /** Why there is no picture; empty to say nothing. */
        String waiting();
    }

    /**
     * @param accessible its name for screen readers
     * @param colorNames looked-up colours that {@code recolor} needs
     * @param recolor told of other colours
     */
    public PictureCanvas(
            PictureModel model,
            Behaviour behaviour,
            String accessible,
            List<String> colorNames,
            Consumer<ThemeColors> recolor) {
        this.model = model;
        this.behaviour = behaviour;
        List<String> all = new ArrayList<>(List.of(BACKGROUND, LINE, MUTED, TEXT));
        colorNames.stream().filter(name -> !all.contains(name)).forEach(all::add);
        colors = new ThemeColors(all, () -> {
            recolor.accept(colors());
            requestLayout();
        });
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText(accessible);
        setFocusTraversable(true);
        setMinSize(100, 60);
        getChildren().addAll(canvas, colors.probe());
        focusedProperty().subscribe(this::requestLayout);
        setOnMousePressed(this::pressed);
        setOnMouseDragged(this::dragged);
        setOnMouseClicked(this::clicked);
        setOnMouseMoved(this::moved);
        setOnScroll(event -> {
            if (event.getDeltaY() != 0) {
                model.zoom(event.getDeltaY() > 0 ? 1 : -1, event.getX() - LEFT, event.getY() - TOP);
            }
            event.consume();
        });
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        tooltip.setShowDelay(Duration.millis(250));
        tooltip.setShowDuration(Duration.INDEFINITE);
    }

    private ThemeColors colors() {
        return colors;
    }

    /** Begins to follow the model. */
    public void attach() {
        subscription = Subscription.combine(
                model.pictureProperty().subscribe(this::take),
                model.viewportProperty().subscribe(this::requestLayout),
                model.cursorProperty().subscribe(this::requestLayout),
                model.cellsProperty().subscribe(this::requestLayout));
        requestLayout();
    }

    /** Stops following the model. */
    public void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
    }

    /** Zooms around the middle. */
    public void zoom(int steps) {
        MapViewport viewport = model.viewportProperty().get();
        model.zoom(steps, viewport.width() / 2.0, viewport.height() / 2.0);
    }

    /** A colour over another. */
    public static Color over(Color below, Color above, double strength) {
        return below.interpolate(
                Color.color(above.getRed(), above.getGreen(), above.getBlue()), above.getOpacity() * strength);
    }

    /** An opaque colour as 0xAARRGGBB. */
    public static int argb(Color color) {
        return 0xff000000
                | (int) Math.round(color.getRed() * 255) << 16
                | (int) Math.round(color.getGreen() * 255) << 8
                | (int) Math.round(color.getBlue() * 255);
    }

    private void take(@Nullable MapPicture picture) {
        image = picture == null
                ? null
                : new WritableImage(new PixelBuffer<>(
                        picture.viewport().width(),
                        picture.viewport().height(),
                        IntBuffer.wrap(picture.pixels()),
                        PixelFormat.getIntArgbPreInstance()));
        requestLayout();
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        model.resize((int) (getWidth() - LEFT), (int) (getHeight() - TOP));
        paint();
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.setFill(colors.get(BACKGROUND));
        graphics.fillRect(0, 0, getWidth(), getHeight());
        PageCells cells = model.cellsProperty().get();
        if (cells == null) {
            graphics.setFill(colors.get(MUTED));
            graphics.fillText(behaviour.waiting(), LEFT, TOP + 20);
            return;
        }
        MapViewport viewport = model.viewportProperty().get();
        MapPicture picture = model.pictureProperty().get();
        if (image != null && picture != null) {
            graphics.setImageSmoothing(false);
            if (picture.viewport().equals(viewport)) {
                graphics.drawImage(image, LEFT, TOP);
            } else {
                drawStretched(graphics, picture.viewport(), viewport);
            }
        }
        graphics.setFont(font);
        paintRows(graphics, cells, viewport);
        paintColumns(graphics, cells, viewport);
        paintCursor(graphics, cells, viewport);
    }

    /** Until the right picture is there, the last one is drawn where it belongs now. */
    private void drawStretched(GraphicsContext graphics, MapViewport drawn, MapViewport wanted) {
        double scale = scale(wanted) / scale(drawn);
        graphics.save();
        graphics.beginPath();
        graphics.rect(LEFT, TOP, wanted.width(), wanted.height());
        graphics.clip();
        graphics.drawImage(
                image,
                LEFT + drawn.x() * scale - wanted.x(),
                TOP + drawn.y() * scale - wanted.y(),
                drawn.width() * scale,
                drawn.height() * scale);
        graphics.restore();
    }

    private static double scale(MapViewport viewport) {
        return viewport.zoom() >= 0 ? viewport.cellSize() : 1.0 / (1 << viewport.level());
    }

    private void paintRows(GraphicsContext graphics, PageCells cells, MapViewport viewport) {
        graphics.setTextAlign(TextAlignment.RIGHT);
        graphics.setTextBaseline(VPos.CENTER);
        double rowPixels = scale(viewport);
        int step = 1;
        while (step * rowPixels < LABEL_DISTANCE) {
            step *= 2;
        }
        graphics.setStroke(colors.get(LINE));
        double left = LEFT + Math.max(0, -viewport.x());
        for (long row = 0; row < cells.rows(); row += step) {
            double y = TOP + viewport.paneY(row);
            if (y < TOP - 1 || y > getHeight()) {
                continue;
            }
            graphics.strokeLine(left - TICK, Math.round(y) + 0.5, left - 1, Math.round(y) + 0.5);
            graphics.setFill(colors.get(MUTED));
            graphics.fillText("0x%x".formatted(cells.address(0, (int) row)), left - TICK - 4, y + 1);
        }
    }

    private void paintColumns(GraphicsContext graphics, PageCells cells, MapViewport viewport) {
        graphics.setTextAlign(TextAlignment.LEFT);
        double columnPixels = scale(viewport);
        int step = 1;
        while (step * columnPixels < LABEL_DISTANCE * 2) {
            step *= 2;
        }
        double top = TOP + Math.max(0, -viewport.y());
        for (long column = 0; column < cells.columns(); column += step) {
            double x = LEFT + viewport.paneX(column);
            if (x < LEFT - 1 || x > getWidth()) {
                continue;
            }
            graphics.strokeLine(Math.round(x) + 0.5, top - TICK, Math.round(x) + 0.5, top - 1);
            graphics.setFill(colors.get(MUTED));
            graphics.fillText(size(column * cells.pagesPerCell() * PhysicalMemory.PAGE_SIZE), x + 4, top - 12);
        }
    }

    private static String size(long bytes) {
        if (bytes == 0) {
            return "+0";
        }
        if (bytes % (1L << 30) == 0) {
            return "+" + (bytes >> 30) + " GiB";
        }
        return bytes % (1L << 20) == 0 ? "+" + (bytes >> 20) + " MiB" : "+" + (bytes >> 10) + " KiB";
    }

    private void paintCursor(GraphicsContext graphics, PageCells cells, MapViewport viewport) {
        long address = model.cursorProperty().get();
        if (address < cells.base() || address >= cells.end()) {
            return;
        }
        double x = LEFT + viewport.paneX(cells.column(address));
        double y = TOP + viewport.paneY(cells.row(address));
        double size = viewport.cellSize();
        if (x + size < LEFT || y + size < TOP || x > getWidth() || y > getHeight()) {
            return;
        }
        // A ring far enough from the page that the page itself is seen.
        double gap = size < 6 ? 4 : 1.5;
        graphics.setLineWidth(3.5);
        graphics.setStroke(colors.get(BACKGROUND));
        graphics.strokeRect(x - gap, y - gap, size + 2 * gap, size + 2 * gap);
        graphics.setLineWidth(isFocused() ? 2 : 1.25);
        graphics.setStroke(colors.get(TEXT));
        graphics.strokeRect(x - gap, y - gap, size + 2 * gap, size + 2 * gap);
        graphics.setLineWidth(1);
    }

    private void pressed(MouseEvent event) {
        requestFocus();
        pressedX = event.getX();
        pressedY = event.getY();
        panning = false;
    }

    private void dragged(MouseEvent event) {
        double deltaX = pressedX - event.getX();
        double deltaY = pressedY - event.getY();
        if (panning || Math.hypot(deltaX, deltaY) > DRAG_THRESHOLD) {
            panning = true;
            model.pan(Math.round(deltaX), Math.round(deltaY));
            pressedX = event.getX();
            pressedY = event.getY();
        }
    }

    private void clicked(MouseEvent event) {
        if (panning || event.getButton() != MouseButton.PRIMARY) {
            return;
        }
        OptionalLong page = behaviour.pageAt(model, event.getX() - LEFT, event.getY() - TOP);
        page.ifPresent(behaviour::select);
        if (page.isPresent() && event.getClickCount() == 2) {
            behaviour.open();
        }
    }

    private void moved(MouseEvent event) {
        OptionalLong page = behaviour.pageAt(model, event.getX() - LEFT, event.getY() - TOP);
        if (page.isPresent()) {
            tooltip.setText(behaviour.describe(page.getAsLong()));
            Tooltip.install(canvas, tooltip);
        } else {
            Tooltip.uninstall(canvas, tooltip);
        }
    }

    private void key(KeyEvent event) {
        if (event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        int far = event.isShiftDown() ? 16 : 1;
        switch (event.getCode()) {
            case LEFT -> model.moveCursor(-far, 0);
            case RIGHT -> model.moveCursor(far, 0);
            case UP -> model.moveCursor(0, -far);
            case DOWN -> model.moveCursor(0, far);
            case PAGE_UP -> model.moveCursor(0, -32);
            case PAGE_DOWN -> model.moveCursor(0, 32);
            case F -> model.fit();
            case E -> model.emphasisProperty().set(!model.emphasisProperty().get());
            case PLUS, EQUALS, ADD -> zoom(1);
            case MINUS, SUBTRACT -> zoom(-1);
            case ENTER -> behaviour.open();
            default -> {
                if (!behaviour.key(event.getCode())) {
                    return;
                }
            }
        }
        event.consume();
    }
}
