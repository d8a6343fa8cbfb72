package org.ringside.app.shell;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;
import org.ringside.app.dock.DockArea;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.importing.ImportSheet;
import org.ringside.app.importing.ImportViewModel;
import org.ringside.app.importing.Imports;
import org.ringside.app.notifications.NotificationOverlay;
import org.ringside.app.shell.ViewType.Place;
import org.ringside.app.state.WindowState;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.TraceFile;

/** The one window: header, docked panes, and what lies above them. */
public final class MainWindow {
    private static final Messages MESSAGES = Messages.of(MainWindow.class);
    private static final double MINIMUM_WIDTH = 900;
    private static final double MINIMUM_HEIGHT = 560;
    private static final double HEADLESS_SCREEN = 1000;

    private final Stage stage;
    private final ShellModel model;
    private final Workspace workspace;
    private final Views views;
    private final DockArea dock;
    private final StackPane content = new StackPane();
    private final Node empty;
    private final Overlays overlays;
    private final Imports imports;
    private final Scene scene;

    /**
     * Builds the window; {@link #show} shows it.
     *
     * @param stage the stage to live in
     * @param views the panes there are
     */
    public MainWindow(Stage stage, ShellModel model, Views views) {
        this.stage = stage;
        this.model = model;
        this.workspace = model.workspace();
        this.views = views;
        this.dock = new DockArea(this::pane, this::visiblePanes);
        StackPane root = new StackPane();
        this.overlays = new Overlays(root, workspace);
        this.imports = new Imports(workspace, model::open);
        ShellActions.register(this, model);
        views.registerActions();
        this.empty = new EmptyPage(model);
        BorderPane frame = new BorderPane(content);
        frame.setTop(new HeaderBar(model, this));
        NotificationOverlay notifications = new NotificationOverlay(workspace.notifications());
        StackPane.setAlignment(notifications, Pos.BOTTOM_RIGHT);
        root.getChildren().addAll(frame, notifications);
        root.getStyleClass().add("ringside");
        scene = new Scene(root);
        scene.addEventHandler(KeyEvent.KEY_PRESSED, this::runKey);
        acceptDrops();
        new MovedSources(workspace, () -> stage);
        model.themeProperty().subscribe(theme -> {
            theme.applyToApplication();
            theme.applyTo(scene.getStylesheets());
        });
        workspace.openTraceProperty().subscribe(this::showTrace);
        workspace.onShowView(this::bringUp);
        stage.setScene(scene);
        stage.setOnCloseRequest(event -> {
            event.consume();
            close();
        });
    }

    /** The scene, for screenshots and tests. */
    public Scene scene() {
        return scene;
    }

    /**
     * Shows the window with its content laid out in this size, whatever the size of the screen: a screen in memory has 1000 × 1000
     * pixels, and drawing beyond its end fails.
     *
     * @return the content, to take a picture of
     */
    Node showUnbounded(double width, double height) {
        Region content = (Region) scene.getRoot();
        Pane holder = new Pane();
        scene.setRoot(holder);
        holder.getChildren().add(content);
        content.setManaged(false);
        content.resize(width, height);
        stage.setWidth(Math.min(width, HEADLESS_SCREEN));
        stage.setHeight(Math.min(height, HEADLESS_SCREEN));
        stage.show();
        return content;
    }

    public Views views() {
        return views;
    }

    /** Shows the window where it was when it was last closed, or at this size if it never was. */
    public void show(double width, double height) {
        WindowState state = model.state();
        stage.setMinWidth(MINIMUM_WIDTH);
        stage.setMinHeight(MINIMUM_HEIGHT);
        stage.setWidth(state.bounds().map(WindowState.Bounds::width).orElse(width));
        stage.setHeight(state.bounds().map(WindowState.Bounds::height).orElse(height));
        state.bounds().filter(ScreenBounds::isReachable).ifPresent(bounds -> {
            stage.setX(bounds.x());
            stage.setY(bounds.y());
        });
        stage.setMaximized(state.maximized());
        stage.getIcons().setAll(Logo.icons());
        stage.show();
    }

