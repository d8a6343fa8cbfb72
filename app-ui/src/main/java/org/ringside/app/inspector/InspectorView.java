package org.ringside.app.inspector;

import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Subscription;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** The inspector at the right of the window. */
public final class InspectorView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(InspectorView.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private final InspectorViewModel model;
    private final InspectorSections sections;
    private final BorderPane root = new BorderPane();
    private final Label title = new Label();
    private final Label subtitle = new Label();
    private final VBox content = new VBox();
    private final ScrollPane scroll = new ScrollPane();
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;

    public InspectorView(Workspace workspace) {
        model = new InspectorViewModel(workspace);
        sections = new InspectorSections(model);
        message = new ViewMessage(workspace);
        title.getStyleClass().add("inspector-title");
        subtitle.getStyleClass().add("text-muted");
        for (Label label : new Label[] {title, subtitle}) {
            label.setWrapText(true);
            label.setMinHeight(Region.USE_PREF_SIZE);
        }
        VBox names = new VBox(title, subtitle);
        HBox.setHgrow(names, Priority.ALWAYS);
        names.setMinWidth(0);
        Button copy = Controls.iconButton(Material2AL.CONTENT_COPY, MESSAGES.get("copy"), this::copy);
        copy.setMinWidth(Region.USE_PREF_SIZE);
        HBox head = new HBox(names, copy);
        head.setAlignment(Pos.TOP_LEFT);
        head.getStyleClass().add("inspector-head");
        content.getStyleClass().add("inspector-content");
        scroll.setContent(new VBox(head, content));
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setAccessibleText(MESSAGES.get("accessible"));
        root.getStyleClass().add("inspector");
        root.getStylesheets()
                .add(InspectorView.class
                        .getResource("/org/ringside/app/inspector/inspector.css")
                        .toExternalForm());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (COPY.match(event)) {
                copy();
                event.consume();
            }
        });
    }

    @Override
    public ViewType type() {
        return ViewType.INSPECTOR;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return scroll;
    }

    @Override
    public void attach() {
        model.attach();
        subscriptions = Subscription.combine(
                model.pageProperty().subscribe(this::show),
                model.traceOpenProperty().subscribe(open -> {
                    if (model.pageProperty().get().isEmpty()) {
                        show(Optional.empty());
                    }
                }));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        model.detach();
    }

    private void copy() {
        if (!model.text().isEmpty()) {
            Controls.copy(model.text());
        }
    }

    private void show(Optional<InspectorPage> page) {
        content.getChildren().clear();
        if (page.isEmpty()) {
            boolean open = model.traceOpenProperty().get();
            message.show(
                    MESSAGES.get("empty"), MESSAGES.get(open ? "empty.select" : "empty.open"), open ? "" : "file.open");
            root.setCenter(message);
            return;
        }
        title.setText(page.get().title());
        subtitle.setText(page.get().subtitle());
        subtitle.setManaged(!page.get().subtitle().isEmpty());
        for (Section section : page.get().sections()) {
            content.getChildren().add(sections.build(section));
        }
        scroll.setVvalue(0);
        root.setCenter(scroll);
    }
}
