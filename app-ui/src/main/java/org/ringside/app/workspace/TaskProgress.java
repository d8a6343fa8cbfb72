package org.ringside.app.workspace;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a task is.
 *
 * @param activity what it does now, for a person; may be empty
 * @param done units done
 * @param total units in all, or 0 if not known
 * @param perSecond units a second in this activity, or 0 if not known yet
 * @param remaining time until the activity is done, if known
 */
public record TaskProgress(String activity, long done, long total, double perSecond, Optional<Duration> remaining) {
    static final TaskProgress STARTING = new TaskProgress("", 0, 0, 0, Optional.empty());

    /** 0 to 1, or −1 if not known. */
    public double fraction() {
        return total <= 0 ? -1 : Math.clamp((double) done / total, 0, 1);
    }
}
