package org.ringside.app.state;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.dock.DockLayout;

/**
 * What the window remembers.
 *
 * @param bounds position and size on the screen; empty to let the system decide
 * @param maximized whether it fills the screen
 * @param theme {@code "dark"} or {@code "light"}
 * @param layout arrangement of the panes; empty for the standard one
 * @param lastTrace what was open when the window was closed
 * @param recent traces, the latest first, at most {@link #MAXIMUM_RECENT}
 */
public record WindowState(
        Optional<Bounds> bounds,
        boolean maximized,
        String theme,
        Optional<DockLayout> layout,
        Optional<Path> lastTrace,
        List<Path> recent) {
    public static final int MAXIMUM_RECENT = 12;

    public static final WindowState INITIAL =
            new WindowState(Optional.empty(), false, "dark", Optional.empty(), Optional.empty(), List.of());

    public WindowState {
        recent = recent.stream().limit(MAXIMUM_RECENT).toList();
    }

    /** A rectangle on the screen, in JavaFX's pixels. */
    public record Bounds(double x, double y, double width, double height) {}

    /** With a trace that was just opened. */
    public WindowState opened(Path trace) {
        List<Path> latest = new ArrayList<>(recent);
        latest.remove(trace);
        latest.addFirst(trace);
        return new WindowState(bounds, maximized, theme, layout, Optional.of(trace), latest);
    }

    public WindowState closed() {
        return new WindowState(bounds, maximized, theme, layout, Optional.empty(), recent);
    }

    public WindowState forgotten(Path trace) {
        return new WindowState(
                bounds,
                maximized,
                theme,
                layout,
                lastTrace.filter(last -> !last.equals(trace)),
                recent.stream().filter(path -> !path.equals(trace)).toList());
    }

    public WindowState withWindow(Optional<Bounds> newBounds, boolean nowMaximized) {
        return new WindowState(newBounds, nowMaximized, theme, layout, lastTrace, recent);
    }

    public WindowState withTheme(String newTheme) {
        return new WindowState(bounds, maximized, newTheme, layout, lastTrace, recent);
    }

    public WindowState withLayout(Optional<DockLayout> newLayout) {
        return new WindowState(bounds, maximized, theme, newLayout, lastTrace, recent);
    }
}
