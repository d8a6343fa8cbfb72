package org.ringside.app.shell;

import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.tasks.TaskIndicator;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.SnapshotInfo;

/** The top of the window: menus, back and forward, the case, the moment, search, running tasks, theme. */
final class HeaderBar extends HBox {
    private static final Messages MESSAGES = Messages.of(HeaderBar.class);

    private final ShellModel model;
    private final Workspace workspace;

    HeaderBar(ShellModel model, MainWindow window) {
        this.model = model;
        this.workspace = model.workspace();
        getStyleClass().add("header-bar");
        setAlignment(Pos.CENTER_LEFT);
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        getChildren()
                .addAll(
                        Logo.mark(20),
                        menuBar(),
                        iconButton("go.back", Material2AL.ARROW_BACK),
                        iconButton("go.forward", Material2AL.ARROW_FORWARD),
                        caseLabel(),
                        new MomentMenu(workspace),
                        space,
                        new TaskIndicator(workspace.tasks(), window::showTasks),
                        search(),
                        themeButton());
    }

    private Node iconButton(String actionId, org.kordamp.ikonli.Ikon icon) {
        return Controls.iconButton(icon, action(actionId));
    }

    private Action action(String id) {
        return workspace.actions().find(id).orElseThrow(() -> new IllegalStateException("no action " + id));
    }

    private MenuBar menuBar() {
        Menu file = menu("group.file", "file.open", "file.import", "file.sample");
        file.getItems().add(recentMenu());
        addItems(file, "-", "file.symbols", "-", "file.close", "file.quit");
        Menu edit = menu("group.edit", "edit.undo", "edit.redo", "-", "edit.copy-selection", "edit.bookmark");
        Menu view = menu("group.view");
        for (ViewType type : ViewType.values()) {
            addItems(view, "view." + type.id());
        }
        addItems(view, "-", "view.close-pane", "view.reset-layout", "-", "view.tasks", "view.theme");
        Menu go = menu("group.go", "go.palette", "-", "go.back", "go.forward", "-", "go.next-pane", "go.previous-pane");
        Menu help = menu("group.help", "help.keys", "help.about");
        workspace
                .undo()
                .undoTitleProperty()
                .subscribe(title -> rename(edit.getItems().get(0), "menu.undo", title));
        workspace
                .undo()
                .redoTitleProperty()
                .subscribe(title -> rename(edit.getItems().get(1), "menu.redo", title));
        MenuBar bar = new MenuBar(file, edit, view, go, help);
        bar.setMinWidth(Region.USE_PREF_SIZE);
        return bar;
    }

    private static void rename(MenuItem item, String key, String title) {
        item.setText(MESSAGES.get(key, title).strip());
    }

    private Menu menu(String titleKey, String... actionIds) {
        Menu menu = new Menu(MESSAGES.get(titleKey));
        addItems(menu, actionIds);
        return menu;
    }

    /** Adds items for actions; "-" is a separator; actions that this window does not have are left out. */
    private void addItems(Menu menu, String... actionIds) {
        for (String id : actionIds) {
            if (id.equals("-")) {
                menu.getItems().add(new SeparatorMenuItem());
            } else {
                workspace.actions().find(id).map(HeaderBar::item).ifPresent(menu.getItems()::add);
            }
        }
    }

    private static MenuItem item(Action action) {
        MenuItem item = new MenuItem(action.title());
        action.key().map(javafx.scene.input.KeyCombination::valueOf).ifPresent(item::setAccelerator);
        item.setOnAction(event -> action.run().run());
        item.disableProperty().bind(Bindings.not(action.enabled()));
        return item;
    }

    private Menu recentMenu() {
        Menu recent = new Menu(MESSAGES.get("menu.recent"));
        Runnable fill = () -> {
            recent.getItems()
                    .setAll(model.recent().stream()
                            .map(path -> {
                                MenuItem item = new MenuItem(path.toString());
                                item.setMnemonicParsing(false);
                                item.setOnAction(event -> model.open(path));
                                return item;
                            })
                            .toList());
            if (recent.getItems().isEmpty()) {
                MenuItem none = new MenuItem(MESSAGES.get("menu.recent.none"));
                none.setDisable(true);
                recent.getItems().add(none);
            }
        };
        model.recent().subscribe(fill);
        fill.run();
        return recent;
    }

    private Node caseLabel() {
        Label label = new Label();
        label.getStyleClass().add("case-name");
        label.setGraphic(FontIcon.of(Material2AL.FOLDER_OPEN));
        label.setMinWidth(0);
        workspace.openTraceProperty().subscribe(open -> {
            label.setText(open == null ? MESSAGES.get("header.nothing") : caseName(open));
            label.setTooltip(open == null ? null : new Tooltip(describe(open)));
        });
        return label;
    }

