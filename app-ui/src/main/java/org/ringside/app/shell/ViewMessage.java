package org.ringside.app.shell;

import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.Workspace;

/** What a pane shows instead of its content: what would be here, why it is not, and the one action that helps. */
public final class ViewMessage extends VBox {
    private static final double TEXT_WIDTH = 460;
    private static final double GAP = 10;

    private final Workspace workspace;
    private final Label title = new Label();
    private final Label text = new Label();
    private final Button button = new Button();

    public ViewMessage(Workspace workspace) {
        super(GAP);
        this.workspace = workspace;
        getStyleClass().add("empty-page");
        title.getStyleClass().add("empty-heading");
        text.getStyleClass().add("text-muted");
        text.setWrapText(true);
        text.setMaxWidth(TEXT_WIDTH);
        text.setMinHeight(Region.USE_PREF_SIZE);
        setAlignment(Pos.CENTER);
        getChildren().addAll(title, text, button);
        show("", "", "");
    }

    /**
     * Shows other words.
     *
     * @param heading what would be here
     * @param why why it is not, and what to do; may be empty
     * @param actionId the action that helps; empty, or of an action that is not there, for none
     */
    public void show(String heading, String why, String actionId) {
        title.setText(heading);
        text.setText(why);
        text.setVisible(!why.isEmpty());
        text.setManaged(!why.isEmpty());
        Action action = workspace.actions().find(actionId).orElse(null);
        button.setVisible(action != null);
        button.setManaged(action != null);
        if (action != null) {
            button.setText(action.title());
            button.setOnAction(event -> action.run().run());
        }
    }
}
