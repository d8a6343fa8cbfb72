package org.ringside.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ringside.app.cli.Window;
import org.ringside.app.shell.Desktop;
import org.ringside.app.shell.Screenshot;
import org.ringside.app.shell.Theme;

/** The window of this process, for commands that ask for it. */
final class ProcessWindow implements Window {
    @Override
    public int open(Optional<Path> file) {
        return new Desktop(System.getenv(), System.err).open(file);
    }

    @Override
    public void screenshot(ScreenshotRequest request) throws IOException {
        Screenshot.take(new Screenshot.Request(
                request.trace(),
                request.view(),
                request.output(),
                request.width(),
                request.height(),
                request.dark() ? Theme.DARK : Theme.LIGHT,
                request.select()));
    }
}
