package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The window, as the command line asks for it. Keeps the command line free of JavaFX: its classes load when a method is called. */
public interface Window {
    /**
     * Opens the window and returns when it is closed.
     *
     * @param file a trace to open, or an image to import; empty for the one that was open last
     * @return the process's exit status
     */
    int open(Optional<Path> file) throws IOException;

    /**
     * Draws a view of the window into a PNG file, without a display.
     *
     * @throws IOException if the trace cannot be read, or the picture not written
     */
    void screenshot(ScreenshotRequest request) throws IOException;

    /**
     * What to draw.
     *
     * @param trace the trace to open
     * @param view a view's id, or {@code "window"} for the whole window
     * @param output the PNG file to write
     * @param width pixels
     * @param height pixels
     * @param dark whether in the dark theme
     * @param select a physical address to select
     */
    record ScreenshotRequest(
            Path trace, String view, Path output, int width, int height, boolean dark, Optional<Long> select) {}
}