    /** The trace's file name without its ending. */
    static String caseName(OpenTrace open) {
        String name = String.valueOf(open.trace().path().getFileName());
        return name.endsWith(".ringside") ? name.substring(0, name.length() - ".ringside".length()) : name;
    }

    private static String describe(OpenTrace open) {
        return open.trace().path() + "\n" + MESSAGES.get("header.recorded") + ", "
                + open.snapshots().size() + " snapshots, " + open.sources().size() + " sources";
    }

    private Node search() {
        Button search = new Button(MESSAGES.get("header.search"));
        search.getStyleClass().add("search-button");
        search.setGraphic(FontIcon.of(Material2MZ.SEARCH));
        Action palette = action("go.palette");
        Label key = new Label(Controls.keyText(palette.key().orElse("Shortcut+K")));
        key.getStyleClass().add("key-hint");
        key.setMouseTransparent(true);
        search.setOnAction(event -> palette.run().run());
        Controls.describe(search, Controls.titleWithKey(palette));
        search.setMaxWidth(Double.MAX_VALUE);
        HBox both = new HBox(search, key);
        both.getStyleClass().add("search-box");
        both.setAlignment(Pos.CENTER_LEFT);
        HBox.setHgrow(search, Priority.ALWAYS);
        return both;
    }

    private Node themeButton() {
        Button button = iconOnly();
        model.themeProperty()
                .subscribe(theme -> button.setGraphic(
                        FontIcon.of(theme == Theme.DARK ? Material2MZ.WB_SUNNY : Material2AL.BRIGHTNESS_3)));
        return button;
    }

    private Button iconOnly() {
        return Controls.iconButton(
                Material2MZ.WB_SUNNY,
                MESSAGES.get("header.theme"),
                () -> action("view.theme").run().run());
    }

    /** What every pane shows and compares with, and the way to choose both. */
    private static final class MomentMenu extends javafx.scene.control.MenuButton {
        private final Workspace workspace;

        MomentMenu(Workspace workspace) {
            this.workspace = workspace;
            getStyleClass().addAll("flat", "moment-menu");
            setGraphic(FontIcon.of(Material2AL.ACCESS_TIME));
            setTooltip(new Tooltip(MESSAGES.get("header.moment")));
            visibleProperty().bind(workspace.openTraceProperty().isNotNull());
            managedProperty().bind(visibleProperty());
            workspace.momentProperty().subscribe(moment -> show(moment));
            setOnShowing(event -> fill());
        }

        private void show(Moment moment) {
            String text = moment.snapshot()
                    .map(snapshot -> snapshot.name()
                            + moment.baseline()
                                    .map(baseline -> "  " + MESSAGES.get("header.against", baseline.name()))
                                    .orElse("")
                            + "  ·  " + Formats.dateTime(moment.time()))
                    .orElse(MESSAGES.get("header.no-moment"));
            setText(text);
            setAccessibleText(text);
        }

        private void fill() {
            getItems().clear();
            @Nullable OpenTrace open = workspace.openTrace();
            if (open == null) {
                return;
            }
            Moment now = workspace.moment();
            heading("header.show");
            ToggleGroup shown = new ToggleGroup();
            for (SnapshotInfo snapshot : open.snapshots()) {
                choice(
                        shown,
                        label(snapshot),
                        now.snapshot().equals(Optional.of(snapshot)),
                        () -> workspace.moveTo(snapshot));
            }
            getItems().add(new SeparatorMenuItem());
            heading("header.compare");
            ToggleGroup compared = new ToggleGroup();
            List<SnapshotInfo> others = open.snapshots().stream()
                    .filter(snapshot -> !now.snapshot().equals(Optional.of(snapshot)))
                    .toList();
            for (SnapshotInfo other : others) {
                choice(
                        compared,
                        label(other),
                        now.baseline().equals(Optional.of(other)),
                        () -> workspace.moveTo(now.comparedWith(Optional.of(other))));
            }
            choice(
                    compared,
                    MESSAGES.get("header.compare.none"),
                    now.baseline().isEmpty(),
                    () -> workspace.moveTo(now.comparedWith(Optional.empty())));
        }

        private static String label(SnapshotInfo snapshot) {
            return snapshot.machine() + " / " + snapshot.name() + "  ·  " + Formats.dateTime(snapshot.time());
        }

        private void heading(String key) {
            MenuItem heading = new MenuItem(MESSAGES.get(key));
            heading.setDisable(true);
            getItems().add(heading);
        }

        private void choice(ToggleGroup group, String text, boolean selected, Runnable run) {
            RadioMenuItem item = new RadioMenuItem(text);
            item.setMnemonicParsing(false);
            item.setToggleGroup(group);
            item.setSelected(selected);
            item.setOnAction(event -> run.run());
            getItems().add(item);
        }
    }
}
