package org.ringside.app.alarms;

import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.alarms.AlarmsViewModel.Alarm;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;

/** An alarm as a card. */
final class AlarmCell extends ListCell<Alarm> {
    private static final Messages MESSAGES = Messages.of(AlarmCell.class);
    private static final PseudoClass ACKNOWLEDGED = PseudoClass.getPseudoClass("acknowledged");

    private final AlarmsViewModel model;
    private final Label title = new Label();
    private final Label when = new Label();
    private final Label detail = new Label();
    private final HBox mark = new HBox();
    private final VBox links = new VBox(2);
    private final Button acknowledge = new Button(MESSAGES.get("acknowledge"));
    private final VBox card;

    AlarmCell(AlarmsViewModel model) {
        this.model = model;
        title.getStyleClass().add("alarm-title");
        title.setWrapText(true);
        when.getStyleClass().add("text-muted");
        detail.setWrapText(true);
        detail.setMinHeight(Region.USE_PREF_SIZE);
        mark.setAlignment(Pos.CENTER_LEFT);
        acknowledge.getStyleClass().add("small");
        acknowledge.setMinWidth(Region.USE_PREF_SIZE);
        acknowledge.setTooltip(new Tooltip(MESSAGES.get("acknowledge.tooltip")));
        acknowledge.setOnAction(event -> {
            Alarm alarm = getItem();
            if (alarm != null) {
                model.acknowledge(alarm);
            }
        });
        VBox words = new VBox(1, title, when);
        HBox.setHgrow(words, Priority.ALWAYS);
        HBox head = new HBox(10, mark, words, acknowledge);
        head.setAlignment(Pos.CENTER_LEFT);
        card = new VBox(8, head, detail, links);
        card.getStyleClass().add("alarm");
        setPrefWidth(0);
    }

    @Override
    protected void updateItem(@Nullable Alarm alarm, boolean nothing) {
        super.updateItem(alarm, nothing);
        if (nothing || alarm == null) {
            setGraphic(null);
            setAccessibleText(null);
            return;
        }
        NewEvent content = alarm.event().content();
        mark.getChildren().setAll(SeverityMark.of(content.severity()));
        title.setText(content.title());
        when.setText(SeverityMark.title(content.severity()) + "  ·  " + content.machine() + "  ·  "
                + Formats.dateTime(content.time())
                + (alarm.acknowledged() ? "  ·  " + MESSAGES.get("acknowledged") : ""));
        detail.setText(content.detail());
        detail.setVisible(!content.detail().isEmpty());
        detail.setManaged(!content.detail().isEmpty());
        links.getChildren().setAll(content.links().stream().map(this::link).toList());
        acknowledge.setVisible(!alarm.acknowledged());
        pseudoClassStateChanged(ACKNOWLEDGED, alarm.acknowledged());
        setGraphic(card);
        setAccessibleText(AlarmsView.text(alarm));
    }

    private HBox link(EvidenceLink link) {
        Hyperlink follow = new Hyperlink(link.label(), FontIcon.of(Material2AL.ARROW_FORWARD));
        follow.setMnemonicParsing(false);
        follow.setOnAction(event -> {
            follow.setVisited(false);
            model.follow(link);
        });
        follow.setTooltip(new Tooltip(MESSAGES.get(link.baseline().isPresent() ? "link.diff" : "link.memory")));
        Label where = new Label(
                link.span().space() + " " + Formats.address(link.span().address()));
        where.getStyleClass().addAll("mono", "alarm-where");
        HBox row = new HBox(10, follow, where);
        row.setAlignment(Pos.CENTER_LEFT);
        return row;
    }
}
