package org.ringside.app.machine;

import java.util.Objects;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** The machine tree at the left of the window. */
public final class MachineView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(MachineView.class);
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");

    private final Workspace workspace;
    private final MachineViewModel model;
    private final TreeView<MachineItem> tree = new TreeView<>();
    private Subscription following = Subscription.EMPTY;
    private boolean filling;

    public MachineView(Workspace workspace) {
        this.workspace = workspace;
        model = new MachineViewModel(workspace);
        tree.setShowRoot(false);
        tree.getStyleClass().addAll("machine-tree", "dense");
        tree.getStylesheets()
                .add(Objects.requireNonNull(MachineView.class.getResource("machine.css"))
                        .toExternalForm());
        tree.setCellFactory(ignored -> new MachineCell(model, this::menu));
        tree.setEditable(true);
        tree.setAccessibleText(MESSAGES.get("accessible"));
        tree.getSelectionModel().selectedItemProperty().subscribe(selected -> {
            if (selected != null && !filling) {
                model.choose(selected.getValue());
            }
        });
        tree.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        tree.setOnMouseClicked(event -> {
            if (event.getClickCount() == 2) {
                selected().filter(item -> item.children().isEmpty()).ifPresent(model::open);
            }
        });
    }

    @Override
    public ViewType type() {
        return ViewType.MACHINE;
    }

    @Override
    public Node node() {
        return tree;
    }

    @Override
    public void attach() {
        model.attach();
        following = Subscription.combine(
                model.rootProperty().subscribe(this::fill),
                workspace.momentProperty().subscribe(moment -> tree.refresh()));
    }

    @Override
    public void detach() {
        following.unsubscribe();
        following = Subscription.EMPTY;
        model.detach();
    }

    private Optional<MachineItem> selected() {
        return Optional.ofNullable(tree.getSelectionModel().getSelectedItem()).map(TreeItem::getValue);
    }

    /** Shows a tree that was read again as the person left the last one: same rows open, same row selected. */
    private void fill(@Nullable MachineItem root) {
        filling = true;
        Optional<MachineItem> before = selected();
        tree.setRoot(root == null ? null : item(root, ""));
        before.ifPresent(this::selectAgain);
        filling = false;
    }

    private void selectAgain(MachineItem wanted) {
        for (int row = 0; row < tree.getExpandedItemCount(); row++) {
            MachineItem here = tree.getTreeItem(row).getValue();
            if (here.kind() == wanted.kind() && here.key().equals(wanted.key())) {
                tree.getSelectionModel().select(row);
                return;
            }
        }
    }

    private TreeItem<MachineItem> item(MachineItem value, String parentPath) {
        String path = parentPath + "/" + value.key();
        TreeItem<MachineItem> item = new TreeItem<>(value);
        item.setExpanded(model.isExpanded(path, value));
        item.expandedProperty().subscribe((was, is) -> model.setExpanded(path, is));
        value.children().forEach(child -> item.getChildren().add(item(child, path)));
        return item;
    }

    private void key(KeyEvent event) {
        if (event.getCode() == KeyCode.ENTER) {
            selected().ifPresent(model::open);
            event.consume();
        } else if (event.getCode() == KeyCode.F2) {
            rename();
            event.consume();
        } else if (event.getCode() == KeyCode.DELETE) {
            selected().ifPresent(model::removeBookmark);
            event.consume();
        } else if (COPY.match(event)) {
            selected().map(MachineItem::text).ifPresent(Controls::copy);
            event.consume();
        }
    }

    private void rename() {
        TreeItem<MachineItem> row = tree.getSelectionModel().getSelectedItem();
        if (row != null && model.canRename(row.getValue())) {
            tree.edit(row);
        }
    }

    private ContextMenu menu(MachineItem item) {
        ContextMenu menu = new ContextMenu();
        if (item.target().isPresent()) {
            add(menu, "menu.show", () -> model.open(item));
        }
        if (model.canCompareWith(item)) {
            add(menu, "menu.compare", () -> model.compareWith(item));
        }
        if (item.kind() == Kind.ALARM) {
            add(menu, "menu.acknowledge", () -> model.acknowledge(item));
        }
        if (item.kind() == Kind.BOOKMARK) {
            add(menu, "menu.rename", this::rename);
            add(menu, "menu.remove", () -> model.removeBookmark(item));
        }
        if (!menu.getItems().isEmpty()) {
            menu.getItems().add(new SeparatorMenuItem());
        }
        add(menu, "menu.copy", () -> Controls.copy(item.text()));
        if (!item.detail().isEmpty()) {
            add(menu, "menu.copy-value", () -> Controls.copy(item.detail()));
        }
        return menu;
    }

    private static void add(ContextMenu menu, String key, Runnable run) {
        MenuItem item = new MenuItem(MESSAGES.get(key));
        item.setOnAction(event -> run.run());
        menu.getItems().add(item);
    }
}
