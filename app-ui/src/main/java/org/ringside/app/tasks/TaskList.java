package org.ringside.app.tasks;

import java.util.IdentityHashMap;
import java.util.Objects;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.TaskHandle;
import org.ringside.app.workspace.TaskProgress;

/** Every running task with what it does, how far it is, how fast, how long it will take, and a button to cancel it. */
public final class TaskList extends VBox {
    private static final double WIDTH = 400;

    private final Messages messages = Messages.of(TaskList.class);
    private final IdentityHashMap<TaskHandle, Node> rows = new IdentityHashMap<>();
    private final Label nothing = new Label(messages.get("nothing"));

    public TaskList(BackgroundWork work) {
        getStyleClass().add("task-list");
        getStylesheets()
                .add(Objects.requireNonNull(getClass().getResource("tasks.css")).toExternalForm());
        nothing.getStyleClass().add("text-muted");
        setPrefWidth(WIDTH);
        setMaxSize(WIDTH, Region.USE_PREF_SIZE);
        ObservableList<TaskHandle> running = work.running();
        running.subscribe(() -> update(running));
        update(running);
    }

    private void update(ObservableList<TaskHandle> running) {
        rows.keySet().removeIf(task -> !running.contains(task));
        getChildren()
                .setAll(running.stream()
                        .filter(task -> !task.isQuiet())
                        .map(task -> rows.computeIfAbsent(task, this::row))
                        .toList());
        if (getChildren().isEmpty()) {
            getChildren().add(nothing);
        }
    }

    private Node row(TaskHandle task) {
        Label title = new Label(task.title());
        title.getStyleClass().add("task-title");
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        Button cancel = Controls.iconButton(Material2AL.CANCEL, messages.get("cancel", task.title()), task::cancel);
        cancel.setOnAction(event -> {
            task.cancel();
            cancel.setDisable(true);
        });
        HBox head = new HBox(8, title, cancel);
        head.setAlignment(Pos.CENTER_LEFT);
        ProgressBar bar = new ProgressBar(ProgressBar.INDETERMINATE_PROGRESS);
        bar.setMaxWidth(Double.MAX_VALUE);
        Label state = new Label();
        state.getStyleClass().add("task-state");
        task.progressProperty().subscribe(progress -> {
            bar.setProgress(progress.fraction());
            state.setText(describe(progress));
        });
        VBox row = new VBox(4, head, bar, state);
        row.getStyleClass().add("task");
        return row;
    }

    /** For example {@code "hashing · 43 % · 512 MiB/s · 3 s left"}. */
    private String describe(TaskProgress progress) {
        StringBuilder text = new StringBuilder(progress.activity());
        if (progress.fraction() >= 0) {
            text.append(text.isEmpty() ? "" : " · ")
                    .append(Math.round(progress.fraction() * 100))
                    .append(" %");
        }
        if (progress.perSecond() > 0 && progress.total() >= 1 << 20) {
            text.append(" · ").append(Formats.size((long) progress.perSecond())).append("/s");
        }
        progress.remaining().ifPresent(left -> text.append(" · ").append(messages.get("left", Formats.about(left))));
        return text.toString();
    }
}
