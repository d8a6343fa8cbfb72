package org.ringside.app.shell;

import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.ActionRegistry;
import org.ringside.app.workspace.Annotations;
import org.ringside.app.workspace.Workspace;

/** The actions of the window itself. */
final class ShellActions {
    private static final Messages MESSAGES = Messages.of(ShellActions.class);
    private static final String FILE = "group.file";
    private static final String EDIT = "group.edit";
    private static final String VIEW = "group.view";
    private static final String GO = "group.go";
    private static final String HELP = "group.help";

    private final ActionRegistry actions;
    private final MainWindow window;
    private final ShellModel model;
    private final Workspace workspace;

    private ShellActions(MainWindow window, ShellModel model) {
        this.window = window;
        this.model = model;
        this.workspace = model.workspace();
        this.actions = workspace.actions();
    }

    static void register(MainWindow window, ShellModel model) {
        ShellActions all = new ShellActions(window, model);
        all.file();
        all.edit();
        all.bookmarks();
        all.go();
        all.view();
        all.help();
    }

    private void file() {
        BooleanBinding open = workspace.openTraceProperty().isNotNull();
        add("file.open", FILE, "Shortcut+O", window::chooseTrace);
        add("file.import", FILE, "Shortcut+I", window::chooseImages);
        actions.register(action("file.symbols", FILE, "", window::chooseSymbols).enabledWhen(open));
        add("file.sample", FILE, "", model::openSample);
        actions.register(action("file.close", FILE, "", model::closeTrace).enabledWhen(open));
        add("file.quit", FILE, "Shortcut+Q", window::close);
    }

    private void edit() {
        actions.register(action("edit.undo", EDIT, "Shortcut+Z", workspace.undo()::undo)
                .enabledWhen(workspace.undo().undoTitleProperty().isNotEmpty()));
        actions.register(action("edit.redo", EDIT, "Shortcut+Shift+Z", workspace.undo()::redo)
                .enabledWhen(workspace.undo().redoTitleProperty().isNotEmpty()));
        actions.register(action("edit.copy-selection", EDIT, "Shortcut+Shift+C", window::copySelection)
                .enabledWhen(Bindings.createBooleanBinding(
                        () -> !(workspace.selection() instanceof org.ringside.app.workspace.Selection.Nothing),
                        workspace.selectionProperty())));
    }

    private void bookmarks() {
        Annotations annotations = new Annotations(workspace);
        actions.register(action("edit.bookmark", EDIT, "Shortcut+D", annotations::bookmarkSelection)
                .enabledWhen(workspace.openTraceProperty().isNotNull()));
    }

    private void go() {
        actions.register(action("go.back", GO, "Alt+Left", workspace::back).enabledWhen(workspace.canGoBackProperty()));
        actions.register(action("go.forward", GO, "Alt+Right", workspace::forward)
                .enabledWhen(workspace.canGoForwardProperty()));
        add("go.palette", GO, "Shortcut+K", window::showPalette);
        add("go.next-pane", GO, "F6", () -> window.focusPane(1));
        add("go.previous-pane", GO, "Shift+F6", () -> window.focusPane(-1));
    }

    private void view() {
        for (ViewType type : ViewType.values()) {
            if (window.views().has(type)) {
                actions.register(Action.of(
                        "view." + type.id(),
                        MESSAGES.get(VIEW),
                        type.title(),
                        "Shortcut+" + type.key(),
                        () -> workspace.showView(type.id())));
            }
        }
        add("view.close-pane", VIEW, "Shortcut+W", window::closePane);
        add("view.reset-layout", VIEW, "", window::resetLayout);
        add(
                "view.theme",
                VIEW,
                "Shortcut+Shift+L",
                () -> model.themeProperty().set(model.themeProperty().get().other()));
        add("view.tasks", VIEW, "", window::showTasks);
    }

    private void help() {
        add("help.keys", HELP, "F1", window::showKeys);
        add("help.about", HELP, "", window::showAbout);
    }

    private void add(String id, String group, String key, Runnable run) {
        actions.register(action(id, group, key, run));
    }

    private static Action action(String id, String group, String key, Runnable run) {
        return Action.of(id, MESSAGES.get(group), MESSAGES.get("action." + id.toLowerCase(Locale.ROOT)), key, run);
    }
}
