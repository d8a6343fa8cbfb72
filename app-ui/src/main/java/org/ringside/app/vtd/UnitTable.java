package org.ringside.app.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.ObservableList;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;

/** A decoded tree as a table: name, raw value, rights, meaning; marks what changed and what was found. */
final class UnitTable extends TreeTableView<StructureNode> {
    private static final Messages MESSAGES = Messages.of(UnitTable.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private Optional<UnitTree> tree = Optional.empty();

    /** @param withRights whether rows can be mappings */
    UnitTable(VtdViewModel model, boolean withRights) {
        getStyleClass().addAll("dense", "vtd-table");
        setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        setShowRoot(true);
        TreeTableColumn<StructureNode, String> name = column("name", 240, StructureNode::name);
        name.setCellFactory(column -> new NameCell());
        column("value", 150, UnitTable::value).setCellFactory(column -> new MonoCell());
        if (withRights) {
            column("rights", 62, node -> tree.map(found -> found.rightsOf(node)).orElse(""))
                    .setCellFactory(column -> new MonoCell());
        }
        column("meaning", 420, StructureNode::meaning);
        setRowFactory(view -> new Row());
        getSelectionModel().selectedItemProperty().subscribe(item -> {
            if (item != null) {
                model.select(path(item));
            }
        });
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (COPY.match(event)) {
                copy();
                event.consume();
            }
        });
    }

    void show(Optional<UnitTree> marks, Optional<? extends StructureNode> root) {
        tree = marks;
        setRoot(root.<TreeItem<StructureNode>>map(Item::new).orElse(null));
        TreeItem<StructureNode> top = getRoot();
        if (top != null) {
            top.setExpanded(true);
            top.getChildren().stream()
                    .filter(item -> item.getValue().name().equals("Root Table"))
                    .forEach(item -> {
                        item.setExpanded(true);
                        item.getChildren()
                                .forEach(bus ->
                                        bus.setExpanded(item.getChildren().size() == 1));
                    });
        }
    }

    private TreeTableColumn<StructureNode, String> column(
            String name, double width, Function<StructureNode, String> text) {
        TreeTableColumn<StructureNode, String> column = new TreeTableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(
                cell -> new ReadOnlyStringWrapper(text.apply(cell.getValue().getValue())));
        column.setMinWidth(Math.min(width, 62));
        column.setPrefWidth(width);
        column.setSortable(false);
        getColumns().add(column);
        return column;
    }

    private static String value(StructureNode node) {
        return switch (node) {
            case StructureNode.Field field ->
                field.value() instanceof Observed.Known<Long>(Long value)
                        ? field.width() == 1 ? Long.toString(value) : Formats.address(value)
                        : field.value().reason();
            case StructureNode.Structure structure ->
                structure
                        .span()
                        .map(span -> "@ " + Formats.address(span.address()))
                        .orElse("");
        };
    }

    private static List<StructureNode> path(TreeItem<StructureNode> item) {
        List<StructureNode> path = new ArrayList<>();
        for (TreeItem<StructureNode> at = item; at != null; at = at.getParent()) {
            path.addFirst(at.getValue());
        }
        return path;
    }

    /** Copies the selected row and what is open below it. */
    private void copy() {
        TreeItem<StructureNode> item = getSelectionModel().getSelectedItem();
        if (item != null) {
            StringBuilder text = new StringBuilder();
            append(item, 0, text);
            Controls.copy(text.toString());
        }
    }

    private static void append(TreeItem<StructureNode> item, int depth, StringBuilder text) {
        StructureNode node = item.getValue();
        text.append("  ".repeat(depth)).append(node.name());
        String value = value(node);
        text.append(value.isEmpty() ? "" : "  " + value);
        text.append(node.meaning().isEmpty() ? "" : "  " + node.meaning()).append('\n');
        if (item.isExpanded()) {
            item.getChildren().forEach(child -> append(child, depth + 1, text));
        }
    }

    /** Makes its children when they are first looked at: a hostile table has 65,536 devices. */
    private static final class Item extends TreeItem<StructureNode> {
        private boolean filled;

        Item(StructureNode node) {
            super(node);
        }

        @Override
        public boolean isLeaf() {
            return getValue().children().isEmpty();
        }

        @Override
        public ObservableList<TreeItem<StructureNode>> getChildren() {
            if (!filled) {
                filled = true;
                super.getChildren()
                        .setAll(getValue().children().stream().map(Item::new).toList());
            }
            return super.getChildren();
        }
    }

    private final class Row extends TreeTableRow<StructureNode> {
        @Override
        protected void updateItem(StructureNode node, boolean empty) {
            super.updateItem(node, empty);
            getStyleClass().removeAll("vtd-changed", "vtd-added", "vtd-below");
            if (!empty && node != null) {
                tree.flatMap(found -> found.changeOf(node))
                        .ifPresent(change ->
                                getStyleClass().add("vtd-" + change.name().toLowerCase(Locale.ROOT)));
            }
        }
    }

    /** The name, with a mark for the worst finding and a sign for what changed. */
    private final class NameCell extends TreeTableCell<StructureNode, String> {
        @Override
        protected void updateItem(String name, boolean empty) {
            super.updateItem(name, empty);
            StructureNode node = empty ? null : getTableRow().getItem();
            if (node == null || name == null) {
                setText(null);
                setGraphic(null);
                return;
            }
            String sign = tree.flatMap(found -> found.changeOf(node))
                    .map(change -> switch (change) {
                        case CHANGED -> "  ≠";
                        case ADDED -> "  +";
                        case BELOW -> "  …≠";
                    })
                    .orElse("");
            setText(name + sign);
            setGraphic(UnitTree.worst(node).map(SeverityMark::of).orElse(null));
        }
    }

    private static final class MonoCell extends TreeTableCell<StructureNode, String> {
        MonoCell() {
            getStyleClass().add("mono");
        }

        @Override
        protected void updateItem(String text, boolean empty) {
            super.updateItem(text, empty);
            setText(empty ? null : text);
        }
    }
}
