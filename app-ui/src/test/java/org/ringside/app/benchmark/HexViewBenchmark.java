package org.ringside.app.benchmark;

import atlantafx.base.theme.PrimerDark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
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
import javafx.util.Subscription;
import org.ringside.app.memory.HexRow;
import org.ringside.app.memory.MemoryView;
import org.ringside.app.memory.MemoryViewModel;
import org.ringside.app.shell.Fonts;
import org.ringside.app.shell.Headless;
import org.ringside.app.shell.JavaFxThread;
import org.ringside.app.shell.Theme;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImageFormats;
import org.ringside.trace.importer.MemoryImage;

/**
 * Jumps about in the memory view of a 64 GiB sparse image, and scrolls through it. A frame is everything the UI thread does for it: moving,
 * laying out, painting the canvases. Reading pages happens elsewhere; how long until they are shown is measured too, and how long the
 * software renderer takes to draw the whole pane, which on a machine with a graphics processor is its work.
 */
final class HexViewBenchmark {
    private static final long SIZE = 64L << 30;
    private static final int WRITTEN_PAGES = 20_000;
    private static final int PAGE = 4096;
    private static final int WIDTH = 2560;
    private static final int HEIGHT = 1440;
    private static final int ROWS_PER_NOTCH = 3;
    private static final int WARM_UP = 50;

    private final Workspace workspace = new Workspace(new JavaFxThread(), path -> new MemoryTrace());
    private final MemoryView view = new MemoryView(workspace);
    private final MemoryViewModel model = view.model();
    private final WritableImage drawn = new WritableImage(WIDTH, HEIGHT);
    private final Scene scene = new Scene((Parent) view.node(), WIDTH, HEIGHT);

    public static void main(String[] arguments) throws IOException {
        Path image = Path.of(arguments[0]).resolve("sparse-64g.bin");
        int jumps = Integer.parseInt(arguments[1]);
        Headless.configure();
        CompletableFuture<Void> started = new CompletableFuture<>();
        Platform.startup(() -> started.complete(null));
        get(started);
        try {
            write(image);
            try (MemoryImage memory = ImageFormats.open(image)) {
                onUiThread(() -> {
                            Fonts.load();
                            return new HexViewBenchmark();
                        })
                        .run(memory, jumps);
            }
        } finally {
            Files.deleteIfExists(image);
            Platform.exit();
        }
    }

    private static void write(Path image) throws IOException {
        Random random = new Random(1);
        byte[] bytes = new byte[PAGE];
        try (FileChannel channel = FileChannel.open(
                image, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), SIZE - 1);
            for (int i = 0; i < WRITTEN_PAGES; i++) {
                random.nextBytes(bytes);
                channel.write(ByteBuffer.wrap(bytes), random.nextLong(SIZE / PAGE) * PAGE);
            }
        }
    }

    private void run(MemoryImage memory, int jumps) throws IOException {
        OpenTrace trace = OpenTrace.read(new MemoryTrace().with("sparse", memory, MachineState.none()));
        CompletableFuture<Void> opened = new CompletableFuture<>();
        onUiThread(() -> {
            Application.setUserAgentStylesheet(new PrimerDark().getUserAgentStylesheetBSS());
            Theme.DARK.applyTo(scene.getStylesheets());
            view.attach();
            model.evidenceProperty().subscribe(evidence -> {
                if (evidence != null) {
                    opened.complete(null);
                }
            });
            workspace.show(trace);
            return scene.snapshot(null);
        });
        get(opened);
        measure(new Random(2), new long[WARM_UP], new long[WARM_UP], new long[WARM_UP]);
        scroll(WARM_UP, new long[WARM_UP]);
        System.out.printf(
                Locale.ROOT,
                "memory view of %d GiB, %d x %d pixels, %d rows of %d bytes, heap at most %d MiB%n",
                SIZE >> 30,
                WIDTH,
                HEIGHT,
                model.window().scroll().visible(),
                model.window().bytesPerRowProperty().get(),
                Runtime.getRuntime().maxMemory() >> 20);
        long[] frame = new long[jumps];
        long[] arrival = new long[jumps];
        long[] shown = new long[jumps];
        measure(new Random(3), frame, arrival, shown);
        print("frame at once after a jump, pages not there yet", frame);
        print("frame in which the pages of a jump arrive", arrival);
        print("from a jump to its bytes on the canvas", shown);
        long[] rendered = new long[jumps];
        print("frame of a wheel step of 3 rows", scroll(jumps, rendered));
        print("software renderer, the whole pane", rendered);
        System.out.println("budget of a frame 16 ms");
    }

    private void measure(Random random, long[] frame, long[] arrival, long[] shown) {
        for (int i = 0; i < frame.length; i++) {
            jump(random.nextLong(SIZE), frame, arrival, shown, i);
        }
    }

    private void jump(long address, long[] frame, long[] arrival, long[] shown, int index) {
        CompletableFuture<Void> complete = new CompletableFuture<>();
        onUiThread(() -> {
            long start = System.nanoTime();
            workspace.select(Selection.physical(address, 1));
            scene.getRoot().layout();
            frame[index] = System.nanoTime() - start;
            Subscription[] revision = new Subscription[1];
            revision[0] = model.revisionProperty()
                    .subscribe(() -> Platform.runLater(() -> {
                        if (isShown() && !complete.isDone()) {
                            long painting = System.nanoTime();
                            scene.getRoot().layout();
                            long end = System.nanoTime();
                            arrival[index] = end - painting;
                            shown[index] = end - start;
                            revision[0].unsubscribe();
                            complete.complete(null);
                        }
                    }));
            if (isShown()) {
                revision[0].unsubscribe();
                shown[index] = frame[index];
                complete.complete(null);
            }
            return revision;
        });
        get(complete);
        onUiThread(this::render);
    }

    private boolean isShown() {
        int last = model.window().scroll().visible() - 1;
        return model.row(0).map(row -> !row.isLoading(HexRow.Side.SHOWN)).orElse(false)
                && model.row(last).map(row -> !row.isLoading(HexRow.Side.SHOWN)).orElse(true);
    }

    private long[] scroll(int steps, long[] rendered) {
        long[] times = new long[steps];
        for (int i = 0; i < steps; i++) {
            int index = i;
            times[i] = onUiThread(() -> {
                long start = System.nanoTime();
                model.window().scrollBy(ROWS_PER_NOTCH);
                scene.getRoot().layout();
                long time = System.nanoTime() - start;
                rendered[index] = render();
                return time;
            });
        }
        return times;
    }

    /** Draws what was painted, as the render thread does after each frame of a window on a screen. */
    private long render() {
        long start = System.nanoTime();
        scene.snapshot(drawn);
        return System.nanoTime() - start;
    }

    private static void print(String what, long[] nanoseconds) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        System.out.printf(
                Locale.ROOT,
                "%-50s median %7.3f ms, 99 %% %7.3f ms, max %7.3f ms%n",
                what,
                sorted[last / 2] / 1e6,
                sorted[(int) (last * 0.99)] / 1e6,
                sorted[last] / 1e6);
    }

    private static <T> T onUiThread(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return get(result);
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
    }
}
