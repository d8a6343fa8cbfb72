package org.ringside.app.diff;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.UiThread;
import org.ringside.trace.ProgressMonitor;

/**
 * Values that are computed in the background when something on the screen asks for them: the latest asked for first, the oldest that wait
 * are dropped, the least recently used are forgotten. Belongs to the UI thread.
 */
final class OnDemand<K, V> {
    private static final int MOST_WAITING = 200;
    private static final int KEPT = 10_000;

    private final BackgroundWork.Slot slot;
    private final UiThread ui;
    private final Function<K, V> compute;
    private final Runnable arrived;
    private final Deque<K> waiting = new ArrayDeque<>();
    private final Set<K> underWay = new HashSet<>();
    private boolean working;
    private final Map<K, V> values = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * @param slot runs the work
     * @param compute makes a value; may block
     * @param arrived told on the UI thread when there are new values
     */
    OnDemand(BackgroundWork.Slot slot, UiThread ui, Function<K, V> compute, Runnable arrived) {
        this.slot = slot;
        this.ui = ui;
        this.compute = compute;
        this.arrived = arrived;
    }

    /** The value if it is there; else it is being computed. */
    Optional<V> get(K key) {
        V known = values.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        boolean start;
        synchronized (waiting) {
            if (!underWay.contains(key)) {
                waiting.remove(key);
                waiting.addFirst(key);
                if (waiting.size() > MOST_WAITING) {
                    waiting.removeLast();
                }
            }
            start = !working && !waiting.isEmpty();
            working |= start;
        }
        if (start) {
            slot.run(this::work, all -> arrived.run());
        }
        return Optional.empty();
    }

    private OnDemand<K, V> work(ProgressMonitor monitor) {
        while (true) {
            K key;
            synchronized (waiting) {
                key = monitor.isCancelled() ? null : waiting.pollFirst();
                if (key == null) {
                    working = false;
                    return this;
                }
                underWay.add(key);
            }
            K computed = key;
            V value;
            try {
                value = compute.apply(key);
            } catch (RuntimeException failure) {
                synchronized (waiting) {
                    // The key stays under way: what has failed is not tried again and again.
                    working = false;
                    waiting.clear();
                }
                throw failure;
            }
            ui.execute(() -> deliver(computed, value));
        }
    }

    private void deliver(K key, V value) {
        boolean last;
        synchronized (waiting) {
            underWay.remove(key);
            last = waiting.isEmpty();
        }
        values.put(key, value);
        if (last || values.size() % 16 == 0) {
            arrived.run();
        }
    }
}
