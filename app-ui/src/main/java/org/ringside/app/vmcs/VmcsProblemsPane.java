package org.ringside.app.vmcs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Messages;
import org.ringside.app.vmcs.VmcsProblem.Kind;

/** Findings and checks of a control structure: what is wrong first, the rest when asked for. */
public final class VmcsProblemsPane extends VBox {
    private static final Messages MESSAGES = Messages.of(VmcsProblemsPane.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private static final double ROW = 26;
    private static final int MOST_ROWS = 7;
    private static final int SHORT_RULE = 36;
    private static final double RULE_WIDTH = 230;

    private final ListView<VmcsProblem> list = new ListView<>();
    private final Map<Kind, ToggleButton> toggles = new EnumMap<>(Kind.class);
    private final Label empty = new Label();
    private List<VmcsProblem> problems = List.of();

    /**
     * @param select what a click on a finding or rule does
     */
    public VmcsProblemsPane(Consumer<VmcsProblem> select) {
        getStyleClass().add("vmcs-problems");
        FlowPane head = new FlowPane(new Label(MESSAGES.get("problems")));
        head.getStyleClass().add("vmcs-problems-head");
        for (Kind kind : Kind.values()) {
            ToggleButton toggle = new ToggleButton("", mark(kind));
            toggle.setSelected(kind == Kind.FINDING || kind == Kind.FAILED);
            toggle.getStyleClass().addAll("flat", "vmcs-toggle");
            toggle.setTooltip(new Tooltip(MESSAGES.get("problems." + key(kind) + ".tooltip")));
            toggle.selectedProperty().subscribe(shown -> fill());
            toggles.put(kind, toggle);
            head.getChildren().add(toggle);
        }
        list.getStyleClass().addAll("dense", "vmcs-problem-list");
        list.setCellFactory(view -> new Cell());
        list.setAccessibleText(MESSAGES.get("problems.accessible"));
        empty.setWrapText(true);
        empty.getStyleClass().add("text-muted");
        list.getSelectionModel().selectedItemProperty().subscribe(problem -> {
            if (problem != null) {
                select.accept(problem);
            }
        });
        list.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            VmcsProblem selected = list.getSelectionModel().getSelectedItem();
            if (COPY.match(event) && selected != null) {
                Controls.copy(text(selected));
                event.consume();
            }
        });
        list.setFixedCellSize(ROW);
        empty.getStyleClass().add("vmcs-problems-empty");
        list.managedProperty().bind(list.visibleProperty());
        empty.managedProperty().bind(empty.visibleProperty());
        getChildren().addAll(head, list, empty);
    }

    /** Shows findings and rules; those that are wrong at once, the others when asked for. */
    public void show(List<VmcsProblem> all) {
        problems = all;
        toggles.forEach((kind, toggle) -> {
            long count = all.stream().filter(problem -> problem.kind() == kind).count();
            toggle.setText(MESSAGES.get("problems." + key(kind), count));
            toggle.setDisable(count == 0);
        });
        fill();
    }

    private void fill() {
        list.getItems()
                .setAll(problems.stream()
                        .filter(problem -> {
                            ToggleButton toggle = toggles.get(problem.kind());
                            return toggle != null && toggle.isSelected();
                        })
                        .toList());
        long wrong = problems.stream()
                .filter(problem -> problem.kind() == Kind.FINDING || problem.kind() == Kind.FAILED)
                .count();
        long passed = problems.stream()
                .filter(problem -> problem.kind() == Kind.PASSED)
                .count();
        int rows = Math.min(MOST_ROWS, list.getItems().size());
        list.setVisible(rows > 0);
        list.setMinHeight(rows * ROW + 2);
        list.setPrefHeight(rows * ROW + 2);
        list.setMaxHeight(rows * ROW + 2);
        empty.setVisible(wrong == 0);
        empty.setText(
                problems.isEmpty()
                        ? MESSAGES.get("problems.none")
                        : wrong == 0 ? MESSAGES.get("problems.fine", passed) : "");
    }

    private static String key(Kind kind) {
        return switch (kind) {
            case FINDING -> "finding";
            case FAILED -> "failed";
            case NOT_EVALUABLE -> "not-evaluable";
            case PASSED -> "passed";
        };
    }

    private static String text(VmcsProblem problem) {
        return "%s: %s %s (%s)\n"
                .formatted(VmcsExport.word(problem.kind()), problem.title(), problem.detail(), problem.section());
    }

    /** Each result has its own shape and hue. */
    private static Node mark(Kind kind) {
        Ikon icon = switch (kind) {
            case FINDING -> Material2AL.FLAG;
            case FAILED -> Material2AL.CANCEL;
            case NOT_EVALUABLE -> Material2AL.HELP_OUTLINE;
            case PASSED -> Material2AL.CHECK;
        };
        FontIcon mark = FontIcon.of(icon);
        mark.getStyleClass().add("vmcs-" + key(kind));
        mark.setAccessibleText(MESSAGES.get("problems." + key(kind) + ".tooltip"));
        return mark;
    }

    private static final class Cell extends ListCell<VmcsProblem> {
        private final Label title = new Label();
        private final Label detail = new Label();
        private final Label section = new Label();
        private final HBox row = new HBox();

        Cell() {
            detail.getStyleClass().add("text-muted");
            section.getStyleClass().add("text-muted");
            section.setMinWidth(Region.USE_PREF_SIZE);
            detail.setMinWidth(0);
            HBox.setHgrow(detail, Priority.ALWAYS);
            detail.setMaxWidth(Double.MAX_VALUE);
            row.setAlignment(Pos.CENTER_LEFT);
            row.getStyleClass().add("vmcs-problem");
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(@Nullable VmcsProblem problem, boolean nothing) {
            super.updateItem(problem, nothing);
            if (nothing || problem == null) {
                setGraphic(null);
                setTooltip(null);
                return;
            }
            title.setText(problem.title());
            // The rule keeps its room; what was looked at gives way.
            title.setMinWidth(problem.title().length() > SHORT_RULE ? RULE_WIDTH : Region.USE_PREF_SIZE);
            detail.setText(problem.detail());
            section.setText(problem.section());
            row.getChildren()
                    .setAll(
                            problem.kind() == Kind.FINDING ? SeverityMark.of(problem.severity()) : mark(problem.kind()),
                            title,
                            detail,
                            section);
            setGraphic(row);
            Tooltip tooltip = new Tooltip(String.join("\n", problem.title(), problem.detail(), problem.section()));
            tooltip.setWrapText(true);
            tooltip.setMaxWidth(520);
            setTooltip(tooltip);
            setAccessibleText(text(problem));
        }
    }
}
