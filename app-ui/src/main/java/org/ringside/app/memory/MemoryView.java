package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.value.ObservableValue;
import javafx.css.PseudoClass;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Separator;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.ToolBar;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** The memory view: bytes, text and disassembly, with what changed; go to any address, search, copy. */
public final class MemoryView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(MemoryView.class);
    private static final PseudoClass INVALID = PseudoClass.getPseudoClass("invalid");
    /** Of the pane, for the bytes: 16 of them in a row and 30 characters of disassembly in a window of 1600 pixels. */
    private static final double BYTES_SHARE = 0.7;

    private final Workspace workspace;
    private final MemoryViewModel model;
    private final SearchViewModel search;
    private final HexCanvas bytes;
    private final DisassemblyPane disassembly;
    private final SearchPane searchPane;
    private final TextField address = new TextField();
    private final Label problem = new Label();
    private final Label status = new Label();
    private final ToggleButton showDisassembly = new ToggleButton();
    private final SplitPane split = new SplitPane();
    private final BorderPane root = new BorderPane();
    private final VBox top = new VBox();
    private Subscription followed = Subscription.EMPTY;
    private boolean attached;

    /** Makes the view; it follows nothing yet. */
    public MemoryView(Workspace workspace) {
        this(workspace, new MemoryViewModel(workspace));
    }

    MemoryView(Workspace workspace, MemoryViewModel model) {
        this.workspace = workspace;
        this.model = model;
        this.search = new SearchViewModel(workspace, model);
        this.bytes = new HexCanvas(model);
        this.disassembly = new DisassemblyPane(model, new DisassemblyModel(workspace, model));
        this.searchPane = new SearchPane(search, this::closeSearch);
        root.getStyleClass().add("memory-view");
        root.getStylesheets()
                .add(Objects.requireNonNull(MemoryView.class.getResource("memory.css"), "memory.css")
                        .toExternalForm());
        top.getChildren().add(toolbar());
        split.getItems().add(bytes);
        status.getStyleClass().addAll("memory-status", "mono");
        BorderPane content = new BorderPane(split);
        content.setTop(top);
        content.setBottom(status);
        Node empty = emptyState();
        empty.visibleProperty()
                .bind(model.evidenceProperty().map(Objects::isNull).orElse(true));
        content.visibleProperty().bind(empty.visibleProperty().map(shown -> !shown));
        root.setCenter(new StackPane(content, empty));
        root.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        showDisassembly.selectedProperty().subscribe(this::arrange);
        showDisassembly.setSelected(true);
    }

    /** What can be done in it; known before any such view is made. */
    public static List<ViewAction<MemoryView>> actions() {
        List<ViewAction<MemoryView>> actions = new ArrayList<>(List.of(
                action("go-to", "Shortcut+G", MemoryView::focusAddress),
                action("search", "Shortcut+F", MemoryView::openSearch),
                action("next-change", "N", view -> view.model.goToChange(true)),
                action("previous-change", "P", view -> view.model.goToChange(false)),
                action("compare", "B", view -> view.model.nextDrawnSides()),
                action("next-captured", "]", view -> view.model.goToCaptured(true)),
                action("previous-captured", "[", view -> view.model.goToCaptured(false))));
        for (CopyFormat format : CopyFormat.values()) {
            actions.add(new ViewAction<>(
                    "memory.copy-" + format.id(),
                    MESSAGES.get("action.copy", format.title()),
                    "",
                    view -> view.model.copy(format, Controls::copy)));
        }
        return List.copyOf(actions);
    }

    private static ViewAction<MemoryView> action(String name, String key, Consumer<MemoryView> run) {
        return new ViewAction<>("memory." + name, MESSAGES.get("action." + name), key, run);
    }

    /** What the view shows; for tests and for whoever wires views together. */
    public MemoryViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.MEMORY;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public ObservableValue<Boolean> ready() {
        return model.readyProperty();
    }

    @Override
    public Node focusTarget() {
        return bytes;
    }

    @Override
    public void attach() {
        attached = true;
        followed = Subscription.combine(
                model.revisionProperty().subscribe(this::describe),
                model.window().caretProperty().subscribe(this::describe));
        model.attach();
        bytes.attach();
        arrange();
    }

    @Override
    public void detach() {
        attached = false;
        followed.unsubscribe();
        search.cancel();
        bytes.detach();
        disassembly.detach();
        model.detach();
    }

    /** What has no room goes into the bar's menu. */
    private ToolBar toolbar() {
        address.setPromptText(MESSAGES.get("go-to.prompt"));
        address.setAccessibleText(MESSAGES.get("go-to.accessible"));
        address.setTooltip(new Tooltip(MESSAGES.get("go-to.tooltip")));
        address.getStyleClass().add("mono");
        address.setPrefColumnCount(18);
        HBox.setHgrow(address, Priority.SOMETIMES);
        address.setOnAction(event -> goTo());
        address.textProperty().subscribe(() -> say(""));
        problem.getStyleClass().add("memory-problem");
        problem.managedProperty().bind(problem.textProperty().isNotEmpty());
        Button previous = SearchPane.button(
                Material2AL.ARROW_UPWARD, MESSAGES.get("toolbar.previous-change"), () -> model.goToChange(false));
        Button next = SearchPane.button(
                Material2AL.ARROW_DOWNWARD, MESSAGES.get("toolbar.next-change"), () -> model.goToChange(true));
        Button find = SearchPane.button(Material2MZ.SEARCH, MESSAGES.get("toolbar.search"), this::openSearch);
        showDisassembly.setGraphic(FontIcon.of(Material2AL.CODE));
        describe(showDisassembly, MESSAGES.get("toolbar.disassembly"));
        ToggleButton pin = new ToggleButton();
        pin.setGraphic(FontIcon.of(Material2MZ.PUSH_PIN));
        pin.selectedProperty().bindBidirectional(model.pinnedProperty());
        describe(pin, MESSAGES.get("toolbar.pin"));
        ToolBar bar = new ToolBar(
                spaces(),
                address,
                problem,
                new Separator(Orientation.VERTICAL),
                comparison(),
                previous,
                next,
                new Separator(Orientation.VERTICAL),
                find,
                columns(),
                copyMenu(),
                showDisassembly,
                pin);
        bar.getStyleClass().add("memory-toolbar");
        return bar;
    }

    private ComboBox<SpaceChoice> spaces() {
        ComboBox<SpaceChoice> box = new ComboBox<>();
        box.setAccessibleText(MESSAGES.get("space.accessible"));
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(SpaceChoice choice) {
                return choice == null ? "" : choice.title();
            }

            @Override
            public SpaceChoice fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        Tooltip tooltip = new Tooltip();
        model.spaceProperty()
                .subscribe(choice ->
                        tooltip.setText(choice == null ? MESSAGES.get("space.accessible") : choice.explanation()));
        box.setTooltip(tooltip);
        model.spacesProperty().subscribe(choices -> box.getItems().setAll(choices));
        model.spaceProperty().subscribe(choice -> {
            if (choice != null && !box.getItems().contains(choice)) {
                box.getItems().removeIf(known -> known.space().equals(choice.space()));
                box.getItems().add(choice.isPhysical() ? 0 : box.getItems().size(), choice);
            }
            box.setValue(choice);
        });
        box.setOnAction(event -> {
            SpaceChoice chosen = box.getValue();
            if (chosen != null) {
                model.show(chosen);
            }
        });
        return box;
    }

    private HBox comparison() {
        ToggleGroup group = new ToggleGroup();
        HBox box = new HBox();
        List<ToggleButton> buttons = new ArrayList<>();
        for (DrawnSides choice : List.of(DrawnSides.BASELINE, DrawnSides.BOTH, DrawnSides.SHOWN)) {
            ToggleButton button = new ToggleButton(
                    switch (choice) {
                        case BASELINE -> MESSAGES.get("sides.before");
                        case BOTH -> MESSAGES.get("sides.both");
                        case SHOWN -> MESSAGES.get("sides.now");
                    });
            button.setToggleGroup(group);
            button.setTooltip(new Tooltip(MESSAGES.get("sides.tooltip")));
            button.setUserData(choice);
            button.setOnAction(event -> {
                button.setSelected(true);
                model.drawnSidesProperty().set(choice);
            });
            buttons.add(button);
        }
        buttons.getFirst().getStyleClass().add("left-pill");
        buttons.get(1).getStyleClass().add("center-pill");
        buttons.getLast().getStyleClass().add("right-pill");
        model.drawnSidesProperty()
                .subscribe(shown -> buttons.forEach(button -> button.setSelected(shown.equals(button.getUserData()))));
        box.getChildren().addAll(buttons);
        model.evidenceProperty()
                .subscribe(evidence ->
                        box.setDisable(evidence == null || evidence.baseline().isEmpty()));
        return box;
    }

    private MenuButton columns() {
        MenuButton menu = new MenuButton("", FontIcon.of(Material2MZ.VIEW_COLUMN));
        menu.setTooltip(new Tooltip(MESSAGES.get("columns")));
        menu.setAccessibleText(MESSAGES.get("columns"));
        for (int columns : new int[] {0, 8, 16, 32, 64}) {
            MenuItem item =
                    new MenuItem(columns == 0 ? MESSAGES.get("columns.fit") : MESSAGES.get("columns.count", columns));
            item.setOnAction(event -> model.window().columnsProperty().set(columns));
            menu.getItems().add(item);
        }
        menu.getStyleClass().addAll("flat", "button-icon");
        return menu;
    }

    private MenuButton copyMenu() {
        MenuButton menu = new MenuButton("", FontIcon.of(Material2AL.CONTENT_COPY));
        menu.setTooltip(new Tooltip(MESSAGES.get("toolbar.copy")));
        menu.setAccessibleText(MESSAGES.get("toolbar.copy.accessible"));
        for (CopyFormat format : CopyFormat.values()) {
            MenuItem item = new MenuItem(MESSAGES.get("action.copy", format.title()));
            item.setOnAction(event -> model.copy(format, Controls::copy));
            menu.getItems().add(item);
        }
        menu.getStyleClass().addAll("flat", "button-icon");
        return menu;
    }

    private static void describe(ToggleButton button, String title) {
        button.setTooltip(new Tooltip(title));
        button.setAccessibleText(title);
        button.getStyleClass().addAll("flat", "button-icon");
    }

    private Node emptyState() {
        Label title = new Label(MESSAGES.get("empty"));
        title.getStyleClass().add("title-4");
        Label text = new Label(MESSAGES.get("empty.text"));
        text.setWrapText(true);
        text.getStyleClass().add("text-muted");
        Button action = new Button(MESSAGES.get("empty.import"), FontIcon.of(Material2AL.ADD));
        action.setOnAction(event -> workspace.actions().run("file.import"));
        VBox box = new VBox(10, title, text, action);
        box.setMaxSize(420, 160);
        box.setAlignment(Pos.CENTER_LEFT);
        return box;
    }

    private void key(KeyEvent event) {
        if (event.isShortcutDown() && event.getCode() == KeyCode.G) {
            focusAddress();
        } else if (event.isShortcutDown() && event.getCode() == KeyCode.F) {
            openSearch();
        } else if (event.getCode() == KeyCode.F3) {
            search.find(!event.isShiftDown());
        } else if (event.getCode() == KeyCode.D && bytes.isFocused() && !event.isShortcutDown()) {
            showDisassembly.setSelected(!showDisassembly.isSelected());
        } else if (event.getCode() == KeyCode.ESCAPE && address.isFocused()) {
            bytes.requestFocus();
        } else {
            return;
        }
        event.consume();
    }

    private void goTo() {
        Optional<String> wrong = model.goTo(address.getText());
        say(wrong.orElse(""));
        if (wrong.isEmpty()) {
            bytes.requestFocus();
        }
    }

    private void say(String message) {
        problem.setText(message);
        address.pseudoClassStateChanged(INVALID, !message.isEmpty());
    }

    private void focusAddress() {
        address.requestFocus();
        address.selectAll();
    }

    private void openSearch() {
        if (!top.getChildren().contains(searchPane)) {
            top.getChildren().add(searchPane);
        }
        searchPane.focus();
    }

    private void closeSearch() {
        search.cancel();
        top.getChildren().remove(searchPane);
        bytes.requestFocus();
    }

    private void arrange() {
        boolean wanted = showDisassembly.isSelected();
        if (wanted && !split.getItems().contains(disassembly)) {
            split.getItems().add(disassembly);
            split.setDividerPositions(BYTES_SHARE);
        } else if (!wanted) {
            split.getItems().remove(disassembly);
        }
        if (attached && wanted) {
            disassembly.attach();
        } else {
            disassembly.detach();
        }
    }

    private void describe() {
        HexCaret caret = model.window().caret();
        String length = caret.length() > 1 ? "  " + MESSAGES.get("status.bytes", caret.length()) : "";
        status.setText(model.describe(caret.first()).replace("\n", "   ·   ") + length);
    }
}
