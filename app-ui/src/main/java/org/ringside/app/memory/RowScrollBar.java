package org.ringside.app.memory;

import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.PageRun;

/**
 * The scroll bar of the memory view, with ticks where pages changed. A drag with Shift moves row by row, however long the list is.
 */
final class RowScrollBar extends Region {
    private static final Messages MESSAGES = Messages.of(RowScrollBar.class);
    private static final double INSET = 3;

    private final MemoryViewModel model;
    private final HexColors colors;
    private final Canvas canvas = new Canvas();
    private double grabOffset;
    private double lastY;
    private @Nullable PageChanges tickedChanges;
    private long tickedExtent;
    private boolean[] ticks = {};

    RowScrollBar(MemoryViewModel model, HexColors colors) {
        this.model = model;
        this.colors = colors;
        setAccessibleRole(AccessibleRole.SCROLL_BAR);
        setAccessibleText(MESSAGES.get("scroll.accessible"));
        getChildren().add(canvas);
        setOnMousePressed(this::pressed);
        setOnMouseDragged(this::dragged);
    }

    @Override
    protected double computePrefWidth(double height) {
        return HexGeometry.SCROLL_BAR;
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        paint();
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        double width = getWidth();
        double height = getHeight();
        graphics.setFill(colors.header());
        graphics.fillRect(0, 0, width, height);
        updateTicks((int) height);
        graphics.setFill(colors.change(HexRow.Change.CHANGED));
        for (int y = 0; y < ticks.length; y++) {
            if (ticks[y]) {
                graphics.fillRect(width - 5, y, 4, 2);
            }
        }
        RowScroll scroll = model.window().scroll();
        if (scroll.lastTop() > 0) {
            graphics.setFill(colors.muted().deriveColor(0, 1, 1, isPressed() ? 0.8 : 0.5));
            double length = scroll.thumbLength(height);
            graphics.fillRoundRect(INSET, scroll.thumbStart(height), width - 2 * INSET, length, 6, 6);
        }
    }

    private void updateTicks(int height) {
        PageChanges changes = model.changes();
        long extent = model.window().scroll().rows()
                * model.window().bytesPerRowProperty().get();
        boolean physical = model.isPhysical();
        if (ticks.length == height && changes.equals(tickedChanges) && extent == tickedExtent) {
            return;
        }
        ticks = new boolean[Math.max(0, height)];
        tickedChanges = changes;
        tickedExtent = extent;
        if (!physical || height <= 0) {
            return;
        }
        for (PageRun run : changes.runs()) {
            double first = (double) run.address() / extent * height;
            double last = (double) (run.address() + run.pages() * PhysicalMemory.PAGE_SIZE - 1) / extent * height;
            for (int y = (int) first; y <= Math.min(last, height - 1); y++) {
                ticks[y] = true;
            }
        }
    }

    private void pressed(MouseEvent event) {
        if (event.getButton() != MouseButton.PRIMARY) {
            return;
        }
        RowScroll scroll = model.window().scroll();
        double start = scroll.thumbStart(getHeight());
        double length = scroll.thumbLength(getHeight());
        lastY = event.getY();
        boolean onThumb = event.getY() >= start && event.getY() < start + length;
        grabOffset = onThumb ? event.getY() - start : length / 2;
        if (!onThumb) {
            model.window().scrollTo(scroll.withThumbAt(event.getY() - grabOffset, getHeight()));
        }
    }

    private void dragged(MouseEvent event) {
        if (event.isShiftDown()) {
            model.window().scrollBy(Math.round(event.getY() - lastY));
        } else {
            model.window().scrollTo(model.window().scroll().withThumbAt(event.getY() - grabOffset, getHeight()));
        }
        lastY = event.getY();
    }
}
