package org.ringside.app.timeline;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.geometry.VPos;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;
import org.ringside.app.shell.ThemeColors;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.Selection;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** Draws the timeline on a canvas. Knows nothing of where the picture comes from. */
final class TimelinePainter {
    /** Width of the column with the names of the lanes. */
    static final double GUTTER = 136;

    /** Height of the axis. */
    static final double AXIS = 28;

    static final double LEAST_LANE = 22;
    static final double MOST_LANE = 44;

    /** Pixels from one label of the axis to the next. */
    static final double LABEL_SPACING = 110;

    /** Looked-up colours that are asked for. */
    static final List<String> COLORS = List.of(
            "-color-bg-default",
            "-color-bg-subtle",
            "-color-fg-default",
            "-color-fg-muted",
            "-color-border-muted",
            "-color-border-default",
            "-color-accent-fg",
            "-color-accent-emphasis",
            "-color-accent-muted",
            "-color-neutral-emphasis",
            "-ringside-information",
            "-ringside-warning",
            "-ringside-error",
            "-ringside-critical");

    private static final double BASELINE_DASH = 4;
    private static final int SHORTEST_LABEL = 8;

    private final GraphicsContext graphics;
    private final ThemeColors colors;
    private final TextWidths widths;
    private final Font font;
    private final SeverityGlyphs glyphs;

    TimelinePainter(GraphicsContext graphics, ThemeColors colors, TextWidths widths) {
        this.graphics = graphics;
        this.colors = colors;
        this.widths = widths;
        this.font = widths.font();
        this.glyphs = new SeverityGlyphs(graphics, colors);
    }

    /**
     * All that is drawn in one picture.
     *
     * @param hover the pointer, in pixels from the left of the lanes
     */
    record Scene(
            double width,
            double height,
            double laneHeight,
            TimeAxis.Axis axis,
            List<LanePicture> lanes,
            TimeViewport viewport,
            Optional<TimelineViewModel.Area> area,
            Moment moment,
            boolean momentShown,
            Selection selection,
            Optional<Stop> focused,
            OptionalDouble hover) {
        double lanesWidth() {
            return Math.max(0, width - GUTTER);
        }
    }

    void paint(Scene scene) {
        graphics.setFont(font);
        graphics.setTextBaseline(VPos.CENTER);
        graphics.setFill(colors.get("-color-bg-default"));
        graphics.fillRect(0, 0, scene.width(), scene.height());
        paintRows(scene);
        graphics.save();
        graphics.beginPath();
        graphics.rect(GUTTER, 0, scene.lanesWidth(), scene.height());
        graphics.clip();
        graphics.translate(GUTTER, 0);
        paintArea(scene);
        paintAxis(scene);
        if (scene.momentShown()) {
            paintCursor(scene);
        }
        for (int i = 0; i < scene.lanes().size(); i++) {
            paintLane(scene, scene.lanes().get(i), AXIS + i * scene.laneHeight());
        }
        scene.hover().ifPresent(x -> {
            graphics.setStroke(colors.get("-color-border-default"));
            graphics.setLineWidth(1);
            graphics.strokeLine(crisp(x), AXIS, crisp(x), scene.height());
        });
        graphics.restore();
        paintNames(scene);
    }

    private void paintRows(Scene scene) {
        graphics.setFill(colors.get("-color-bg-subtle"));
        graphics.fillRect(0, 0, scene.width(), AXIS);
        for (int i = 1; i < scene.lanes().size(); i += 2) {
            graphics.fillRect(0, AXIS + i * scene.laneHeight(), scene.width(), scene.laneHeight());
        }
    }

    private void paintArea(Scene scene) {
        scene.area().ifPresent(area -> {
            double left = Math.max(-2, scene.viewport().x(area.from()));
            double right = Math.min(scene.lanesWidth() + 2, scene.viewport().x(area.until()));
            if (right >= left) {
                graphics.setFill(faded(colors.get("-color-accent-emphasis"), 0.18));
                graphics.fillRect(left, 0, Math.max(1, right - left), scene.height());
                graphics.setStroke(colors.get("-color-accent-emphasis"));
                graphics.setLineWidth(1);
                graphics.strokeLine(crisp(left), 0, crisp(left), scene.height());
                graphics.strokeLine(crisp(right), 0, crisp(right), scene.height());
            }
        });
    }

