package org.ringside.app.shell;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;
import javafx.stage.Stage;
import javafx.stage.StageStyle;
import javax.imageio.ImageIO;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.state.WindowState;
import org.ringside.app.workspace.Notification;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.Severity;

/** Draws the real window into a PNG file, without a display. Once in a process: JavaFX cannot be started again. */
public final class Screenshot {
    /** The whole window instead of one view. */
    public static final String WINDOW = "window";

    private static final int MINIMUM_PIXELS = 200;
    private static final int MAXIMUM_PIXELS = 8192;

    private Screenshot() {}

    /**
     * What to draw.
     *
     * @param trace the trace to open
     * @param view a view's id: the window with only this view; or {@value #WINDOW}: the window as it opens
     * @param output the PNG file to write
     * @param width pixels, 200 to 8192
     * @param height pixels, 200 to 8192
     * @param theme dark or light
     * @param select a physical address to select
     */
    public record Request(
            Path trace, String view, Path output, int width, int height, Theme theme, Optional<Long> select) {}

    /**
     * Draws and writes.
     *
     * @throws IOException if the view is not known, the trace cannot be read or the picture not written
     */
    public static void take(Request request) throws IOException {
        if (!request.view().equals(WINDOW) && ViewType.find(request.view()).isEmpty()) {
            throw new IOException("there is no view \"" + request.view() + "\"; views: " + WINDOW + ", "
                    + String.join(
                            ", ",
                            List.of(ViewType.values()).stream()
                                    .map(ViewType::id)
                                    .toList()));
        }
        if (isOutside(request.width()) || isOutside(request.height())) {
            throw new IOException("width and height are " + MINIMUM_PIXELS + " to " + MAXIMUM_PIXELS + " pixels");
        }
        if (!Files.isRegularFile(request.trace())) {
            throw new IOException(request.trace() + ": no such file");
        }
        Headless.configure();
        ToolkitLog.errorsOnly();
        CompletableFuture<Image> drawn = new CompletableFuture<>();
        Platform.startup(() -> {
            try {
                draw(request, drawn);
            } catch (RuntimeException failure) {
                drawn.completeExceptionally(failure);
            }
        });
        try {
            write(drawn.get(), request.output());
        } catch (ExecutionException failure) {
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            throw new IOException(cause.getMessage(), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Platform.exit();
        }
    }

    private static boolean isOutside(int pixels) {
        return pixels < MINIMUM_PIXELS || pixels > MAXIMUM_PIXELS;
    }

    private static void draw(Request request, CompletableFuture<Image> drawn) {
        Fonts.load();
        Workspace workspace = new Workspace(new JavaFxThread(), Traces.opener());
        WindowState state = WindowState.INITIAL.withTheme(request.theme().id());
        if (!request.view().equals(WINDOW)) {
            state = state.withLayout(Optional.of(DockLayout.Tabs.of(request.view())));
        }
        ShellModel model =
                new ShellModel(workspace, state, Optional.empty(), new SampleTrace(request.trace(), request.trace()));
        Stage stage = new Stage(StageStyle.UNDECORATED);
        MainWindow window = new MainWindow(stage, model, Views.standard(workspace));
        Node content = window.showUnbounded(request.width(), request.height());
        workspace.notifications().all().subscribe(() -> failOnError(workspace, drawn));
        model.open(request.trace());
        Headless.whenQuiet(workspace.tasks().idle(), () -> {
            request.select().ifPresent(address -> workspace.select(Selection.physical(address, 1)));
            Headless.whenQuiet(workspace.tasks().idle(), () -> drawn.complete(content.snapshot(null, null)));
        });
    }

    private static void failOnError(Workspace workspace, CompletableFuture<Image> drawn) {
        for (Notification notification : workspace.notifications().all()) {
            if (notification.severity().compareTo(Severity.ERROR) >= 0) {
                drawn.completeExceptionally(new IOException(notification.title() + ": " + notification.message()));
            }
        }
    }

    /** Writes an image as PNG; not on the UI thread. */
    public static void write(Image image, Path output) throws IOException {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        PixelReader pixels = image.getPixelReader();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                copy.setRGB(x, y, pixels.getArgb(x, y));
            }
        }
        Path directory = output.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (!ImageIO.write(copy, "png", output.toFile())) {
            throw new IOException("this Java cannot write PNG");
        }
    }
}
