package org.ringside.app.workspace;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.ringside.decoder.structure.Severity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was told to the person at the window. Belongs to the UI thread. */
public final class Notifications {
    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final int KEPT = 100;

    private final ObservableList<Notification> all = FXCollections.observableArrayList();
    private final ObservableList<Notification> readOnly = FXCollections.unmodifiableObservableList(all);

    /** The latest hundred that were not dismissed, the oldest first. */
    public ObservableList<Notification> all() {
        return readOnly;
    }

    public void post(Notification notification) {
        LOG.info("{}: {} {}", notification.severity(), notification.title(), notification.message());
        if (all.size() == KEPT) {
            all.removeFirst();
        }
        all.add(notification);
    }

    /** Tells of something that went well or that is worth knowing. */
    public void inform(String title, String message) {
        post(new Notification(Severity.INFORMATION, title, message, "", List.of()));
    }

    public void warn(String title, String message) {
        post(new Notification(Severity.WARNING, title, message, "", List.of()));
    }

    /**
     * Tells of a failure, with its stack trace as details.
     *
     * @param what what was tried, for example {@code "Import ram.bin"}
     */
    public void failure(String what, Throwable failure) {
        LOG.warn("{} failed", what, failure);
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        String message = failure.getMessage();
        post(new Notification(
                Severity.ERROR,
                what + " failed",
                message == null || message.isBlank() ? failure.getClass().getSimpleName() : message,
                trace.toString(),
                List.of()));
    }

    public void dismiss(Notification notification) {
        all.remove(notification);
    }
}
