package org.ringside.app.tasks;

import java.util.List;
import java.util.Optional;
import javafx.collections.ObservableList;
import javafx.scene.control.Button;
import javafx.scene.control.ProgressIndicator;
import javafx.util.Subscription;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.TaskHandle;

/** In the header: what is running, in a few words; there only while something is. */
public final class TaskIndicator extends Button {
    private static final double SIZE = 16;

    private final Messages messages = Messages.of(TaskIndicator.class);
    private final ProgressIndicator progress = new ProgressIndicator();
    private Subscription following = Subscription.EMPTY;

    public TaskIndicator(BackgroundWork work, Runnable showList) {
        getStyleClass().addAll("flat", "task-indicator");
        progress.setPrefSize(SIZE, SIZE);
        progress.setMinSize(SIZE, SIZE);
        setGraphic(progress);
        setOnAction(event -> showList.run());
        ObservableList<TaskHandle> running = work.running();
        running.subscribe(() -> update(running));
        update(running);
    }

    private void update(List<TaskHandle> running) {
        List<TaskHandle> listed =
                running.stream().filter(task -> !task.isQuiet()).toList();
        setVisible(!listed.isEmpty());
        setManaged(!listed.isEmpty());
        following.unsubscribe();
        following = Subscription.EMPTY;
        Optional<TaskHandle> first = listed.stream().findFirst();
        first.ifPresent(task -> {
            String text = listed.size() == 1 ? task.title() : messages.get("running", listed.size());
            setText(text);
            Controls.describe(this, text);
            following = task.progressProperty()
                    .subscribe(now -> progress.setProgress(
                            now.fraction() < 0 ? ProgressIndicator.INDETERMINATE_PROGRESS : now.fraction()));
        });
    }
}
