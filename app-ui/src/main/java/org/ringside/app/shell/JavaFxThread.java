package org.ringside.app.shell;

import javafx.application.Platform;
import org.ringside.app.workspace.UiThread;

/** JavaFX's application thread. */
public final class JavaFxThread implements UiThread {
    @Override
    public boolean isCurrent() {
        return Platform.isFxApplicationThread();
    }

    @Override
    public void execute(Runnable action) {
        Platform.runLater(action);
    }
}
