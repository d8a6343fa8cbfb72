package org.ringside.app.workspace;

/** The one thread that owns properties and the scene graph; in tests, whatever stands in for it. */
public interface UiThread {
    boolean isCurrent();

    /** Runs {@code action} on this thread, later, after everything handed over before. Callable from any thread. */
    void execute(Runnable action);

    /** @throws IllegalStateException if the caller is on another thread */
    default void check() {
        if (!isCurrent()) {
            throw new IllegalStateException("call this on the UI thread, not on " + Thread.currentThread());
        }
    }
}
