package org.ringside.app.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.ActionRegistry;

/** Every action that has a key, by group, in two columns. */
final class KeyOverview extends VBox {
    private static final Messages MESSAGES = Messages.of(KeyOverview.class);
    private static final double WIDTH = 820;
    private static final double HEIGHT = 560;

    KeyOverview(ActionRegistry actions) {
        getStyleClass().add("key-overview");
        Label title = new Label(MESSAGES.get("keys.title"));
        title.getStyleClass().add("overlay-title");
        Map<String, List<Action>> groups = new LinkedHashMap<>();
        actions.all().stream()
                .filter(action -> action.key().isPresent())
                .forEach(action -> groups.computeIfAbsent(action.group(), group -> new ArrayList<>())
                        .add(action));
        VBox left = column();
        VBox right = column();
        int half = groups.values().stream().mapToInt(List::size).sum() / 2 + 1;
        int placed = 0;
        for (Map.Entry<String, List<Action>> group : groups.entrySet()) {
            (placed < half ? left : right).getChildren().add(group(group.getKey(), group.getValue()));
            placed += group.getValue().size();
        }
        HBox columns = new HBox(32, left, right);
        ScrollPane scroll = new ScrollPane(columns);
        scroll.setFitToWidth(true);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        getChildren().addAll(title, scroll);
        setMaxSize(WIDTH, HEIGHT);
        setPrefSize(WIDTH, Region.USE_COMPUTED_SIZE);
    }

    private static VBox column() {
        VBox column = new VBox(18);
        HBox.setHgrow(column, Priority.ALWAYS);
        return column;
    }

    private static Region group(String name, List<Action> actions) {
        Label heading = new Label(name);
        heading.getStyleClass().add("empty-heading");
        GridPane grid = new GridPane(12, 5);
        ColumnConstraints wide = new ColumnConstraints();
        wide.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().add(wide);
        for (int row = 0; row < actions.size(); row++) {
            Action action = actions.get(row);
            Label key = new Label(Controls.keyText(action.key().orElse("")));
            key.getStyleClass().add("key-hint");
            GridPane.setHalignment(key, HPos.RIGHT);
            grid.addRow(row, new Label(action.title()), key);
        }
        return new VBox(6, heading, grid);
    }
}
