package org.ringside.app.vtd;

import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Messages;
import org.ringside.decoder.vtd.finding.DmaFinding;

/** What devices can do that they should not, violations first, each with what it rests on. */
final class FindingsPane extends VBox {
    private static final Messages MESSAGES = Messages.of(FindingsPane.class);
    private static final double TOOLTIP_WIDTH = 640;
    private static final double ROW = 46;
    private static final int MOST_ROWS = 3;

    private final ListView<DmaFinding> list = new ListView<>();
    private final Label none = new Label(MESSAGES.get("findings.none"));

    FindingsPane(VtdViewModel model) {
        list.getStyleClass().addAll("dense", "vtd-findings");
        list.setAccessibleText(MESSAGES.get("findings.accessible"));
        list.setFixedCellSize(ROW);
        list.setCellFactory(view -> new Cell());
        list.getSelectionModel().selectedItemProperty().subscribe(finding -> {
            if (finding != null) {
                model.select(finding);
            }
        });
        none.getStyleClass().addAll("text-muted", "vtd-note");
        getChildren().addAll(none, list);
    }

    void show(List<DmaFinding> findings) {
        list.getItems().setAll(findings);
        boolean any = !findings.isEmpty();
        list.setVisible(any);
        list.setManaged(any);
        none.setVisible(!any);
        none.setManaged(!any);
        double height = ROW * Math.min(MOST_ROWS, findings.size()) + 2;
        list.setMinHeight(height);
        list.setPrefHeight(height);
        list.setMaxHeight(height);
    }

    private static final class Cell extends ListCell<DmaFinding> {
        Cell() {
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(DmaFinding finding, boolean empty) {
            super.updateItem(finding, empty);
            if (empty || finding == null) {
                setGraphic(null);
                setTooltip(null);
                return;
            }
            List<String> evidence = new ArrayList<>(finding.evidence());
            finding.before()
                    .ifPresent(before -> evidence.add(MESSAGES.get(
                            "findings.bytes", before, finding.after().orElse(""))));
            Label message = new Label(finding.finding().message());
            Label reasons = new Label(String.join(" · ", evidence));
            reasons.getStyleClass().addAll("text-muted", "text-small");
            VBox text = new VBox(message, reasons);
            text.setMinWidth(0);
            text.setAlignment(Pos.CENTER_LEFT);
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox row = new HBox(SeverityMark.of(finding.finding().severity()), text);
            row.setAlignment(Pos.CENTER_LEFT);
            row.getStyleClass().add("vtd-finding");
            setGraphic(row);
            List<String> all = new ArrayList<>(List.of(finding.finding().message()));
            all.addAll(evidence);
            Tooltip tooltip = new Tooltip(String.join("\n", all));
            tooltip.setWrapText(true);
            tooltip.setMaxWidth(TOOLTIP_WIDTH);
            setTooltip(tooltip);
        }
    }
}
