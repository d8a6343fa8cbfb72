package org.ringside.app.alarms;

import java.util.Objects;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.ringside.app.alarms.AlarmsViewModel.Alarm;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** The alarms, each as a card with what happened and links to where. */
public final class AlarmsView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(AlarmsView.class);
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");

    private final AlarmsViewModel model;
    private final ListView<Alarm> list = new ListView<>();

    public AlarmsView(Workspace workspace) {
        model = new AlarmsViewModel(workspace);
        list.setItems(model.alarms());
        list.getStyleClass().add("alarms");
        list.getStylesheets()
                .add(Objects.requireNonNull(AlarmsView.class.getResource("alarms.css"))
                        .toExternalForm());
        list.setCellFactory(ignored -> new AlarmCell(model));
        list.setAccessibleText(MESSAGES.get("accessible"));
        list.setPlaceholder(nothing());
        list.getSelectionModel().selectedItemProperty().subscribe(alarm -> {
            if (alarm != null) {
                model.select(alarm);
            }
        });
        list.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    }

    @Override
    public ViewType type() {
        return ViewType.ALARMS;
    }

    @Override
    public Node node() {
        return list;
    }

    @Override
    public void attach() {
        model.attach();
    }

    @Override
    public void detach() {
        model.detach();
    }

    private static Node nothing() {
        Label title = new Label(MESSAGES.get("none"));
        title.getStyleClass().add("empty-title");
        Label text = new Label(MESSAGES.get("none.text"));
        text.setWrapText(true);
        text.getStyleClass().add("text-muted");
        VBox page = new VBox(10, title, text);
        page.setAlignment(Pos.CENTER);
        page.setMaxWidth(Region.USE_PREF_SIZE);
        return page;
    }

    private void key(KeyEvent event) {
        @Nullable Alarm alarm = list.getSelectionModel().getSelectedItem();
        if (alarm == null) {
            return;
        }
        if (event.getCode() == KeyCode.ENTER) {
            alarm.event().content().links().stream().findFirst().ifPresent(model::follow);
            event.consume();
        } else if (event.getCode() == KeyCode.SPACE) {
            model.acknowledge(alarm);
            event.consume();
        } else if (COPY.match(event)) {
            Controls.copy(text(alarm));
            event.consume();
        }
    }

    /** An alarm as text for a report. */
    static String text(Alarm alarm) {
        StringBuilder text = new StringBuilder();
        var content = alarm.event().content();
        text.append(content.severity()).append(": ").append(content.title()).append('\n');
        text.append(content.machine())
                .append(", ")
                .append(Formats.dateTime(content.time()))
                .append('\n');
        text.append(content.detail()).append('\n');
        content.links()
                .forEach(link -> text.append("- ")
                        .append(link.label())
                        .append(": ")
                        .append(link.span().space())
                        .append(' ')
                        .append(Formats.address(link.span().address()))
                        .append('\n'));
        return text.toString();
    }
}
