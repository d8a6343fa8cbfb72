package org.ringside.app.timeline;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.Canvas;
import javafx.scene.control.Tooltip;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import javafx.scene.text.Font;
import org.ringside.app.shell.ThemeColors;

/** The lanes: draws what the view-model tells, at most once a frame, and turns pointer gestures into what it understands. */
final class TimelineCanvas extends Region {
    /** Pixels the pointer moves before a press becomes a drag. */
    private static final double DRAG = 4;

    private static final double WHEEL_ZOOM = 1.0 / 240;
    private static final double LARGEST_CANVAS = 8192;

    private enum Gesture {
        NONE,
        PRESSED,
        MARKING,
        SCRUBBING,
        PANNING
    }

    private final TimelineViewModel model;
    private final Canvas canvas = new Canvas();
    private final ThemeColors colors;
    private final TimelinePainter painter;
    private final Tooltip tooltip = new Tooltip();

    private List<LanePicture> pictures = List.of();
    private Gesture gesture = Gesture.NONE;
    private OptionalDouble hover = OptionalDouble.empty();
    private Optional<Mark> hovered = Optional.empty();
    private double pressX;
    private double lastX;

    TimelineCanvas(TimelineViewModel model) {
        this.model = model;
        colors = new ThemeColors(TimelinePainter.COLORS, this::requestLayout);
        painter = new TimelinePainter(canvas.getGraphicsContext2D(), colors, new TextWidths(Font.font("Inter", 12)));
        getChildren().addAll(canvas, colors.probe());
        getStyleClass().add("timeline-canvas");
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.NODE);
        // As high as the lanes need: a lower pane scrolls.
        setMinHeight(Region.USE_PREF_SIZE);
        tooltip.getStyleClass().add("timeline-tooltip");
        tooltip.setWrapText(true);
        tooltip.setMaxWidth(480);
        // A change of any kind asks for a layout pulse: many changes in a frame are one picture.
        model.revisionProperty().subscribe(this::requestLayout);
        widthProperty()
                .subscribe(
                        width -> model.widthProperty().set(Math.max(0, width.doubleValue() - TimelinePainter.GUTTER)));
        focusedProperty().subscribe(this::requestLayout);
        installGestures();
    }

    /** Where the keys act: under the pointer, or else in the middle. */
    double pivot() {
        return hover.orElse(model.widthProperty().get() / 2);
    }

    OptionalDouble hover() {
        return hover;
    }

    @Override
    protected double computePrefHeight(double width) {
        return TimelinePainter.AXIS + Math.max(2, model.lanes().size()) * TimelinePainter.LEAST_LANE;
    }

    @Override
    protected double computeMinWidth(double height) {
        return TimelinePainter.GUTTER + 80;
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(Math.min(LARGEST_CANVAS, Math.max(1, getWidth())));
        canvas.setHeight(Math.min(LARGEST_CANVAS, Math.max(1, getHeight())));
        paint();
    }

    /** Draws now. */
    void paint() {
        pictures = model.pictures();
        boolean ready = model.stateProperty().get() == TimelineViewModel.State.READY;
        painter.paint(new TimelinePainter.Scene(
                canvas.getWidth(),
                canvas.getHeight(),
                laneHeight(),
                model.axis(TimelinePainter.LABEL_SPACING),
                pictures,
                model.viewportProperty().get(),
                model.areaProperty().get(),
                model.moment(),
                ready,
                model.selection(),
                model.focusedProperty().get(),
                hover));
    }

    private double laneHeight() {
        int lanes = Math.max(1, pictures.size());
        return Math.clamp(
                (getHeight() - TimelinePainter.AXIS) / lanes, TimelinePainter.LEAST_LANE, TimelinePainter.MOST_LANE);
    }

    private void installGestures() {
        setOnMousePressed(this::press);
        setOnMouseDragged(this::drag);
        setOnMouseReleased(this::release);
        setOnMouseMoved(this::move);
        setOnMouseExited(event -> {
            hover = OptionalDouble.empty();
            hovered = Optional.empty();
            tooltip.hide();
            requestLayout();
        });
        setOnScroll(this::scroll);
    }

    private void press(MouseEvent event) {
        requestFocus();
        tooltip.hide();
        pressX = x(event);
        lastX = pressX;
        boolean shifted = event.getButton() == MouseButton.PRIMARY && event.isShiftDown();
        if (event.getButton() == MouseButton.MIDDLE || shifted) {
            gesture = Gesture.PANNING;
            setCursor(Cursor.CLOSED_HAND);
        } else if (event.getButton() == MouseButton.PRIMARY && pressX >= 0) {
            gesture = event.getY() < TimelinePainter.AXIS ? Gesture.SCRUBBING : Gesture.PRESSED;
            if (gesture == Gesture.SCRUBBING) {
                model.moveCursor(pressX);
            }
        }
        event.consume();
    }

    private void drag(MouseEvent event) {
        double x = x(event);
        hover = OptionalDouble.of(x);
        switch (gesture) {
            case PANNING -> model.pan(lastX - x);
            case SCRUBBING -> model.moveCursor(x);
            case PRESSED -> {
                if (Math.abs(x - pressX) > DRAG) {
                    gesture = Gesture.MARKING;
                    setCursor(Cursor.H_RESIZE);
                }
            }
            case MARKING -> model.mark(pressX, x);
            case NONE -> {}
        }
        lastX = x;
        event.consume();
    }

    private void release(MouseEvent event) {
        if (gesture == Gesture.PRESSED) {
            click(event);
        }
        gesture = Gesture.NONE;
        setCursor(Cursor.DEFAULT);
        event.consume();
    }

    private void click(MouseEvent event) {
        Optional<Mark> mark = markAt(event);
        if (event.getClickCount() == 2) {
            zoomTo(mark, x(event));
        } else if (mark.isPresent()) {
            model.select(mark.get());
        } else {
            model.moveCursor(x(event));
        }
    }

    private void zoomTo(Optional<Mark> mark, double x) {
        if (mark.isPresent() && mark.get().until() > mark.get().from()) {
            model.show(mark.get().from(), mark.get().until());
        } else if (model.areaProperty().get().isPresent()) {
            model.fitArea();
        } else {
            model.zoomAt(x, 4);
        }
    }

    private void move(MouseEvent event) {
        double x = x(event);
        hover = x >= 0 ? OptionalDouble.of(x) : OptionalDouble.empty();
        Optional<Mark> mark = markAt(event);
        if (!mark.equals(hovered)) {
            hovered = mark;
            tooltip.hide();
            if (mark.isPresent() && getScene() != null) {
                tooltip.setText(text(mark.get(), event.getY()));
                tooltip.show(this, event.getScreenX() + 14, event.getScreenY() + 18);
            }
            setCursor(mark.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
        }
        requestLayout();
    }

    private String text(Mark mark, double y) {
        Lane lane = pictures.get(laneIndex(y)).lane();
        return new MarkText(model.origin(), model.moment().time().epochNanoseconds()).of(lane, mark);
    }

    /** The snapshot or event under the pointer, for a menu. */
    Optional<Mark> markAt(MouseEvent event) {
        return markAt(event.getX(), event.getY());
    }

    Optional<Mark> markAt(double canvasX, double canvasY) {
        double x = canvasX - TimelinePainter.GUTTER;
        int lane = laneIndex(canvasY);
        return x < 0 || canvasY < TimelinePainter.AXIS || lane >= pictures.size()
                ? Optional.empty()
                : pictures.get(lane).at(x);
    }

    private int laneIndex(double y) {
        return (int) Math.max(0, (y - TimelinePainter.AXIS) / laneHeight());
    }

    private void scroll(ScrollEvent event) {
        boolean sideways = event.isShiftDown() || Math.abs(event.getDeltaX()) > Math.abs(event.getDeltaY());
        if (sideways) {
            model.pan(-(event.getDeltaX() != 0 ? event.getDeltaX() : event.getDeltaY()));
        } else {
            double x = Math.max(0, event.getX() - TimelinePainter.GUTTER);
            model.zoomAt(x, Math.exp(event.getDeltaY() * WHEEL_ZOOM));
        }
        event.consume();
    }

    private static double x(MouseEvent event) {
        return event.getX() - TimelinePainter.GUTTER;
    }
}
