package org.ringside.app.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;

/**
 * The pages around what is shown. Pages are read by a few background threads, those of the latest wish first; what is no longer wished
 * for is not read. Arrivals are told once for as many as have come. Belongs to the UI thread.
 */
final class PageCache {
    private static final Messages MESSAGES = Messages.of(PageCache.class);
    /** 2,048 pages are 8 MiB. */
    static final int CAPACITY = 2048;

    private static final int READERS = 4;

    private final PageLoader loader;
    private final Executor background;
    private final Executor ui;
    private final Runnable onArrival;
    private final Map<Long, LoadedPage> pages = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, LoadedPage> eldest) {
            return size() > CAPACITY;
        }
    };

    private final Object lock = new Object();
    // All below are guarded by the lock.
    private final ArrayDeque<Long> wanted = new ArrayDeque<>();
    private final Set<Long> reading = new HashSet<>();
    private List<Arrival> arrived = new ArrayList<>();
    private boolean closed;

    private record Arrival(long address, LoadedPage page) {}

    /**
     * Makes an empty cache.
     *
     * @param background runs each reader, for example on a virtual thread of its own
     * @param ui hands over to the UI thread
     * @param onArrival told on the UI thread that pages have come
     */
    PageCache(PageLoader loader, Executor background, Executor ui, Runnable onArrival) {
        this.loader = loader;
        this.background = background;
        this.ui = ui;
        this.onArrival = onArrival;
    }

    /** The page at an address if it is here; null while it is not. */
    @Nullable
    LoadedPage find(long pageAddress) {
        return pages.get(pageAddress);
    }

    /**
     * Says what is wanted now, the most urgent first; it replaces what was wanted before. At most {@link #CAPACITY} count.
     *
     * @param pageAddresses addresses of pages in the loader's space
     */
    void want(Collection<Long> pageAddresses) {
        int starting;
        synchronized (lock) {
            wanted.clear();
            for (Long address : pageAddresses) {
                if (wanted.size() < CAPACITY && !pages.containsKey(address) && !reading.contains(address)) {
                    wanted.add(address);
                }
            }
            starting = closed ? 0 : Math.min(wanted.size(), READERS - reading.size());
        }
        for (int i = 0; i < starting; i++) {
            background.execute(this::readWanted);
        }
    }

    /** Drops everything; what is still being read is thrown away when it comes. */
    void close() {
        synchronized (lock) {
            closed = true;
            wanted.clear();
        }
        pages.clear();
    }

    private void readWanted() {
        for (Long next = take(); next != null; next = take()) {
            LoadedPage page = read(next);
            boolean first;
            synchronized (lock) {
                reading.remove(next);
                first = arrived.isEmpty();
                arrived.add(new Arrival(next, page));
            }
            if (first) {
                ui.execute(this::deliver);
            }
        }
    }

    private @Nullable Long take() {
        synchronized (lock) {
            if (closed || reading.size() >= READERS) {
                return null;
            }
            Long next = wanted.poll();
            if (next != null) {
                reading.add(next);
            }
            return next;
        }
    }

    private LoadedPage read(long address) {
        try {
            return loader.load(address);
        } catch (RuntimeException | InternalError failure) {
            // An InternalError is how a mapped file that was cut short shows; a closed trace throws
            // IllegalStateException.
            String why =
                    MESSAGES.get("page.unreadable", Formats.address(address), String.valueOf(failure.getMessage()));
            return new LoadedPage(new Observed.Unreadable<>(why), OptionalLong.empty());
        }
    }

    private void deliver() {
        List<Arrival> batch;
        synchronized (lock) {
            batch = arrived;
            arrived = new ArrayList<>();
            if (closed) {
                return;
            }
        }
        batch.forEach(arrival -> pages.put(arrival.address, arrival.page));
        onArrival.run();
    }
}
