package org.ringside.app.vmcb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.css.PseudoClass;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Messages;

/** Groups, fields and bits as a table. */
final class VmcbTable extends TreeTableView<VmcbRow> {
    private static final Messages MESSAGES = Messages.of(VmcbTable.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);
    private static final PseudoClass GROUP = PseudoClass.getPseudoClass("group");
    private static final PseudoClass UNUSED = PseudoClass.getPseudoClass("unused");
    private static final int LONG_TEXT = 40;
    private static final double TOOLTIP_WIDTH = 480;
    private static final int ROWS_ABOVE = 4;

    private final Map<String, Boolean> expanded = new HashMap<>();
    private boolean filling;

    VmcbTable(VmcbViewModel model) {
        // The look is that of the VMCS table: the same kind of structure on another processor.
        getStyleClass().addAll("dense", "vmcs-table");
        setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
        setShowRoot(false);
        setAccessibleText(MESSAGES.get("table.accessible"));
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        column("name", 290, VmcbRow::name, false, true);
        column("place", 76, VmcbRow::place, true, false);
        column("value", 170, VmcbRow::value, true, false);
        column("meaning", 460, VmcbRow::meaning, false, false);
        setRowFactory(table -> new Row());
        getSelectionModel().selectedItemProperty().subscribe(item -> {
            if (item != null && !filling) {
                model.select(item.getValue());
            }
        });
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (COPY.match(event)) {
                copy();
                event.consume();
            }
        });
    }

    /**
     * Shows rows; what was open and selected before stays so.
     *
     * @param open whether to open fields too, to show what a search found
     */
    void show(List<VmcbRow> rows, boolean open) {
        filling = true;
        Optional<String> before = selected();
        TreeItem<VmcbRow> root = new TreeItem<>();
        rows.forEach(row -> root.getChildren().add(item(row, open)));
        setRoot(root);
        before.ifPresent(this::selectAgain);
        filling = false;
    }

    /** Selects the row of this key and brings it into sight. */
    void reveal(String key) {
        if (key.isEmpty() || getRoot() == null || selected().filter(key::equals).isPresent()) {
            return;
        }
        filling = true;
        open(getRoot(), key);
        selectAgain(key);
        filling = false;
    }

    private static void open(TreeItem<VmcbRow> item, String key) {
        for (TreeItem<VmcbRow> child : item.getChildren()) {
            if (key.startsWith(child.getValue().key() + "/")) {
                child.setExpanded(true);
                open(child, key);
            }
        }
    }

    private void selectAgain(String key) {
        for (int row = 0; row < getExpandedItemCount(); row++) {
            if (getTreeItem(row).getValue().key().equals(key)) {
                getSelectionModel().clearAndSelect(row);
                scrollTo(Math.max(0, row - ROWS_ABOVE));
                return;
            }
        }
    }

    private TreeItem<VmcbRow> item(VmcbRow row, boolean open) {
        TreeItem<VmcbRow> item = new TreeItem<>(row);
        boolean shown = row.isGroup() || open;
        item.setExpanded(open ? shown : expanded.getOrDefault(row.key(), shown));
        item.expandedProperty().subscribe((was, is) -> {
            if (!open) {
                expanded.put(row.key(), is);
            }
        });
        row.children().forEach(child -> item.getChildren().add(item(child, open)));
        return item;
    }

    private Optional<String> selected() {
        return Optional.ofNullable(getSelectionModel().getSelectedItem())
                .map(item -> item.getValue().key());
    }

    private void copy() {
        List<VmcbRow> rows = getSelectionModel().getSelectedItems().stream()
                .map(TreeItem::getValue)
                .toList();
        if (!rows.isEmpty()) {
            Controls.copy(VmcbRow.text(rows));
        }
    }

    private void column(String name, double width, Function<VmcbRow, String> text, boolean mono, boolean mark) {
        TreeTableColumn<VmcbRow, VmcbRow> column = new TreeTableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(
                features -> new ReadOnlyObjectWrapper<>(features.getValue().getValue()));
        column.setCellFactory(any -> new Cell(text, mono, mark));
        column.setMinWidth(Math.min(width, 44));
        column.setPrefWidth(width);
        column.setSortable(false);
        column.setReorderable(false);
        getColumns().add(column);
    }

    private static final class Row extends TreeTableRow<VmcbRow> {
        @Override
        protected void updateItem(@Nullable VmcbRow row, boolean empty) {
            super.updateItem(row, empty);
            pseudoClassStateChanged(GROUP, !empty && row != null && row.isGroup());
            pseudoClassStateChanged(UNUSED, !empty && row != null && row.isUnused());
        }
    }

    /** A text, in the first column with a mark for the worst finding. */
    private static final class Cell extends TreeTableCell<VmcbRow, VmcbRow> {
        private final Function<VmcbRow, String> text;
        private final boolean mark;

        Cell(Function<VmcbRow, String> text, boolean mono, boolean mark) {
            this.text = text;
            this.mark = mark;
            if (mono) {
                getStyleClass().add("mono");
            }
        }

        @Override
        protected void updateItem(@Nullable VmcbRow row, boolean empty) {
            super.updateItem(row, empty);
            String shown = empty || row == null ? "" : text.apply(row);
            setText(shown);
            setGraphic(
                    !mark || empty || row == null
                            ? null
                            : row.severity().map(SeverityMark::of).orElse(null));
            setTooltip(shown.length() < LONG_TEXT ? null : tooltip(shown));
        }

        private static Tooltip tooltip(String text) {
            Tooltip tooltip = new Tooltip(text);
            tooltip.setWrapText(true);
            tooltip.setMaxWidth(TOOLTIP_WIDTH);
            return tooltip;
        }
    }
}
