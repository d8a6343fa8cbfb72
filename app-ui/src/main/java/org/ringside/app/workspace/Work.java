package org.ringside.app.workspace;

import org.ringside.trace.ProgressMonitor;

/**
 * Work for a background thread.
 *
 * @param <T> its result
 */
@FunctionalInterface
public interface Work<T> {
    /**
     * Does the work.
     *
     * @param monitor takes progress and says when to stop
     * @throws Exception any failure; it becomes a notification
     */
    T run(ProgressMonitor monitor) throws Exception;
}
