package org.ringside.app.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;
import javafx.scene.input.KeyCode;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ringside.app.shell.Theme;
import org.ringside.app.shell.ViewType;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.testing.Workbench;
import org.ringside.app.workspace.Selection;

class TimelineViewTest {
    /** Half the edge of the square in which a mark is looked for. */
    private static final int NEAR = 9;

    @TempDir
    private Path directory;

    private static TimelineView view(Workbench window) {
        return Workbench.onUiThread(() -> assertInstanceOf(
                TimelineView.class,
                window.window().views().get(ViewType.TIMELINE).orElseThrow()));
    }

    /** Where the only mark of a lane is on the canvas. */
    private static double x(TimelineViewModel model, int lane) {
        return Workbench.onUiThread(() -> {
            Mark mark = model.pictures().get(lane).marks().getLast();
            return TimelinePainter.GUTTER + (mark.left() + mark.right()) / 2;
        });
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void paintsTheAlarmAndSelectsItOnAClick(Theme theme) throws IOException {
        try (Workbench window = Workbench.start(1280, 800, theme)) {
            window.open(SmallTrace.write(directory));
            window.show("timeline");
            TimelineCanvas canvas = (TimelineCanvas) window.find(".timeline-canvas");
            TimelineViewModel model = view(window).model();
            double x = x(model, 0);
            double y = TimelinePainter.AXIS + TimelinePainter.LEAST_LANE / 2;
            Image picture = Workbench.onUiThread(() -> canvas.snapshot(null, null));
            assertTrue(colors(picture, x, y) > 1, "nothing is painted at " + x);
            assertEquals(1, colors(picture, x - 200, y + 3), "something is painted where nothing happened");
            window.click(canvas, x, y);
            assertInstanceOf(Selection.Event.class, window.workspace().selection());
            window.screenshot("timeline-" + theme.id());
        }
    }

    /** How many colours there are in a square around a point. */
    private static long colors(Image picture, double x, double y) {
        PixelReader pixels = picture.getPixelReader();
        Set<Color> found = new HashSet<>();
        for (int i = -NEAR; i <= NEAR; i++) {
            for (int j = -NEAR; j <= NEAR; j++) {
                found.add(pixels.getColor((int) x + i, (int) y + j));
            }
        }
        return found.size();
    }

    @Test
    void zoomsMovesAndFitsWithTheKeyboard() throws IOException {
        try (Workbench window = Workbench.start()) {
            window.open(SmallTrace.write(directory));
            window.show("timeline");
            TimelineCanvas canvas = (TimelineCanvas) window.find(".timeline-canvas");
            TimelineViewModel model = view(window).model();
            window.run(canvas::requestFocus);
            TimeViewport whole = model.viewportProperty().get();
            window.press(KeyCode.W);
            TimeViewport near = model.viewportProperty().get();
            assertTrue(near.nanosecondsPerPixel() < whole.nanosecondsPerPixel());
            window.press(KeyCode.D);
            assertTrue(model.viewportProperty().get().start() > near.start());
            window.press(KeyCode.F);
            assertEquals(whole, model.viewportProperty().get());
            window.press(KeyCode.LEFT);
            window.press(KeyCode.ENTER);
            assertNotEquals(Selection.nothing(), window.workspace().selection());
            window.press(KeyCode.M);
            window.press(KeyCode.LEFT);
            window.press(KeyCode.M);
            assertTrue(model.areaProperty().get().isPresent());
            window.press(KeyCode.ESCAPE);
            assertTrue(model.areaProperty().get().isEmpty());
        }
    }

    @Test
    void cutsLabelsToAnyRoom() throws IOException {
        try (Workbench window = Workbench.start()) {
            window.run(() -> {
                TextWidths widths = new TextWidths(Font.font("Inter", 12));
                assertEquals("", widths.shortened("Kernel code was changed", -5));
                assertEquals("", widths.shortened("Kernel code was changed", 0));
                String cut = widths.shortened("Kernel code was changed", 60);
                assertTrue(cut.endsWith("…") && widths.of(cut) <= 60, cut);
                assertEquals("short", widths.shortened("short", 60));
            });
        }
    }
}
