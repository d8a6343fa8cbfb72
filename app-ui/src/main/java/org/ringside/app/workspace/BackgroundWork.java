package org.ringside.app.workspace;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * Everything that may block or take long runs here, off the UI thread. Failures become notifications. All methods belong to the UI thread;
 * results come back on it.
 */
public final class BackgroundWork {
    private final UiThread ui;
    private final Notifications notifications;
    private final LongSupplier clock;
    private final Semaphore processors =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()));
    private final ObservableList<TaskHandle> running = FXCollections.observableArrayList();
    private final ObservableList<TaskHandle> readOnlyRunning = FXCollections.unmodifiableObservableList(running);
    private final BooleanBinding idle = Bindings.isEmpty(running);

    public BackgroundWork(UiThread ui, Notifications notifications) {
        this(ui, notifications, System::nanoTime);
    }

    BackgroundWork(UiThread ui, Notifications notifications, LongSupplier clock) {
        this.ui = ui;
        this.notifications = notifications;
        this.clock = clock;
    }

    /** Work that is not finished, the oldest first. A task leaves when its result has been delivered. */
    public ObservableList<TaskHandle> running() {
        return readOnlyRunning;
    }

    /** Whether nothing is running and every result has been delivered. */
    public BooleanBinding idle() {
        return idle;
    }

    /**
     * Runs work that mostly waits (files, databases, links) on a thread of its own.
     *
     * @param title for the task list, for example {@code "Import ram-after.bin"}
     * @param onResult takes the result on the UI thread, unless the work was cancelled or failed
     */
    public <T> TaskHandle run(String title, Work<T> work, Consumer<? super T> onResult) {
        return start(new TaskHandle(title, false, ui, clock), work, onResult, () -> {});
    }

    /** Like {@link #run}, and tells in any case when the work has ended: after a result, a failure or a cancellation. */
    public <T> TaskHandle run(String title, Work<T> work, Consumer<? super T> onResult, Runnable onEnd) {
        return start(new TaskHandle(title, false, ui, clock), work, onResult, onEnd);
    }

    /** Runs work that mostly computes: at most one such task for each processor, the others wait. */
    public <T> TaskHandle compute(String title, Work<T> work, Consumer<? super T> onResult) {
        return start(new TaskHandle(title, false, ui, clock), bounded(work), onResult, () -> {});
    }

    /** A place for work of which only the latest counts, for example what a view shows. Not in the task list: the view itself says that it waits. */
    public Slot slot(String title) {
        return new Slot(title);
    }

    /** Asks everything to stop. */
    public void cancelAll() {
        running.forEach(TaskHandle::cancel);
    }

    /** Work of which only the latest counts. */
    public final class Slot {
        private final String title;
        private @Nullable TaskHandle latest;

        private Slot(String title) {
            this.title = title;
        }

        /** Drops what was started before in this slot and starts {@code work}. */
        public <T> TaskHandle run(Work<T> work, Consumer<? super T> onResult) {
            cancel();
            TaskHandle handle = new TaskHandle(title, true, ui, clock);
            latest = handle;
            return start(handle, bounded(work), onResult, () -> {});
        }

        /** Drops what was started before. */
        public void cancel() {
            if (latest != null) {
                latest.cancel();
            }
        }
    }

    private <T> Work<T> bounded(Work<T> work) {
        return monitor -> {
            processors.acquire();
            try {
                monitor.checkCancelled();
                return work.run(monitor);
            } finally {
                processors.release();
            }
        };
    }

    private <T> TaskHandle start(TaskHandle handle, Work<T> work, Consumer<? super T> onResult, Runnable onEnd) {
        ui.check();
        running.add(handle);
        Thread.ofVirtual().name(handle.title()).start(() -> {
            Runnable delivery;
            try {
                handle.checkCancelled();
                T result = work.run(handle);
                delivery = () -> succeed(handle, result, onResult);
            } catch (CancellationException cancelled) {
                delivery = () -> handle.finish(TaskHandle.State.CANCELLED);
            } catch (Throwable failure) {
                // Errors too: a stack overflow in a decoder must reach the person, not vanish with the thread.
                delivery = () -> fail(handle, failure);
            }
            Runnable last = delivery;
            ui.execute(() -> end(handle, last, onEnd));
        });
        return handle;
    }

    private void end(TaskHandle handle, Runnable delivery, Runnable onEnd) {
        try {
            delivery.run();
            onEnd.run();
        } finally {
            running.remove(handle);
        }
    }

    private <T> void succeed(TaskHandle handle, T result, Consumer<? super T> onResult) {
        if (handle.isCancelled()) {
            handle.finish(TaskHandle.State.CANCELLED);
            return;
        }
        try {
            onResult.accept(result);
            handle.finish(TaskHandle.State.SUCCEEDED);
        } catch (RuntimeException failure) {
            fail(handle, failure);
        }
    }

    private void fail(TaskHandle handle, Throwable failure) {
        if (handle.isCancelled()) {
            // What stops in the middle may fail in any way; whoever asked it to stop does not care.
            handle.finish(TaskHandle.State.CANCELLED);
            return;
        }
        handle.finish(TaskHandle.State.FAILED);
        notifications.failure(handle.title(), failure);
    }
}
