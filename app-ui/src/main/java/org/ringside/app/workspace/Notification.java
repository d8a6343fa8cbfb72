package org.ringside.app.workspace;

import java.util.List;
import org.ringside.decoder.structure.Severity;

/**
 * Something the person at the window should know.
 *
 * @param severity its shape and hue
 * @param title one line
 * @param message what happened and what to do; may be empty
 * @param details to copy into a report, for example a stack trace; may be empty
 * @param offers what can be done about it, the best first
 */
public record Notification(Severity severity, String title, String message, String details, List<Offer> offers) {
    public Notification {
        offers = List.copyOf(offers);
    }

    /**
     * Something that can be done about it.
     *
     * @param title for a button
     * @param run what the button does, on the UI thread
     */
    public record Offer(String title, Runnable run) {}
}
