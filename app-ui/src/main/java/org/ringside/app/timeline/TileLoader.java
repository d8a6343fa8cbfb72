package org.ringside.app.timeline;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.UiThread;
import org.ringside.app.workspace.Work;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;

/** Loads the tiles that are on the screen, one at a time and never twice; what has left the screen is not loaded any more. */
final class TileLoader {
    private final Trace trace;
    private final Consumer<Work<TileLoader>> background;
    private final UiThread ui;
    private final BiConsumer<TileKey, Tile> arrived;
    private final Runnable failed;

    private final Deque<TileKey> wanted = new ArrayDeque<>();
    private final Set<TileKey> underWay = new HashSet<>();
    private boolean working;
    private boolean stopped;

    /**
     * @param background runs work where the trace may be asked, and reports its failure
     * @param arrived told of each tile, on the UI thread
     * @param failed told on the UI thread when loading has failed; nothing more is loaded then
     */
    TileLoader(
            Trace trace,
            Consumer<Work<TileLoader>> background,
            UiThread ui,
            BiConsumer<TileKey, Tile> arrived,
            Runnable failed) {
        this.trace = trace;
        this.background = background;
        this.ui = ui;
        this.arrived = arrived;
        this.failed = failed;
    }

    /** Replaces what is to be loaded, most urgent first. */
    void want(Collection<TileKey> keys) {
        synchronized (this) {
            wanted.clear();
            for (TileKey key : keys) {
                if (!underWay.contains(key)) {
                    wanted.add(key);
                }
            }
            if (working || stopped || wanted.isEmpty()) {
                return;
            }
            working = true;
        }
        background.accept(this::work);
    }

    /** Whether something is being loaded, waits for it, or has not been delivered yet. */
    synchronized boolean isBusy() {
        return !stopped && (working || !underWay.isEmpty());
    }

    /** Loads nothing more and reports nothing more. */
    synchronized void stop() {
        stopped = true;
        wanted.clear();
    }

    private TileLoader work(ProgressMonitor monitor) throws IOException {
        try {
            for (TileKey key = take(monitor); key != null; key = take(monitor)) {
                TileKey loaded = key;
                Tile tile = TileCache.load(trace, key);
                ui.execute(() -> deliver(loaded, tile));
            }
            return this;
        } catch (CancellationException cancelled) {
            stop();
            throw cancelled;
        } catch (IOException | RuntimeException failure) {
            ui.execute(this::fail);
            throw failure;
        }
    }

    private synchronized @Nullable TileKey take(ProgressMonitor monitor) {
        monitor.checkCancelled();
        TileKey key = stopped ? null : wanted.poll();
        if (key == null) {
            working = false;
        } else {
            underWay.add(key);
        }
        return key;
    }

    private void deliver(TileKey key, Tile tile) {
        synchronized (this) {
            underWay.remove(key);
            if (stopped) {
                return;
            }
        }
        arrived.accept(key, tile);
    }

    private void fail() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            wanted.clear();
        }
        failed.run();
    }
}
