package org.ringside.app.timeline;

import atlantafx.base.theme.PrimerDark;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import org.ringside.app.shell.Fonts;
import org.ringside.app.shell.Headless;
import org.ringside.app.shell.JavaFxThread;
import org.ringside.app.shell.Theme;
import org.ringside.app.testing.SyntheticTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;

/**
 * Zooms into and moves over a timeline of ten million events in seven lanes, bursts a microsecond apart with minutes between them. A frame is
 * everything the UI thread does for it: deriving tiles, building marks, painting. Tiles are loaded beside it; the trace is in memory, so what
 * a database takes is not part of the figures ({@code events.sh} measures that).
 */
final class TimelineBenchmark {
    private static final int WIDTH = 2560;
    private static final int HEIGHT = 360;
    private static final long START = 1_763_900_000_000_000_000L;
    private static final List<EventKind> KINDS = List.of(
            EventKind.VM_EXIT,
            EventKind.ADDRESS_SPACE,
            EventKind.LOG,
            EventKind.CHALLENGE,
            EventKind.INTEGRITY,
            EventKind.LINK,
            EventKind.ALARM);

    private final Workspace workspace = new Workspace(new JavaFxThread(), path -> new SyntheticTrace());
    private final TimelineView view = new TimelineView(workspace);
    private final WritableImage drawn = new WritableImage(WIDTH, HEIGHT);
    private final Scene scene = new Scene((Parent) view.node(), WIDTH, HEIGHT);

    public static void main(String[] arguments) throws IOException {
        int events = Integer.parseInt(arguments[0]);
        int frames = Integer.parseInt(arguments[1]);
        Headless.configure();
        CompletableFuture<Void> started = new CompletableFuture<>();
        Platform.startup(() -> started.complete(null));
        get(started);
        try {
            OpenTrace trace = OpenTrace.read(trace(events));
            onUiThread(() -> {
                        Fonts.load();
                        return new TimelineBenchmark();
                    })
                    .run(trace, events, frames);
        } finally {
            Platform.exit();
        }
    }

    private static SyntheticTrace trace(int events) {
        SyntheticTrace trace = new SyntheticTrace();
        Random random = new Random(1);
        int rest = events;
        for (EventKind kind : KINDS) {
            // Nine tenths of what is left: millions of exits, thousands of challenges, some alarms.
            int count = kind == EventKind.ALARM ? rest : rest / 10 * 9;
            rest -= count;
            long[] times = new long[count];
            long time = START;
            for (int i = 0; i < count; i++) {
                boolean gap = random.nextInt(1000) == 0;
                time += gap ? 200 * Durations.SECOND * 1000 / Math.max(1000, count) : 1 + random.nextInt(2000);
                times[i] = time;
            }
            trace.with(kind, kind == EventKind.ALARM ? Severity.CRITICAL : Severity.INFORMATION, times);
        }
        for (int i = 0; i < 50; i++) {
            trace.withSnapshot("snapshot " + i, "machine", START + i * 4L * Durations.SECOND);
        }
        return trace;
    }

    private void run(OpenTrace trace, int events, int frames) {
        onUiThread(() -> {
            Application.setUserAgentStylesheet(new PrimerDark().getUserAgentStylesheetBSS());
            Theme.DARK.applyTo(scene.getStylesheets());
            scene.snapshot(drawn);
            view.attach();
            workspace.show(trace);
            return scene;
        });
        settle();
        travel(new Random(2), new long[frames], new long[frames]);
        long[] moving = new long[frames];
        long[] still = new long[frames];
        travel(new Random(3), moving, still);
        System.out.printf(
                Locale.ROOT,
                "timeline of %,d events, %d x %d pixels, heap at most %d MiB%n",
                events,
                WIDTH,
                HEIGHT,
                Runtime.getRuntime().maxMemory() >> 20);
        print("frame of a zoom or a move, tiles not there yet", moving);
        print("frame with every tile there", still);
        System.out.println("budget of a frame 16 ms");
    }

    private void travel(Random random, long[] moving, long[] still) {
        TimelineViewModel model = view.model();
        for (int i = 0; i < moving.length; i++) {
            int index = i;
            onUiThread(() -> {
                if (index % 50 == 0) {
                    model.fit();
                }
                long start = System.nanoTime();
                switch (random.nextInt(3)) {
                    case 0 -> model.pan(random.nextInt(WIDTH) - WIDTH / 2.0);
                    case 1 -> model.zoomAt(random.nextInt(WIDTH), 1.0 / (1.2 + random.nextDouble()));
                    default -> model.zoomAt(random.nextInt(WIDTH), 1.2 + 2 * random.nextDouble());
                }
                scene.getRoot().layout();
                moving[index] = System.nanoTime() - start;
                return index;
            });
            settle();
            onUiThread(() -> {
                long start = System.nanoTime();
                model.pan(0);
                scene.getRoot().layout();
                still[index] = System.nanoTime() - start;
                return scene.snapshot(drawn);
            });
        }
    }

    /** Draws frames until every tile on the screen is there. */
    private void settle() {
        boolean busy = true;
        while (busy) {
            busy = onUiThread(() -> {
                scene.getRoot().layout();
                return view.model().isLoading() || !workspace.tasks().idle().get();
            });
        }
    }

    private static void print(String what, long[] nanoseconds) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-50s median %6.2f ms  99 %% %6.2f ms  maximum %6.2f ms%n",
                what,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private static <T> T onUiThread(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(action.call());
            } catch (Exception | AssertionError failure) {
                result.completeExceptionally(failure);
            }
        });
        return get(result);
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
