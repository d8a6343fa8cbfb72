package org.ringside.app.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.decoder.structure.Severity;

class BackgroundWorkTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Notifications notifications = new Notifications();
    private final AtomicLong clock = new AtomicLong();
    private final BackgroundWork work = new BackgroundWork(ui, notifications, clock::get);
    private final List<String> results = new ArrayList<>();

    @Test
    void deliversTheResultOnTheUiThreadAndThenIsIdle() {
        TaskHandle handle = work.run("Read", monitor -> ui.isCurrent() ? "wrong thread" : "read", results::add);
        assertFalse(work.idle().get());
        ui.runUntil(work.idle()::get);
        assertEquals(List.of("read"), results);
        assertEquals(TaskHandle.State.SUCCEEDED, handle.stateProperty().get());
    }

    @Test
    void turnsAFailureIntoANotificationWithItsStackTrace() {
        TaskHandle handle = work.<String>run(
                "Read a.bin",
                monitor -> {
                    throw new IOException("the disk is gone");
                },
                results::add);
        ui.runUntil(work.idle()::get);
        assertEquals(TaskHandle.State.FAILED, handle.stateProperty().get());
        Notification told = notifications.all().getFirst();
        assertEquals(Severity.ERROR, told.severity());
        assertEquals("Read a.bin failed", told.title());
        assertEquals("the disk is gone", told.message());
        assertTrue(told.details().contains("BackgroundWorkTest"), told.details());
        assertEquals(List.of(), results);
    }

    @Test
    void turnsAnErrorInADecoderIntoANotificationToo() {
        work.<String>run(
                "Decode",
                monitor -> {
                    throw new StackOverflowError();
                },
                results::add);
        ui.runUntil(work.idle()::get);
        assertEquals("StackOverflowError", notifications.all().getFirst().message());
    }

    @Test
    void dropsTheResultOfCancelledWorkAndSaysNothing() {
        CountDownLatch cancelled = new CountDownLatch(1);
        TaskHandle handle = work.run(
                "Read",
                monitor -> {
                    cancelled.await();
                    return "late";
                },
                results::add);
        handle.cancel();
        cancelled.countDown();
        ui.runUntil(work.idle()::get);
        assertEquals(TaskHandle.State.CANCELLED, handle.stateProperty().get());
        assertEquals(List.of(), results);
        assertEquals(List.of(), notifications.all());
    }

    @Test
    void onlyTheLatestWorkOfASlotCounts() {
        BackgroundWork.Slot slot = work.slot("Rows");
        CountDownLatch second = new CountDownLatch(1);
        slot.run(
                monitor -> {
                    second.await();
                    return "first";
                },
                results::add);
        slot.run(monitor -> "second", results::add);
        second.countDown();
        ui.runUntil(work.idle()::get);
        assertEquals(List.of("second"), results);
    }

    @Test
    void reportsRateAndRemainingTime() {
        CountDownLatch end = new CountDownLatch(1);
        TaskHandle handle = work.run(
                "Import",
                monitor -> {
                    monitor.progress("hashing", 0, 4000);
                    clock.set(Duration.ofSeconds(2).toNanos());
                    monitor.progress("hashing", 1000, 4000);
                    end.await();
                    return "done";
                },
                results::add);
        ui.runUntil(() -> handle.progressProperty().get().done() == 1000);
        TaskProgress progress = handle.progressProperty().get();
        assertEquals(new TaskProgress("hashing", 1000, 4000, 500, Optional.of(Duration.ofSeconds(6))), progress);
        assertEquals(0.25, progress.fraction());
        end.countDown();
        ui.runUntil(work.idle()::get);
    }
}
