package org.ringside.app.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.application.Application;
import javafx.stage.Stage;
import org.ringside.app.state.AppDirectories;
import org.ringside.app.state.WindowState;
import org.ringside.app.state.WindowStateStore;
import org.ringside.app.workspace.Workspace;

/** The window as a JavaFX application: one argument, a file to open, or none. */
public final class RingsideApplication extends Application {
    private static final double WIDTH = 1440;
    private static final double HEIGHT = 900;

    private AppDirectories directories = AppDirectories.ofProcess();
    private WindowStateStore.Loaded loaded = new WindowStateStore.Loaded(WindowState.INITIAL, Optional.empty());

    /** Made by JavaFX. */
    public RingsideApplication() {}

    /** On a launcher thread, while JavaFX starts: the place to read files. */
    @Override
    public void init() {
        directories = AppDirectories.ofProcess();
        loaded = store().load();
        Fonts.load();
    }

    @Override
    public void start(Stage stage) {
        Workspace workspace = new Workspace(new JavaFxThread(), Traces.opener());
        ShellModel model =
                new ShellModel(workspace, loaded.state(), Optional.of(store()), SampleTrace.locate(directories.data()));
        MainWindow window = new MainWindow(stage, model, Views.standard(workspace));
        Thread.currentThread()
                .setUncaughtExceptionHandler(
                        (thread, failure) -> workspace.notifications().failure("The window", failure));
        window.show(WIDTH, HEIGHT);
        loaded.problem().ifPresent(problem -> workspace.notifications().warn("Window state", problem));
        getParameters().getRaw().stream()
                .findFirst()
                .ifPresentOrElse(file -> window.openFiles(List.of(Path.of(file))), model::openLast);
    }

    private WindowStateStore store() {
        return new WindowStateStore(directories.config().resolve("window.json"));
    }
}
