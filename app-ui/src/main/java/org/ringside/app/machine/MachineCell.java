package org.ringside.app.machine;

import java.util.function.Function;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeCell;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.machine.MachineViewModel.Role;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Messages;

/** A row: its icon or severity mark, its title, its detail, and whether it is the snapshot shown or compared with. */
final class MachineCell extends TreeCell<MachineItem> {
    private static final Messages MESSAGES = Messages.of(MachineCell.class);
    private static final PseudoClass HEADING = PseudoClass.getPseudoClass("heading");

    private final MachineViewModel model;
    private final Function<MachineItem, ContextMenu> menu;
    private final Label title = new Label();
    private final Label detail = new Label();
    private final Label badge = new Label();
    private final HBox row = new HBox(6);
    private final TextField name = new TextField();

    MachineCell(MachineViewModel model, Function<MachineItem, ContextMenu> menu) {
        this.model = model;
        this.menu = menu;
        title.getStyleClass().add("machine-title");
        detail.getStyleClass().add("machine-detail");
        detail.setMinWidth(0);
        detail.setTextOverrun(OverrunStyle.ELLIPSIS);
        badge.getStyleClass().add("machine-badge");
        badge.setMinWidth(Region.USE_PREF_SIZE);
        row.setAlignment(Pos.CENTER_LEFT);
        HBox.setHgrow(detail, Priority.ALWAYS);
        // The tree is as wide as its pane: long rows end in an ellipsis instead of a scroll bar.
        setPrefWidth(0);
        name.setAccessibleText(MESSAGES.get("rename.accessible"));
        name.setOnAction(event -> {
            commitEdit(getItem());
            event.consume();
        });
        name.focusedProperty().subscribe((had, has) -> {
            if (had && !has && isEditing()) {
                cancelEdit();
            }
        });
        name.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                cancelEdit();
                event.consume();
            }
        });
        // What is typed is no key of the tree. The field itself must have seen it before.
        row.addEventHandler(KeyEvent.KEY_PRESSED, KeyEvent::consume);
    }

    /** A title is written in the row itself; only where it is the person's own. */
    @Override
    public void startEdit() {
        MachineItem item = getItem();
        if (item == null || !model.canRename(item)) {
            return;
        }
        super.startEdit();
        name.setText(item.title());
        HBox.setHgrow(name, Priority.ALWAYS);
        row.getChildren().setAll(mark(item), name);
        name.requestFocus();
        name.selectAll();
    }

    @Override
    public void commitEdit(MachineItem item) {
        String typed = name.getText();
        super.commitEdit(item);
        updateItem(item, false);
        getTreeView().requestFocus();
        model.renameBookmark(item, typed);
    }

    @Override
    public void cancelEdit() {
        super.cancelEdit();
        updateItem(getItem(), getItem() == null);
    }

    @Override
    protected void updateItem(@Nullable MachineItem item, boolean nothing) {
        super.updateItem(item, nothing);
        if (nothing || item == null) {
            setGraphic(null);
            setContextMenu(null);
            setTooltip(null);
            setAccessibleText(null);
            return;
        }
        Role role = model.role(item);
        title.setText(item.title());
        title.setMinWidth(item.kind() == Kind.ALARM || item.kind() == Kind.BOOKMARK ? 0 : Region.USE_PREF_SIZE);
        detail.setText(item.detail());
        detail.getStyleClass().remove("mono");
        if (item.detail().startsWith("0x")) {
            detail.getStyleClass().add("mono");
        }
        badge.setText(role == Role.NONE ? "" : MESSAGES.get("role." + role));
        row.getChildren().setAll(mark(item), title);
        if (role != Role.NONE) {
            row.getChildren().add(badge);
        }
        if (!item.detail().isEmpty()) {
            row.getChildren().add(detail);
        }
        row.getStyleClass().removeIf(style -> style.startsWith("machine-level-"));
        if (item.kind() == Kind.LEVEL) {
            row.getStyleClass().add("machine-level-" + item.key().charAt(1));
        }
        pseudoClassStateChanged(HEADING, isHeading(item.kind()));
        setGraphic(row);
        setContextMenu(menu.apply(item));
        setTooltip(new Tooltip(item.detail().isEmpty() ? item.title() : item.title() + "\n" + item.detail()));
        setAccessibleText(item.title() + " " + item.detail() + " " + badge.getText());
    }

    private static boolean isHeading(Kind kind) {
        return switch (kind) {
            case MACHINE, ALARMS, BOOKMARKS, SOURCES -> true;
            default -> false;
        };
    }

    private static Node mark(MachineItem item) {
        return item.severity().<Node>map(SeverityMark::of).orElseGet(() -> FontIcon.of(icon(item.kind())));
    }

    private static Ikon icon(Kind kind) {
        return switch (kind) {
            case TRACE -> Material2AL.FOLDER;
            case MACHINE -> Material2AL.COMPUTER;
            case SNAPSHOT -> Material2MZ.PHOTO_CAMERA;
            case CPU -> Material2MZ.MEMORY;
            case REGISTERS, REGISTER -> Material2AL.LABEL;
            case PAGE_TABLES -> Material2AL.ACCOUNT_TREE;
            case IOMMU -> Material2MZ.SECURITY;
            case HYPERVISORS -> Material2AL.LAYERS;
            case LEVEL -> Material2AL.COMPUTER;
            case VMCS -> Material2MZ.TUNE;
            case ALARMS, ALARM -> Material2MZ.NOTIFICATIONS;
            case BOOKMARKS, BOOKMARK -> Material2AL.BOOKMARK;
            case SOURCES, SOURCE -> Material2AL.INSERT_DRIVE_FILE;
        };
    }
}
