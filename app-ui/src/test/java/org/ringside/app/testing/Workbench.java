package org.ringside.app.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.image.Image;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import javafx.stage.StageStyle;
import org.ringside.app.shell.Fonts;
import org.ringside.app.shell.Headless;
import org.ringside.app.shell.JavaFxThread;
import org.ringside.app.shell.MainWindow;
import org.ringside.app.shell.SampleTrace;
import org.ringside.app.shell.Screenshot;
import org.ringside.app.shell.ShellModel;
import org.ringside.app.shell.Theme;
import org.ringside.app.shell.Traces;
import org.ringside.app.shell.Views;
import org.ringside.app.state.WindowState;
import org.ringside.app.workspace.TraceOpener;
import org.ringside.app.workspace.Workspace;
import org.testfx.api.FxRobot;

/**
 * The real window, headless, driven from a test: click, type, wait, look, take a picture. Every wait is for a condition; there is no
 * sleep. Close it at the end of the test.
 */
public final class Workbench implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final Object STARTING = new Object();

    private final FxRobot robot = new FxRobot();
    private final Workspace workspace;
    private final Stage stage;
    private final MainWindow window;

    private Workbench(Workspace workspace, Stage stage, MainWindow window) {
        this.workspace = workspace;
        this.stage = stage;
        this.window = window;
    }

    /** A window of 1280 × 800 with every view, nothing open. */
    public static Workbench start() {
        return start(1280, 800, Theme.DARK);
    }

    /** A window with every view, nothing open. */
    public static Workbench start(double width, double height, Theme theme) {
        startToolkit();
        return onUiThread(() -> {
            Workspace workspace = new Workspace(new JavaFxThread(), opener());
            ShellModel model = new ShellModel(
                    workspace,
                    WindowState.INITIAL.withTheme(theme.id()),
                    Optional.empty(),
                    new SampleTrace(Path.of("target/no-sample"), Path.of("target/no-copy")));
            Stage stage = new Stage(StageStyle.UNDECORATED);
            MainWindow window = new MainWindow(stage, model, Views.standard(workspace));
            window.show(width, height);
            return new Workbench(workspace, stage, window);
        });
    }

    /** Opens traces so that any use of them on the UI thread fails the test. */
    private static TraceOpener opener() {
        return path -> GuardedTrace.guard(Traces.opener().open(path));
    }

    private static void startToolkit() {
        synchronized (STARTING) {
            Headless.configure();
            CompletableFuture<Void> started = new CompletableFuture<>();
            try {
                Platform.startup(() -> started.complete(null));
            } catch (IllegalStateException running) {
                started.complete(null);
            }
            get(started);
            Platform.setImplicitExit(false);
            onUiThread(() -> {
                Fonts.load();
                return true;
            });
        }
    }

    public Workspace workspace() {
        return workspace;
    }

    public MainWindow window() {
        return window;
    }

    /** For what this class has no method for. */
    public FxRobot robot() {
        return robot;
    }

    /** Opens a trace and waits until every view has finished with it. */
    public void open(Path trace) {
        run(() -> workspace.open(trace));
        waitUntil("the trace is open", () -> workspace.openTrace() != null);
        settle();
    }

    /** Brings a view up by its id and waits until it has finished. */
    public void show(String view) {
        run(() -> workspace.showView(view));
        settle();
    }

    /** Clicks the node with this CSS selector, which must be on the screen. */
    public void click(String selector) {
        robot.clickOn(find(selector));
        settle();
    }

    /** Clicks a node, in its middle. */
    public void click(Node node) {
        robot.clickOn(node);
        settle();
    }

    /** Clicks a point of a node, in its own coordinates: for canvases. */
    public void click(Node node, double x, double y) {
        Point2D point = onUiThread(() -> node.localToScreen(x, y));
        robot.clickOn(point);
        settle();
    }

    /** Presses keys together, for example CONTROL and K. */
    public void press(KeyCode... keys) {
        robot.push(keys);
        settle();
    }

    public void type(String text) {
        robot.write(text);
        settle();
    }

    /** The first node with this CSS selector; an AssertionError if none comes. */
    public Node find(String selector) {
        waitUntil(selector + " is there", () -> window.scene().getRoot().lookup(selector) != null);
        return onUiThread(() -> window.scene().getRoot().lookup(selector));
    }

    /** Where a node is in the window, in pixels. */
    public Bounds boundsOf(Node node) {
        return onUiThread(() -> node.localToScene(node.getBoundsInLocal()));
    }

    /** Waits until nothing runs in the background and the window has been drawn. */
    public void settle() {
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        run(() -> Headless.whenQuiet(workspace.tasks().idle(), () -> quiet.complete(null)));
        get(quiet);
    }

    /** Waits for a condition, which is looked at on the UI thread in every frame. */
    public void waitUntil(String what, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        run(() -> Headless.whenTrue(condition, () -> met.complete(null)));
        try {
            met.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            screenshot("timeout");
            throw new AssertionError("after " + LIMIT_SECONDS + " s still not: " + what, late);
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError(what, failure);
        }
    }

    /** The whole window as it is, also written to {@code target/screenshots/NAME.png}. */
    public Image screenshot(String name) {
        Image image = onUiThread(() -> window.scene().snapshot(null));
        try {
            Screenshot.write(image, Path.of("target", "screenshots", name + ".png"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return image;
    }

    /** Runs on the UI thread and waits for it. */
    public void run(Runnable action) {
        onUiThread(() -> {
            action.run();
            return true;
        });
    }

    /** Computes on the UI thread. */
    public static <T> T onUiThread(Callable<T> action) {
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
            return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError(failure.getMessage(), failure.getCause());
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError("the window does not answer", failure);
        }
    }

    /** Closes the trace and the window. */
    @Override
    public void close() {
        run(workspace::close);
        waitUntil("work has ended", () -> workspace.tasks().idle().get());
        run(stage::close);
    }
}
