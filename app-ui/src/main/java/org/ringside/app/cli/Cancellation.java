package org.ringside.app.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl+C as a wish to stop: the process ends only after the work has noticed, and has left everything as it was.
 */
final class Cancellation implements AutoCloseable {
    /** After so long the process ends anyway; the trace's own transactions then keep it whole. */
    private static final long PATIENCE_SECONDS = 10;

    private final AtomicBoolean wanted = new AtomicBoolean();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("cancel").unstarted(this::cancelAndWait);

    private Cancellation() {}

    static Cancellation onInterrupt() {
        Cancellation cancellation = new Cancellation();
        Runtime.getRuntime().addShutdownHook(cancellation.hook);
        return cancellation;
    }

    boolean isWanted() {
        return wanted.get();
    }

    private void cancelAndWait() {
        wanted.set(true);
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        if (!wanted.get()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The hook runs already, and has just been let go.
                wanted.set(true);
            }
        }
    }
}
