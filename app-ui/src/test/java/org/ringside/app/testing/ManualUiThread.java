package org.ringside.app.testing;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.ringside.app.workspace.UiThread;

/** The test's own thread as the UI thread: what is handed over runs in {@link #runUntil}. */
public final class ManualUiThread implements UiThread {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Thread owner = Thread.currentThread();
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void execute(Runnable action) {
        queue.add(action);
    }

    /** Runs what is handed over until the condition holds; an AssertionError if nothing comes for a long time. */
    public void runUntil(BooleanSupplier condition) {
        check();
        while (!condition.getAsBoolean()) {
            try {
                Runnable next = queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("nothing happened for " + LIMIT);
                }
                next.run();
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted", interrupted);
            }
        }
    }
}
