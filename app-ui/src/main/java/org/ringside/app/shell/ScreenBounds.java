package org.ringside.app.shell;

import javafx.stage.Screen;
import org.ringside.app.state.WindowState.Bounds;

/** Screens come and go between two starts. */
final class ScreenBounds {
    private static final double GRIP = 100;

    private ScreenBounds() {}

    /** Whether enough of the window's title would be on a screen to grab it. */
    static boolean isReachable(Bounds bounds) {
        return !Screen.getScreensForRectangle(bounds.x() + bounds.width() / 2 - GRIP, bounds.y(), 2 * GRIP, GRIP / 4)
                .isEmpty();
    }
}