    /** Stores the window's state, closes the trace and then the window. */
    public void close() {
        Optional<WindowState.Bounds> bounds = stage.isMaximized()
                ? model.state().bounds()
                : Optional.of(new WindowState.Bounds(stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight()));
        Optional<DockLayout> layout = dock.layoutNow().or(model::storedLayout);
        model.save(bounds, stage.isMaximized(), layout, () -> {
            workspace.close();
            stage.close();
        });
    }

    void chooseTrace() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("chooser.title"));
        chooser.getExtensionFilters()
                .addAll(
                        new FileChooser.ExtensionFilter(MESSAGES.get("chooser.traces"), "*.ringside"),
                        new FileChooser.ExtensionFilter(MESSAGES.get("chooser.all"), "*"));
        chooser.setInitialDirectory(besideTheTrace());
        @Nullable File chosen = chooser.showOpenDialog(stage);
        if (chosen != null) {
            model.open(chosen.toPath());
        }
    }

    /** The directory of the trace that is open: what belongs to it is usually there. Null lets the platform choose. */
    private @Nullable File besideTheTrace() {
        @Nullable OpenTrace open = workspace.openTrace();
        @Nullable
        Path directory =
                open == null ? null : open.trace().path().toAbsolutePath().getParent();
        return directory == null ? null : directory.toFile();
    }

    /** Opens what was named on the command line or dropped on the window: a trace, or images to import. */
    void openFiles(List<Path> files) {
        Optional<Path> trace = files.stream()
                .filter(file -> file.toString().endsWith(TraceFile.EXTENSION))
                .findFirst();
        trace.ifPresentOrElse(model::open, () -> showImport(files));
    }

    /** Shows the import dialog with these images. */
    void showImport(List<Path> images) {
        ImportViewModel importing = imports.prepare();
        importing.add(images);
        ImportSheet sheet = new ImportSheet(importing, overlays::close, overlays::showTasksUntilDone);
        overlays.showSheet(sheet, sheet.focusTarget());
    }

    void chooseImages() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("action.file.import"));
        chooser.setInitialDirectory(besideTheTrace());
        @Nullable List<File> chosen = chooser.showOpenMultipleDialog(stage);
        if (chosen != null && !chosen.isEmpty()) {
            showImport(chosen.stream().map(File::toPath).toList());
        }
    }

    void chooseSymbols() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("action.file.symbols"));
        chooser.setInitialDirectory(besideTheTrace());
        @Nullable File chosen = chooser.showOpenDialog(stage);
        if (chosen != null) {
            workspace.loadSymbols(chosen.toPath());
        }
    }

    private void acceptDrops() {
        scene.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles()) {
                event.acceptTransferModes(TransferMode.COPY);
                event.consume();
            }
        });
        scene.setOnDragDropped(event -> {
            if (event.getDragboard().hasFiles()) {
                List<Path> files = event.getDragboard().getFiles().stream()
                        .map(File::toPath)
                        .toList();
                event.setDropCompleted(true);
                event.consume();
                // The platform waits for the end of the drag before anything else can be shown.
                workspace.ui().execute(() -> openFiles(files));
            }
        });
    }

    void copySelection() {
        Controls.copy(workspace.selection().toString());
    }

    void showPalette() {
        overlays.showPalette();
    }

    void showTasks() {
        overlays.showTasks();
    }

    void showKeys() {
        overlays.showKeys();
    }

    void showAbout() {
        overlays.showAbout();
    }

    void closePane() {
        dock.paneOf(scene.getFocusOwner()).ifPresent(dock::close);
    }

    /** Moves the focus to the next or previous pane on the screen. */
    void focusPane(int step) {
        List<String> panes = new ArrayList<>(dock.visible());
        if (!panes.isEmpty()) {
            int here = dock.paneOf(scene.getFocusOwner()).map(panes::indexOf).orElse(step > 0 ? -1 : 0);
            focus(panes.get(Math.floorMod(here + step, panes.size())));
        }
    }

    void resetLayout() {
        Optional<DockLayout> before = dock.layoutNow();
        DockLayout standard = standardLayout();
        dock.apply(standard);
        before.ifPresent(old ->
                workspace.undo().did(MESSAGES.get("undo.layout"), () -> dock.apply(old), () -> dock.apply(standard)));
    }

    private DockLayout standardLayout() {
        return StandardLayout.of(content.getWidth(), content.getHeight());
    }

    /** Brings a pane to the front and gives it the focus; opens it where it belongs if it was closed. */
    private void bringUp(String id) {
        Optional<ViewType> type = ViewType.find(id).filter(views::has);
        if (type.isEmpty() || workspace.openTrace() == null) {
            return;
        }
        Place place = type.get().place();
        if (!dock.bringUp(id) && !dock.addBeside(id, StandardLayout.at(place))) {
            DockLayout now = dock.layoutNow().orElse(null);
            dock.apply(now == null ? DockLayout.Tabs.of(id) : atEdge(now, id, place));
        }
        // The content is made once the arrangement has settled.
        workspace.ui().execute(() -> focus(id));
    }

    private static DockLayout atEdge(DockLayout now, String id, Place place) {
        return switch (place) {
            case LEFT -> now.withEdge(id, Orientation.HORIZONTAL, false, 0.2);
            case RIGHT -> now.withEdge(id, Orientation.HORIZONTAL, true, 0.25);
            case BOTTOM -> now.withEdge(id, Orientation.VERTICAL, true, 0.25);
            case CENTRE -> now.withEdge(id, Orientation.HORIZONTAL, true, 0.6);
        };
    }

    private void focus(String id) {
        ViewType.find(id)
                .flatMap(views::get)
                .ifPresent(view -> view.focusTarget().requestFocus());
    }

    private void showTrace(@Nullable OpenTrace open) {
        stage.setTitle(
                open == null
                        ? MESSAGES.get("application")
                        : HeaderBar.caseName(open) + " — " + MESSAGES.get("application"));
        if (open == null) {
            views.show(Set.of());
            content.getChildren().setAll(empty);
        } else if (!content.getChildren().contains(dock)) {
            content.getChildren().setAll(dock);
            if (dock.layoutNow().isEmpty()) {
                // Sizes are known once the window has been laid out.
                workspace.ui().execute(() -> {
                    dock.apply(model.storedLayout().orElseGet(this::standardLayout));
                    StartView.of(open)
                            .filter(id -> model.storedLayout().isEmpty())
                            .ifPresent(dock::bringUp);
                });
            } else {
                visiblePanes(dock.visible());
            }
        }
    }

    private Optional<DockArea.Pane> pane(String id) {
        return ViewType.find(id)
                .filter(views::has)
                .map(type -> new DockArea.Pane(
                        id, type.title(), tooltip(type), () -> FontIcon.of(type.icon()), () -> content(type)));
    }

    private String tooltip(ViewType type) {
        return workspace
                .actions()
                .find("view." + type.id())
                .map(Controls::titleWithKey)
                .orElse(type.title());
    }

    private Node content(ViewType type) {
        return views.get(type).map(WorkbenchView::node).orElseThrow();
    }

    private void visiblePanes(Set<String> ids) {
        if (workspace.openTrace() == null) {
            return;
        }
        views.show(ids.stream()
                .flatMap(id -> ViewType.find(id).filter(views::has).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        if (ids.isEmpty()
                && content.getChildren().contains(dock)
                && dock.layoutNow().isEmpty()) {
            content.getChildren().setAll(dock, noPanes());
        } else if (!ids.isEmpty()) {
            content.getChildren().setAll(dock);
        }
    }

    private Node noPanes() {
        Label title = new Label(MESSAGES.get("empty.no-panes"));
        title.getStyleClass().add("empty-title");
        Button reset = new Button(MESSAGES.get("action.view.reset-layout"));
        reset.setOnAction(event -> resetLayout());
        VBox page = new VBox(14, title, new Label(MESSAGES.get("empty.no-panes.text")), reset);
        page.setAlignment(Pos.CENTER);
        page.getStyleClass().add("empty-page");
        return page;
    }

    /** Keys of the whole window, after the focused control had its chance. */
    private void runKey(KeyEvent event) {
        for (Action action : workspace.actions().all()) {
            boolean matches = action.view().isEmpty()
                    && action.key()
                            .map(KeyCombination::valueOf)
                            .filter(key -> key.match(event))
                            .isPresent();
            if (matches) {
                event.consume();
                if (action.enabled().get()) {
                    action.run().run();
                }
                return;
            }
        }
    }
}
