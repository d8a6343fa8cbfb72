package org.ringside.app.shell;

import java.util.logging.Level;
import java.util.logging.Logger;

/** What JavaFX says of itself on standard error. */
final class ToolkitLog {
    // Held here, or the level set below could be forgotten with a collected logger.
    private static final Logger JAVAFX = Logger.getLogger("javafx");

    private ToolkitLog() {}

    /** Errors only; before JavaFX starts. That it runs on the class path is our decision, not worth a warning at each start. */
    static void errorsOnly() {
        JAVAFX.setLevel(Level.SEVERE);
    }
}
