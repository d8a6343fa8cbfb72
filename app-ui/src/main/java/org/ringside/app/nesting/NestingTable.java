package org.ringside.app.nesting;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TablePosition;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Controls;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Messages;

/** The VMCSs of a chain as columns, their fields as rows. */
final class NestingTable extends TableView<NestingRow> {
    private static final Messages MESSAGES = Messages.of(NestingTable.class);
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");
    private static final PseudoClass HEADING = PseudoClass.getPseudoClass("heading");
    private static final PseudoClass USED = PseudoClass.getPseudoClass("used");
    private static final PseudoClass OTHER = PseudoClass.getPseudoClass("other");
    private static final double TOOLTIP_WIDTH = 520;

    private final NestingViewModel model;
    private int sides;
    private boolean filling;

    NestingTable(NestingViewModel model) {
        this.model = model;
        getStyleClass().addAll("dense", "nesting-table");
        setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
        setAccessibleText(MESSAGES.get("table.accessible"));
        getSelectionModel().setCellSelectionEnabled(true);
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        setRowFactory(table -> new Row());
        getFocusModel().focusedCellProperty().subscribe(cell -> {
            if (!filling && isFocused()) {
                at(cell).ifPresent(row -> model.select(row, side(cell)));
            }
        });
        setOnMouseClicked(event -> {
            TablePosition<?, ?> cell = getFocusModel().getFocusedCell();
            at(cell).ifPresent(row -> {
                if (event.getClickCount() == 2) {
                    model.open(row, side(cell));
                } else {
                    model.select(row, side(cell));
                }
            });
        });
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ENTER) {
                TablePosition<?, ?> cell = getFocusModel().getFocusedCell();
                at(cell).ifPresent(row -> model.open(row, side(cell)));
                event.consume();
            } else if (COPY.match(event)) {
                copy();
                event.consume();
            }
        });
    }

    /** Makes the columns of a chain. */
    void show(Optional<NestingChain> chain) {
        List<FoundVmcs> vmcss = chain.map(NestingChain::vmcss).orElse(List.of());
        sides = vmcss.size();
        getColumns().clear();
        column(MESSAGES.get("column.field"), 210, NestingRow::title, -1);
        for (int i = 0; i < sides; i++) {
            int side = i;
            FoundVmcs vmcs = vmcss.get(i);
            TableColumn<NestingRow, NestingRow> column = column("", 160, row -> row.value(side), side);
            Label name = new Label(vmcs.what());
            name.setTooltip(new Tooltip(vmcs.title()));
            name.getStyleClass().addAll("nesting-column-name", NestingDrawing.style(vmcs.owner()));
            column.setGraphic(name);
        }
        column(MESSAGES.get("column.explanation"), 400, NestingRow::explanation, -1);
    }

    void fill(List<NestingRow> rows) {
        filling = true;
        try {
            getItems().setAll(rows);
        } finally {
            filling = false;
        }
    }

    private Optional<NestingRow> at(TablePosition<?, ?> cell) {
        int row = cell.getRow();
        return row >= 0 && row < getItems().size() ? Optional.of(getItems().get(row)) : Optional.empty();
    }

    /** The VMCS of a column; −1 for one that is of none. */
    private int side(TablePosition<?, ?> cell) {
        int side = cell.getColumn() - 1;
        return side < sides ? side : -1;
    }

    private void copy() {
        String text = getSelectionModel().getSelectedCells().stream()
                .map(cell -> cell.getRow())
                .distinct()
                .map(row -> getItems().get(row).text())
                .collect(Collectors.joining("\n"));
        Controls.copy(text.isEmpty() ? model.text() : text);
    }

    private TableColumn<NestingRow, NestingRow> column(
            String title, double width, Function<NestingRow, String> text, int side) {
        TableColumn<NestingRow, NestingRow> column = new TableColumn<>(title);
        column.setCellValueFactory(features -> new ReadOnlyObjectWrapper<>(features.getValue()));
        column.setCellFactory(any -> new Cell(text, side));
        column.setMinWidth(Math.min(width, 100));
        column.setPrefWidth(width);
        column.setSortable(false);
        column.setReorderable(false);
        getColumns().add(column);
        return column;
    }

    private static final class Row extends TableRow<NestingRow> {
        @Override
        protected void updateItem(@Nullable NestingRow row, boolean empty) {
            super.updateItem(row, empty);
            pseudoClassStateChanged(HEADING, !empty && row != null && row.isHeading());
        }
    }

    /** A value: what the processor uses stands out, what it does not use stands back. */
    private final class Cell extends TableCell<NestingRow, NestingRow> {
        private final Function<NestingRow, String> text;
        private final int side;

        Cell(Function<NestingRow, String> text, int side) {
            this.text = text;
            this.side = side;
            if (side >= 0) {
                getStyleClass().add("mono");
            }
        }

        @Override
        protected void updateItem(@Nullable NestingRow row, boolean empty) {
            super.updateItem(row, empty);
            @Nullable NestingRow there = empty ? null : row;
            String shown = there == null ? "" : text.apply(there);
            setText(shown);
            boolean compared = side >= 0 && there != null && sides == 3 && there.differs();
            boolean used =
                    compared && there != null && (side == 1 || there.value(side).equals(there.value(1)));
            pseudoClassStateChanged(USED, used);
            pseudoClassStateChanged(OTHER, compared && !used);
            if (shown.isEmpty() || side >= 0) {
                setTooltip(null);
            } else {
                Tooltip tip = new Tooltip(shown);
                tip.setWrapText(true);
                tip.setMaxWidth(TOOLTIP_WIDTH);
                setTooltip(tip);
            }
        }
    }
}
