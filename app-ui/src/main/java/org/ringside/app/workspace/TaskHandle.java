package org.ringside.app.workspace;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.ringside.trace.ProgressMonitor;

/** One piece of background work: how far it is, and the way to stop it. Properties belong to the UI thread. */
public final class TaskHandle implements ProgressMonitor {
    /** The states of a task, in order; the last three are final. */
    public enum State {
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    private record Report(String activity, long done, long total, long startedAt, long startedFrom, long at) {}

    private static final double NANOSECONDS_PER_SECOND = 1e9;
    private static final long RATE_AFTER_NANOSECONDS = 200_000_000L;

    private final String title;
    private final boolean quiet;
    private final UiThread ui;
    private final LongSupplier clock;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean publishing = new AtomicBoolean();
    private final CompletableFuture<State> finished = new CompletableFuture<>();
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(this, "state", State.RUNNING);
    private final ReadOnlyObjectWrapper<TaskProgress> progress =
            new ReadOnlyObjectWrapper<>(this, "progress", TaskProgress.STARTING);
    private volatile Report report;

    TaskHandle(String title, boolean quiet, UiThread ui, LongSupplier clock) {
        this.title = title;
        this.quiet = quiet;
        this.ui = ui;
        this.clock = clock;
        long now = clock.getAsLong();
        this.report = new Report("", 0, 0, now, 0, now);
    }

    public String title() {
        return title;
    }

    /** Whether it only serves a view, which itself says that it waits: not in the task list. */
    public boolean isQuiet() {
        return quiet;
    }

    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<TaskProgress> progressProperty() {
        return progress.getReadOnlyProperty();
    }

    /** Asks the work to stop; its result, if it still comes, is dropped. Callable from any thread, any number of times. */
    public void cancel() {
        cancelled.set(true);
    }

    @Override
    public boolean isCancelled() {
        return cancelled.get();
    }

    @Override
    public void progress(String activity, long done, long total) {
        long now = clock.getAsLong();
        Report last = report;
        boolean same = last.activity.equals(activity) && done >= last.done;
        report = new Report(activity, done, total, same ? last.startedAt : now, same ? last.startedFrom : done, now);
        if (publishing.compareAndSet(false, true)) {
            ui.execute(this::publish);
        }
    }

    private void publish() {
        publishing.set(false);
        Report now = report;
        long elapsed = now.at - now.startedAt;
        double perSecond = elapsed < RATE_AFTER_NANOSECONDS
                ? 0
                : (now.done - now.startedFrom) / (elapsed / NANOSECONDS_PER_SECOND);
        Optional<Duration> remaining = perSecond > 0 && now.total > 0
                ? Optional.of(Duration.ofMillis((long) (Math.max(0, now.total - now.done) / perSecond * 1000)))
                : Optional.empty();
        progress.set(new TaskProgress(now.activity, now.done, now.total, perSecond, remaining));
    }

    /** Completed, on the UI thread, once the work has ended and its result was delivered or dropped. */
    CompletableFuture<State> finished() {
        return finished;
    }

    void finish(State last) {
        state.set(last);
        finished.complete(last);
    }
}
