package org.ringside.app.ept;

import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Messages;

/** The tables below the picture: ranges, and what accesses to the selected page do. */
final class EptTables {
    private static final Messages MESSAGES = Messages.of(EptTables.class);
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");
    private static final PseudoClass REFUSED = PseudoClass.getPseudoClass("refused");
    private static final double NARROWEST = 40;

    private EptTables() {}

    static TableView<EptRow> ranges(EptViewModel model) {
        TableView<EptRow> table = table("ranges", EptRow::text);
        column(table, "guest", 120, EptRow::guestAddress, true);
        column(table, "host", 120, EptRow::hostAddress, true);
        column(table, "size", 80, EptRow::size, false);
        column(table, "rights", 60, EptRow::rights, true);
        column(table, "type", 50, EptRow::type, false);
        column(table, "pages", 110, EptRow::pages, false);
        column(table, "used", 110, EptRow::usedText, false);
        column(table, "flags", 160, EptRow::flags, false);
        table.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && table.isFocused()) {
                model.select(row.range().input());
            }
        });
        table.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ENTER) {
                model.open();
                event.consume();
            }
        });
        table.setOnMouseClicked(event -> {
            EptRow row = table.getSelectionModel().getSelectedItem();
            if (row != null) {
                model.select(row.range().input());
                if (event.getClickCount() == 2) {
                    model.open();
                }
            }
        });
        return table;
    }

    static TableView<EptAccessRow> accesses(EptViewModel model) {
        TableView<EptAccessRow> table = table("accesses", EptAccessRow::text);
        column(table, "access", 140, EptAccessRow::access, false);
        column(table, "outcome", 180, EptAccessRow::outcome, false);
        column(table, "qualification", 220, EptAccessRow::qualification, false);
        column(table, "reason", 320, EptAccessRow::reason, false);
        table.setRowFactory(view -> new TableRow<>() {
            @Override
            protected void updateItem(@Nullable EptAccessRow row, boolean empty) {
                super.updateItem(row, empty);
                pseudoClassStateChanged(REFUSED, !empty && row != null && !row.allowed());
            }
        });
        table.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && row.step() != null) {
                model.select(row.step());
            }
        });
        return table;
    }

    private static <T> TableView<T> table(String name, Function<T, String> text) {
        TableView<T> table = new TableView<>();
        table.getStyleClass().addAll("dense", "ept-" + name);
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        table.setAccessibleText(MESSAGES.get(name + ".accessible"));
        Label empty = new Label(MESSAGES.get(name + ".empty"));
        empty.getStyleClass().add("text-muted");
        empty.setWrapText(true);
        table.setPlaceholder(empty);
        table.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (COPY.match(event)) {
                Controls.copy(table.getSelectionModel().getSelectedItems().stream()
                        .map(text)
                        .collect(Collectors.joining("\n", "", "\n")));
                event.consume();
            }
        });
        return table;
    }

    private static <T> void column(
            TableView<T> table, String name, double width, Function<T, String> text, boolean mono) {
        TableColumn<T, String> column = new TableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(cell -> new ReadOnlyStringWrapper(text.apply(cell.getValue())));
        column.setCellFactory(any -> new TableCell<>() {
            {
                if (mono) {
                    getStyleClass().add("mono");
                }
            }

            @Override
            protected void updateItem(@Nullable String value, boolean empty) {
                super.updateItem(value, empty);
                setText(empty ? null : value);
                setTooltip(empty || value == null || value.length() < 24 ? null : new Tooltip(value));
            }
        });
        column.setMinWidth(Math.min(width, NARROWEST));
        column.setPrefWidth(width);
        column.setSortable(false);
        table.getColumns().add(column);
    }
}
