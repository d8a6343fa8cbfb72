package org.ringside.app.vmcs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.css.PseudoClass;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.MenuItem;
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
final class VmcsTable extends TreeTableView<VmcsRow> {
    private static final Messages MESSAGES = Messages.of(VmcsTable.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);
    private static final PseudoClass GROUP = PseudoClass.getPseudoClass("group");
    private static final PseudoClass UNKNOWN = PseudoClass.getPseudoClass("unknown");
    private static final PseudoClass UNUSED = PseudoClass.getPseudoClass("unused");
    private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");

    private static final double NARROW = 90;
    private static final double VALUE = 150;
    private static final double WIDEST = 380;
    private static final int LONG_TEXT = 40;
    private static final double TOOLTIP_WIDTH = 480;

    private final VmcsViewModel model;
    private final TreeTableColumn<VmcsRow, VmcsRow> other;
    private final Map<String, Boolean> expanded = new HashMap<>();
    private boolean filling;

    VmcsTable(VmcsViewModel model) {
        this.model = model;
        getStyleClass().addAll("dense", "vmcs-table");
        setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
        setShowRoot(false);
        setAccessibleText(MESSAGES.get("table.accessible"));
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        TreeTableColumn<VmcsRow, VmcsRow> name = column("name", 270, NameCell::new);
        name.setMinWidth(VALUE);
        name.setMaxWidth(WIDEST);
        column("encoding", 76, () -> new TextCell(VmcsRow::encoding, true)).setMaxWidth(NARROW);
        column("width", 56, () -> new TextCell(VmcsRow::width, true)).setMaxWidth(NARROW);
        TreeTableColumn<VmcsRow, VmcsRow> value = column("value", 160, ValueCell::new);
        value.setMinWidth(VALUE);
        value.setMaxWidth(WIDEST);
        other = column(
                "other",
                150,
                () -> new TextCell(
                        row -> row.difference().map(VmcsRow.Difference::other).orElse(""), true));
        column("meaning", 420, () -> new TextCell(VmcsTable::meaning, false));
        showOther(false);
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
            } else if (event.getCode() == KeyCode.ENTER) {
                selected().flatMap(VmcsRow::link).ifPresent(model::follow);
                event.consume();
            }
        });
    }

    /** Shows or hides the column of the VMCS that is compared with. */
    void showOther(boolean shown) {
        other.setVisible(shown);
    }

    /**
     * Shows rows; what was open and selected before stays so.
     *
     * @param open whether to open fields too, to show the bits that a search found
     */
    void show(List<VmcsRow> rows, boolean open) {
        filling = true;
        Optional<String> before = selected().map(VmcsTable::key);
        TreeItem<VmcsRow> root = new TreeItem<>();
        rows.forEach(row -> root.getChildren().add(item(row, open)));
        setRoot(root);
        before.ifPresent(this::selectAgain);
        filling = false;
    }

    /** Selects the row of these names and brings it into sight. */
    void reveal(List<String> names) {
        String key = String.join("/", names);
        boolean already = selected().filter(row -> key(row).equals(key)).isPresent();
        if (already || names.isEmpty() || getRoot() == null) {
            return;
        }
        filling = true;
        open(getRoot(), key);
        selectAgain(key);
        filling = false;
    }

    private static void open(TreeItem<VmcsRow> item, String key) {
        for (TreeItem<VmcsRow> child : item.getChildren()) {
            if (key.startsWith(key(child.getValue()) + "/")) {
                child.setExpanded(true);
                open(child, key);
            }
        }
    }

    private void selectAgain(String key) {
        for (int row = 0; row < getExpandedItemCount(); row++) {
            if (key(getTreeItem(row).getValue()).equals(key)) {
                getSelectionModel().clearAndSelect(row);
                scrollTo(Math.max(0, row - 4));
                return;
            }
        }
    }

    private TreeItem<VmcsRow> item(VmcsRow row, boolean open) {
        TreeItem<VmcsRow> item = new TreeItem<>(row);
        String key = key(row);
        boolean shown = row.isGroup() || (open && row.field().isPresent());
        item.setExpanded(open ? shown : expanded.getOrDefault(key, shown));
        item.expandedProperty().subscribe((was, is) -> {
            if (!open) {
                expanded.put(key, is);
            }
        });
        row.children().forEach(child -> item.getChildren().add(item(child, open)));
        return item;
    }

    private static String key(VmcsRow row) {
        return String.join(
                "/", row.path().stream().skip(1).map(node -> node.name()).toList());
    }

    private Optional<VmcsRow> selected() {
        return Optional.ofNullable(getSelectionModel().getSelectedItem()).map(TreeItem::getValue);
    }

    private void copy() {
        List<VmcsRow> rows = new ArrayList<>();
        getSelectionModel().getSelectedItems().forEach(item -> rows.add(item.getValue()));
        if (!rows.isEmpty()) {
            Controls.copy(VmcsExport.text(rows));
        }
    }

    private static String meaning(VmcsRow row) {
        return row.difference()
                .filter(found -> !found.changes().isEmpty())
                .map(found -> MESSAGES.get("changes", found.changes()))
                .orElse(row.meaning());
    }

    private TreeTableColumn<VmcsRow, VmcsRow> column(
            String name, double width, java.util.function.Supplier<TreeTableCell<VmcsRow, VmcsRow>> cell) {
        TreeTableColumn<VmcsRow, VmcsRow> column = new TreeTableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(
                features -> new ReadOnlyObjectWrapper<>(features.getValue().getValue()));
        column.setCellFactory(any -> cell.get());
        column.setMinWidth(Math.min(width, 44));
        column.setPrefWidth(width);
        column.setSortable(false);
        column.setReorderable(false);
        getColumns().add(column);
        return column;
    }

    private final class Row extends TreeTableRow<VmcsRow> {
        @Override
        protected void updateItem(@Nullable VmcsRow row, boolean empty) {
            super.updateItem(row, empty);
            Optional<VmcsRow> shown = empty ? Optional.empty() : Optional.ofNullable(row);
            mark(GROUP, shown.filter(VmcsRow::isGroup));
            mark(UNKNOWN, shown.filter(of -> of.look() == VmcsRow.Look.NOT_KNOWN));
            mark(UNUSED, shown.filter(of -> of.look() == VmcsRow.Look.NOT_IN_USE));
            mark(CHANGED, shown.filter(of -> of.difference().isPresent()));
            setContextMenu(shown.map(VmcsTable.this::menu).orElse(null));
        }

        private void mark(PseudoClass state, Optional<VmcsRow> row) {
            pseudoClassStateChanged(state, row.isPresent());
        }
    }

    private ContextMenu menu(VmcsRow row) {
        ContextMenu menu = new ContextMenu();
        row.link().ifPresent(link -> item(menu, "go." + link.view(), () -> model.follow(link)));
        item(menu, "copy.rows", this::copy);
        if (!row.value().isEmpty()) {
            item(menu, "copy.value", () -> Controls.copy(row.value()));
        }
        return menu;
    }

    private static void item(ContextMenu menu, String key, Runnable run) {
        MenuItem item = new MenuItem(MESSAGES.get(key));
        item.setOnAction(event -> run.run());
        menu.getItems().add(item);
    }

    /** The name, with a mark for the worst finding. */
    private static final class NameCell extends TreeTableCell<VmcsRow, VmcsRow> {
        @Override
        protected void updateItem(@Nullable VmcsRow row, boolean empty) {
            super.updateItem(row, empty);
            setText(empty || row == null ? null : row.name());
            setGraphic(
                    empty || row == null
                            ? null
                            : row.severity().map(SeverityMark::of).orElse(null));
        }
    }

    private static class TextCell extends TreeTableCell<VmcsRow, VmcsRow> {
        private final Function<VmcsRow, String> text;

        TextCell(Function<VmcsRow, String> text, boolean mono) {
            this.text = text;
            if (mono) {
                getStyleClass().add("mono");
            }
        }

        @Override
        protected void updateItem(@Nullable VmcsRow row, boolean empty) {
            super.updateItem(row, empty);
            String shown = empty || row == null ? "" : text.apply(row);
            setText(shown);
            setTooltip(shown.length() < LONG_TEXT ? null : tooltip(shown));
        }

        private static Tooltip tooltip(String text) {
            Tooltip tooltip = new Tooltip(text);
            tooltip.setWrapText(true);
            tooltip.setMaxWidth(TOOLTIP_WIDTH);
            return tooltip;
        }
    }

    /** The value; a link where it leads somewhere; hatched where it is not known. */
    private final class ValueCell extends TreeTableCell<VmcsRow, VmcsRow> {
        private final Hyperlink link = new Hyperlink();

        ValueCell() {
            getStyleClass().addAll("mono", "vmcs-value");
            link.setMnemonicParsing(false);
            link.getStyleClass().add("mono");
        }

        @Override
        protected void updateItem(@Nullable VmcsRow row, boolean empty) {
            super.updateItem(row, empty);
            setText(null);
            setGraphic(null);
            setTooltip(null);
            if (empty || row == null) {
                return;
            }
            if (row.link().isEmpty()) {
                setText(row.look() == VmcsRow.Look.NOT_KNOWN ? MESSAGES.get("unknown") : row.value());
                return;
            }
            VmcsRow.Link target = row.link().get();
            link.setText(row.value());
            link.setVisited(false);
            link.setOnAction(event -> model.follow(target));
            link.setTooltip(new Tooltip(MESSAGES.get("go." + target.view())));
            setGraphic(link);
        }
    }
}