    private void paintAxis(Scene scene) {
        graphics.setLineWidth(1);
        graphics.setStroke(colors.get("-color-border-muted"));
        for (double x : scene.axis().minor()) {
            graphics.strokeLine(crisp(x), AXIS - 4, crisp(x), AXIS);
        }
        graphics.setTextAlign(TextAlignment.LEFT);
        for (TimeAxis.Tick tick : scene.axis().ticks()) {
            graphics.setStroke(colors.get("-color-border-muted"));
            graphics.strokeLine(crisp(tick.x()), AXIS - 10, crisp(tick.x()), scene.height());
            graphics.setFill(colors.get("-color-fg-muted"));
            graphics.fillText(tick.label(), tick.x() + 4, AXIS / 2 - 1);
        }
        graphics.setStroke(colors.get("-color-border-default"));
        graphics.strokeLine(0, AXIS - 0.5, scene.lanesWidth(), AXIS - 0.5);
    }

    private void paintLane(Scene scene, LanePicture picture, double top) {
        List<Mark> marks = picture.marks();
        double drawn = 0;
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            if (mark.right() < -200 || mark.left() > scene.lanesWidth()) {
                continue;
            }
            double next = i + 1 < marks.size() ? marks.get(i + 1).left() : Double.MAX_VALUE;
            switch (mark) {
                case Mark.Bar bar -> paintBar(bar, picture.greatest(), top, scene.laneHeight());
                case Mark.Loading loading -> paintLoading(loading, scene, top);
                case Mark.Events events -> drawn = paintEvents(scene, events, drawn, next, top);
                case Mark.Snapshots ignored -> {}
            }
        }
        paintSnapshots(scene, marks, top);
    }

    private void paintBar(Mark.Bar bar, long greatest, double top, double laneHeight) {
        // A logarithm: one event beside a million still shows.
        double share = Math.log1p((double) bar.count()) / Math.log1p((double) Math.max(1, greatest));
        double height = Math.max(2, share * (laneHeight - 6));
        graphics.setFill(colors.get("-color-accent-emphasis"));
        graphics.fillRect(bar.left(), top + laneHeight - 2 - height, bar.right() - bar.left(), height);
    }

    private void paintLoading(Mark.Loading loading, Scene scene, double top) {
        double left = Math.max(0, loading.left());
        double right = Math.min(scene.lanesWidth(), loading.right());
        double middle = crisp(top + scene.laneHeight() / 2);
        graphics.setStroke(colors.get("-color-border-default"));
        graphics.setLineDashes(2, 6);
        graphics.strokeLine(left, middle, right, middle);
        graphics.setLineDashes();
    }

    private double paintEvents(Scene scene, Mark.Events events, double before, double next, double top) {
        double x = (events.left() + events.right()) / 2;
        double y = top + scene.laneHeight() / 2;
        glyphs.paint(events.worst(), x, y);
        boolean selected = scene.selection() instanceof Selection.Event(TraceEvent event)
                && events.events().contains(event);
        boolean focused = scene.focused()
                .map(stop -> stop instanceof Stop.AtEvent(TraceEvent event)
                        && events.events().contains(event))
                .orElse(false);
        if (selected || focused) {
            paintRing(x, y, selected);
        }
        String text = events.events().size() == 1
                ? events.representative().content().title()
                : "%,d".formatted(events.events().size());
        return label(scene, text, events, y, before, next, events.events().size() > 1);
    }

    private void paintSnapshots(Scene scene, List<Mark> marks, double top) {
        double y = top + scene.laneHeight() / 2;
        boolean any = marks.stream().anyMatch(Mark.Snapshots.class::isInstance);
        if (!any) {
            return;
        }
        Optional<SnapshotInfo> shown = scene.moment().snapshot();
        Optional<SnapshotInfo> baseline = scene.moment().baseline();
        if (shown.isPresent() && baseline.isPresent()) {
            graphics.setStroke(colors.get("-color-accent-emphasis"));
            graphics.setLineWidth(2);
            graphics.setLineDashes(BASELINE_DASH, BASELINE_DASH);
            double a = scene.viewport().x(baseline.get().time().epochNanoseconds());
            double line = y + 12;
            double b = scene.viewport().x(shown.get().time().epochNanoseconds());
            graphics.strokeLine(
                    Math.max(-10, Math.min(a, b)), line, Math.min(scene.lanesWidth() + 10, Math.max(a, b)), line);
            graphics.setLineDashes();
        }
        double drawn = 0;
        for (int i = 0; i < marks.size(); i++) {
            if (marks.get(i) instanceof Mark.Snapshots snapshots) {
                double next = i + 1 < marks.size() ? marks.get(i + 1).left() : Double.MAX_VALUE;
                drawn = paintSnapshot(scene, snapshots, drawn, next, y, shown, baseline);
            }
        }
    }

    private double paintSnapshot(
            Scene scene,
            Mark.Snapshots mark,
            double before,
            double next,
            double y,
            Optional<SnapshotInfo> shown,
            Optional<SnapshotInfo> baseline) {
        boolean isShown = shown.map(mark.snapshots()::contains).orElse(false);
        boolean isBaseline = baseline.map(mark.snapshots()::contains).orElse(false);
        double width = mark.right() - mark.left();
        graphics.setFill(isShown ? colors.get("-color-accent-emphasis") : colors.get("-color-bg-default"));
        graphics.fillRoundRect(mark.left(), y - 8, width, 16, 4, 4);
        graphics.setStroke(
                isShown || isBaseline ? colors.get("-color-accent-emphasis") : colors.get("-color-fg-muted"));
        graphics.setLineWidth(isBaseline ? 2 : 1.5);
        graphics.strokeRoundRect(mark.left(), y - 8, width, 16, 4, 4);
        boolean focused = scene.focused()
                .map(stop -> stop instanceof Stop.AtSnapshot(SnapshotInfo snapshot)
                        && mark.snapshots().contains(snapshot))
                .orElse(false);
        boolean selected = scene.selection() instanceof Selection.Snapshot(SnapshotInfo snapshot)
                && mark.snapshots().contains(snapshot);
        if (focused || selected) {
            paintRing((mark.left() + mark.right()) / 2, y, selected);
        }
        String names = mark.snapshots().size() == 1
                ? mark.snapshots().getFirst().name()
                : "%,d snapshots".formatted(mark.snapshots().size());
        String role = isShown && isBaseline
                ? " (shown and baseline)"
                : isShown ? " (shown)" : isBaseline ? " (baseline)" : "";
        return label(scene, names + role, mark, y, before, next, isShown || isBaseline);
    }

    private void paintRing(double x, double y, boolean solid) {
        graphics.setStroke(colors.get("-color-accent-fg"));
        graphics.setLineWidth(2);
        graphics.setLineDashes(solid ? new double[0] : new double[] {3, 3});
        graphics.strokeOval(x - 10, y - 10, 20, 20);
        graphics.setLineDashes();
    }

    private void paintCursor(Scene scene) {
        double x = scene.viewport().x(scene.moment().time().epochNanoseconds());
        if (x < -6 || x > scene.lanesWidth() + 6) {
            return;
        }
        graphics.setStroke(colors.get("-color-accent-fg"));
        graphics.setLineWidth(2);
        graphics.strokeLine(x, AXIS - 6, x, scene.height());
        graphics.setFill(colors.get("-color-accent-fg"));
        graphics.fillPolygon(new double[] {x - 6, x + 6, x}, new double[] {AXIS - 12, AXIS - 12, AXIS - 2}, 3);
    }

    private void paintNames(Scene scene) {
        graphics.setTextAlign(TextAlignment.LEFT);
        graphics.setStroke(colors.get("-color-border-default"));
        graphics.setLineWidth(1);
        graphics.strokeLine(GUTTER - 0.5, 0, GUTTER - 0.5, scene.height());
        graphics.setFill(colors.get("-color-fg-muted"));
        graphics.fillText(widths.shortened(scene.axis().context(), GUTTER - 16), 10, AXIS / 2);
        graphics.setFill(colors.get("-color-fg-default"));
        for (int i = 0; i < scene.lanes().size(); i++) {
            double y = AXIS + (i + 0.5) * scene.laneHeight();
            graphics.fillText(scene.lanes().get(i).lane().title(), 10, y);
        }
    }

    /**
     * Text to the right of a mark, as much as fits before the next mark; else to the left, if all of it fits after the last.
     *
     * @param before right edge of what was drawn before the mark, its text included
     * @return right edge of what was drawn
     */
    private double label(Scene scene, String text, Mark mark, double y, double before, double next, boolean important) {
        double x = mark.right() + 5;
        double room = Math.min(next, scene.lanesWidth()) - 6 - x;
        double wanted = widths.of(text);
        String fitting = widths.shortened(text, room);
        graphics.setFill(colors.get(important ? "-color-fg-default" : "-color-fg-muted"));
        if (fitting.length() == text.length() || (fitting.length() > SHORTEST_LABEL && room > wanted / 3)) {
            graphics.setTextAlign(TextAlignment.LEFT);
            graphics.fillText(fitting, x, y);
            return x + widths.of(fitting);
        }
        double left = mark.left() - 8 - wanted;
        if (left > Math.max(0, before + 6)) {
            graphics.setTextAlign(TextAlignment.LEFT);
            graphics.fillText(text, left, y);
        }
        return mark.right();
    }

    private static double crisp(double x) {
        return Math.floor(x) + 0.5;
    }

    private static Color faded(Color color, double opacity) {
        return color.deriveColor(0, 1, 1, opacity);
    }
}
