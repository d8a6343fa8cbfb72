package org.ringside.app.shell;

import java.nio.file.Path;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;

/** What the window shows while nothing is open: what would be here, and the three ways to get it. */
final class EmptyPage extends StackPane {
    private static final Messages MESSAGES = Messages.of(EmptyPage.class);
    private static final double TEXT_WIDTH = 520;
    private static final int RECENT = 6;

    private final ShellModel model;

    EmptyPage(ShellModel model) {
        this.model = model;
        getStyleClass().add("empty-page");
        Label title = new Label(MESSAGES.get("empty.title"));
        title.getStyleClass().add("empty-title");
        Label text = wrapped("empty.text");
        HBox buttons = new HBox(10);
        buttons.setAlignment(Pos.CENTER_LEFT);
        addButton(buttons, "file.open", Material2AL.FOLDER_OPEN, "accent");
        addButton(buttons, "file.import", Material2AL.ADD, "");
        addButton(buttons, "file.sample", Material2AL.EXPLORE, "");
        VBox recent = new VBox(2);
        model.recent().subscribe(() -> fill(recent));
        fill(recent);
        Label drop = wrapped("empty.drop");
        drop.getStyleClass().add("text-muted");
        VBox column = new VBox(16, Logo.mark(64), title, text, buttons, drop, recent);
        column.setMaxSize(TEXT_WIDTH, Region.USE_PREF_SIZE);
        column.setAlignment(Pos.CENTER_LEFT);
        getChildren().add(column);
    }

    private static Label wrapped(String key) {
        Label label = new Label(MESSAGES.get(key));
        label.setWrapText(true);
        label.setMaxWidth(TEXT_WIDTH);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    private void addButton(HBox buttons, String actionId, org.kordamp.ikonli.Ikon icon, String style) {
        model.workspace()
                .actions()
                .find(actionId)
                .ifPresent(action -> buttons.getChildren().add(button(action, icon, style)));
    }

    private static Node button(Action action, org.kordamp.ikonli.Ikon icon, String style) {
        Button button = new Button(action.title(), FontIcon.of(icon));
        if (!style.isEmpty()) {
            button.getStyleClass().add(style);
        }
        button.setTooltip(new Tooltip(Controls.titleWithKey(action)));
        button.setOnAction(event -> action.run().run());
        return button;
    }

    private void fill(VBox recent) {
        recent.getChildren().clear();
        if (model.recent().isEmpty()) {
            return;
        }
        Label heading = new Label(MESSAGES.get("empty.recent"));
        heading.getStyleClass().add("empty-heading");
        recent.getChildren().add(heading);
        model.recent().stream().limit(RECENT).map(this::link).forEach(recent.getChildren()::add);
    }

    private Node link(Path path) {
        Hyperlink link = new Hyperlink(path.toString());
        link.setMnemonicParsing(false);
        link.setOnAction(event -> model.open(path));
        return link;
    }
}
