package org.ringside.trace;

import java.util.concurrent.CancellationException;

/** How long work tells what it does, and is told to stop. Called from any thread, up to some hundred times a second. */
public interface ProgressMonitor {
    /**
     * @param activity what is being done, for a person
     * @param done units done so far
     * @param total units in all, or 0 if not known
     */
    void progress(String activity, long done, long total);

    /** Whether whoever waits has asked to stop. */
    boolean isCancelled();

    /** @throws CancellationException if {@link #isCancelled()} */
    default void checkCancelled() {
        if (isCancelled()) {
            throw new CancellationException("cancelled");
        }
    }

    /** Tells nobody and never stops. */
    static ProgressMonitor none() {
        return new ProgressMonitor() {
            @Override
            public void progress(String activity, long done, long total) {}

            @Override
            public boolean isCancelled() {
                return false;
            }
        };
    }
}
