package org.ringside.app.memory;

import java.util.Optional;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.util.Duration;
import javafx.util.Subscription;
import org.ringside.app.shell.Fonts;
import org.ringside.app.text.Messages;

/** Rows of bytes on a canvas of our own: a list control cannot hold the four thousand million rows of 64 GiB. */
final class HexCanvas extends Region {
    private static final Messages MESSAGES = Messages.of(HexCanvas.class);
    private static final double FONT_SIZE = 13;
    private static final double LINE_SPACING = 1.45;
    private static final int ROWS_PER_NOTCH = 3;
    private static final double PIXELS_PER_NOTCH = 40;

    private final MemoryViewModel model;
    private final HexColors colors = new HexColors(this::requestLayout);
    private final Canvas canvas = new Canvas();
    private final RowScrollBar scrollBar;
    private final Font font = Font.font(Fonts.MONO, FONT_SIZE);
    private final double charWidth;
    private final Tooltip tooltip = new Tooltip();
    private HexGeometry geometry;
    private double wheel;
    private Subscription subscription = Subscription.EMPTY;

    HexCanvas(MemoryViewModel model) {
        this.model = model;
        this.scrollBar = new RowScrollBar(model, colors);
        Text probe = new Text("0".repeat(64));
        probe.setFont(font);
        charWidth = probe.getLayoutBounds().getWidth() / 64;
        geometry = geometryFor(16);
        getStyleClass().add("hex-canvas");
        setAccessibleRole(AccessibleRole.TEXT_AREA);
        setAccessibleText(MESSAGES.get("bytes.accessible"));
        setFocusTraversable(true);
        getChildren().addAll(canvas, scrollBar, colors.theme().probe());
        focusedProperty().subscribe(this::requestLayout);
        setOnMousePressed(this::pressed);
        setOnMouseDragged(this::dragged);
        setOnMouseReleased(event -> {
            if (event.getButton() == MouseButton.PRIMARY && event.getX() < canvas.getWidth()) {
                model.publishSelection();
            }
        });
        setOnMouseMoved(this::moved);
        setOnScroll(this::scrolled);
        addEventHandler(KeyEvent.KEY_PRESSED, new HexKeys(model));
        tooltip.setShowDelay(Duration.millis(400));
        tooltip.setShowDuration(Duration.INDEFINITE);
        tooltip.getStyleClass().add("hex-tooltip");
    }

    HexColors colors() {
        return colors;
    }

    void attach() {
        subscription = Subscription.combine(
                model.revisionProperty().subscribe(this::requestRepaint),
                model.drawnSidesProperty().subscribe(this::requestRepaint),
                model.window().columnsProperty().subscribe(this::requestRepaint));
        requestRepaint();
    }

    void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
    }

    private void requestRepaint() {
        // However often the model changes: one layout, so one painting, in a frame.
        scrollBar.requestLayout();
        requestLayout();
    }

    @Override
    protected void layoutChildren() {
        double width = Math.max(0, getWidth() - HexGeometry.SCROLL_BAR);
        double height = getHeight();
        canvas.setWidth(width);
        canvas.setHeight(height);
        scrollBar.resizeRelocate(width, 0, HexGeometry.SCROLL_BAR, height);
        if (width <= 0 || height <= 0) {
            return;
        }
        int columns = model.window().columnsProperty().get();
        geometry = geometryFor(
                columns > 0 ? columns : HexGeometry.columnsFor(getWidth(), charWidth, model.digits(), panels()));
        model.window().resize(geometry.rowsIn(height), geometry.columns());
        new HexPainter(canvas.getGraphicsContext2D(), colors, font, geometry, model, isFocused()).paint(width, height);
    }

    private HexGeometry geometryFor(int columns) {
        double rowHeight = Math.round(FONT_SIZE * LINE_SPACING);
        return new HexGeometry(charWidth, rowHeight, model.digits(), columns, panels());
    }

    private int panels() {
        return model.drawnSidesProperty().get() == DrawnSides.BOTH && model.isCompared() ? 2 : 1;
    }

    private Optional<Long> positionAt(double x, double y) {
        return geometry.hit(x, y).flatMap(hit -> model.row(hit.row()).map(row -> row.position() + hit.column()));
    }

    private void pressed(MouseEvent event) {
        requestFocus();
        if (event.getButton() == MouseButton.PRIMARY) {
            positionAt(event.getX(), event.getY())
                    .ifPresent(position -> model.window().moveCaretTo(position, event.isShiftDown()));
        }
    }

    private void dragged(MouseEvent event) {
        if (event.getButton() != MouseButton.PRIMARY || !canvas.equals(event.getTarget())) {
            return;
        }
        if (event.getY() < HexGeometry.HEADER) {
            model.window().scrollBy(-1);
        } else if (event.getY() > getHeight()) {
            model.window().scrollBy(1);
        }
        double y = Math.clamp(
                event.getY(),
                HexGeometry.HEADER,
                geometry.rowY(model.window().scroll().visible()) - 1);
        double x = Math.clamp(event.getX(), geometry.panelX(0), canvas.getWidth() - HexGeometry.MARGIN);
        positionAt(x, y).ifPresent(position -> model.window().dragCaretTo(position));
    }

    private void moved(MouseEvent event) {
        Optional<String> text = positionAt(event.getX(), event.getY()).map(model::describe);
        if (text.isPresent()) {
            tooltip.setText(text.get());
            Tooltip.install(canvas, tooltip);
        } else {
            Tooltip.uninstall(canvas, tooltip);
        }
    }

    private void scrolled(ScrollEvent event) {
        double rows = event.getTextDeltaY() != 0
                ? event.getTextDeltaY()
                : event.getDeltaY() / PIXELS_PER_NOTCH * ROWS_PER_NOTCH;
        wheel -= event.isShiftDown() ? rows * model.window().scroll().visible() : rows;
        long whole = (long) wheel;
        wheel -= whole;
        model.window().scrollBy(whole);
        event.consume();
    }
}
