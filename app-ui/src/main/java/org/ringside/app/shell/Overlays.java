package org.ringside.app.shell;

import javafx.css.PseudoClass;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.ringside.app.palette.PaletteView;
import org.ringside.app.palette.PaletteViewModel;
import org.ringside.app.tasks.TaskList;
import org.ringside.app.workspace.TaskHandle;
import org.ringside.app.workspace.Workspace;

/** What lies above the panes for a moment: palette, task list, overview of keys, about. Escape or a click beside it closes it. */
final class Overlays {
    private static final double BELOW_HEADER = 48;

    /** Set while what lies under the layer is to be seen as usual. */
    private static final PseudoClass CLEAR = PseudoClass.getPseudoClass("clear");

    private final StackPane root;
    private final Workspace workspace;
    private final StackPane layer = new StackPane();
    private @Nullable Node focusBefore;

    Overlays(StackPane root, Workspace workspace) {
        this.root = root;
        this.workspace = workspace;
        layer.getStyleClass().add("overlay-layer");
        layer.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                close();
            }
        });
        layer.addEventHandler(MouseEvent.MOUSE_PRESSED, event -> {
            if (layer.equals(event.getTarget())) {
                close();
            }
        });
    }

    void showPalette() {
        PaletteView palette = new PaletteView(new PaletteViewModel(workspace), this::close);
        show(palette, Pos.TOP_CENTER, BELOW_HEADER, palette.focusTarget());
        palette.follow();
    }

    void showTasks() {
        TaskList tasks = new TaskList(workspace.tasks());
        show(tasks, Pos.TOP_RIGHT, BELOW_HEADER, tasks);
        layer.pseudoClassStateChanged(CLEAR, true);
    }

    /** Shows the task list until everything in it is done. */
    void showTasksUntilDone() {
        showTasks();
        Node shown = layer.getChildren().getFirst();
        Headless.whenTrue(
                () -> !layer.getChildren().contains(shown)
                        || workspace.tasks().running().stream().allMatch(TaskHandle::isQuiet),
                () -> {
                    if (layer.getChildren().contains(shown)) {
                        close();
                    }
                });
    }

    void showKeys() {
        Node keys = new KeyOverview(workspace.actions());
        show(keys, Pos.CENTER, 0, keys);
    }

    void showAbout() {
        Node about = new AboutPage();
        show(about, Pos.CENTER, 0, about);
    }

    /** Shows any node in the middle until {@link #close}. */
    void showSheet(Region sheet, Node focus) {
        show(sheet, Pos.CENTER, 0, focus);
    }

    void close() {
        if (root.getChildren().remove(layer)) {
            layer.getChildren().clear();
            if (focusBefore != null) {
                focusBefore.requestFocus();
            }
        }
    }

    private void show(Node node, Pos position, double top, Node focus) {
        close();
        focusBefore = root.getScene() == null ? null : root.getScene().getFocusOwner();
        node.getStyleClass().add("overlay");
        StackPane.setAlignment(node, position);
        StackPane.setMargin(node, new Insets(top, 16, 16, 16));
        layer.pseudoClassStateChanged(CLEAR, false);
        layer.getChildren().setAll(node);
        root.getChildren().add(layer);
        focus.setFocusTraversable(true);
        focus.requestFocus();
    }
}
