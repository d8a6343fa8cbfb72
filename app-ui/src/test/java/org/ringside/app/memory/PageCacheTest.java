package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;

class PageCacheTest {
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final Deque<Runnable> ui = new ArrayDeque<>();
    private final List<Long> read = new ArrayList<>();
    private int arrivals;

    private PageCache cache(PageLoader loader) {
        return new PageCache(
                address -> {
                    read.add(address);
                    return loader.load(address);
                },
                background::add,
                ui::add,
                () -> arrivals++);
    }

    private static void runAll(Deque<Runnable> queue) {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }

    private static LoadedPage page(long address) {
        return LoadedPage.copyOf(SparseMemory.ofSize(1L << 36).page(address), address);
    }

    @Test
    void readsTheMostUrgentFirstAndTellsOnceForAll() {
        PageCache cache = cache(PageCacheTest::page);
        cache.want(List.of(0x5000L, 0x1000L, 0x9000L));
        assertNull(cache.find(0x5000));
        runAll(background);
        assertEquals(List.of(0x5000L, 0x1000L, 0x9000L), read);
        assertNull(cache.find(0x5000));
        runAll(ui);
        assertEquals(1, arrivals);
        assertNotNull(cache.find(0x9000));
        cache.want(List.of(0x5000L, 0x1000L));
        runAll(background);
        assertEquals(3, read.size());
    }

    @Test
    void doesNotReadWhatIsNoLongerWanted() {
        PageCache cache = cache(PageCacheTest::page);
        cache.want(List.of(0x1000L, 0x2000L));
        cache.want(List.of(0x3000L));
        runAll(background);
        assertEquals(List.of(0x3000L), read);
    }

    @Test
    void forgetsTheLeastRecentlyUsed() {
        PageCache cache = cache(PageCacheTest::page);
        for (long start = 0; start < 3; start++) {
            long from = start * PageCache.CAPACITY;
            cache.want(LongStream.range(from, from + PageCache.CAPACITY)
                    .mapToObj(number -> number * 4096)
                    .toList());
            runAll(background);
            runAll(ui);
        }
        assertNull(cache.find(0));
        assertNotNull(cache.find((3L * PageCache.CAPACITY - 1) * 4096));
    }

    @Test
    void aFailureIsAPageThatSaysWhy() {
        PageCache cache = cache(address -> {
            throw new IllegalStateException("the trace is closed");
        });
        cache.want(List.of(0x1000L));
        runAll(background);
        runAll(ui);
        Observed.Unreadable<?> unreadable = assertInstanceOf(
                Observed.Unreadable.class,
                Objects.requireNonNull(cache.find(0x1000)).bytes());
        assertEquals("page 0x1000 could not be read: the trace is closed", unreadable.why());
    }

    @Test
    void whatComesAfterClosingIsThrownAway() {
        PageCache cache = cache(PageCacheTest::page);
        cache.want(List.of(0x1000L));
        cache.close();
        runAll(background);
        runAll(ui);
        assertEquals(0, arrivals);
        assertEquals(List.of(), read);
    }
}
