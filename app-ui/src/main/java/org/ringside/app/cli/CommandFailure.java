package org.ringside.app.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A command cannot go on. The message is one line: what, where, what to do next. */
final class CommandFailure extends IOException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
