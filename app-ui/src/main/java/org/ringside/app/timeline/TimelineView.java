package org.ringside.app.timeline;

import atlantafx.base.theme.Styles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Separator;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.input.ContextMenuEvent;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.util.Subscription;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.SnapshotInfo;

/** The timeline at the bottom of the window. */
public final class TimelineView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(TimelineView.class);
    private static final double KEY_ZOOM = 1.5;
    private static final double KEY_PAN = 0.2;

    private record Key(KeyCombination combination, Runnable run) {}

    private final Workspace workspace;
    private final TimelineViewModel model;
    private final TimelineCanvas canvas;
    private final BorderPane root = new BorderPane();
    private final Label message = new Label();
    private final Label areaText = new Label();
    private final ToggleButton emptyLanes = new ToggleButton();
    private final List<Key> keys = new ArrayList<>();
    private Subscription subscriptions = Subscription.EMPTY;
    private Optional<Double> markStart = Optional.empty();

    public TimelineView(Workspace workspace) {
        this.workspace = workspace;
        model = new TimelineViewModel(workspace);
        canvas = new TimelineCanvas(model);
        canvas.setAccessibleText(MESSAGES.get("accessible"));
        message.getStyleClass().addAll(Styles.TEXT_MUTED, "timeline-message");
        message.setMouseTransparent(true);
        message.setWrapText(true);
        root.setTop(toolbar());
        ScrollPane lanes = new ScrollPane(canvas);
        lanes.setFitToWidth(true);
        lanes.setFitToHeight(true);
        lanes.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        lanes.setFocusTraversable(false);
        root.setCenter(new StackPane(lanes, message));
        root.getStyleClass().add("timeline");
        root.getStylesheets()
                .add(TimelineView.class
                        .getResource("/org/ringside/app/timeline/timeline.css")
                        .toExternalForm());
        registerActions();
        canvas.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        canvas.setOnContextMenuRequested(this::menu);
    }

    @Override
    public ViewType type() {
        return ViewType.TIMELINE;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return canvas;
    }

    @Override
    public void attach() {
        model.attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.revisionProperty().subscribe(this::showLanes),
                areaText.textProperty().subscribe(text -> areaText.setVisible(!text.isEmpty())));
        areaText.textProperty().bind(model.areaTextProperty());
    }

    @Override
    public void detach() {
        areaText.textProperty().unbind();
        subscriptions.unsubscribe();
        model.detach();
    }

    /** For tests and screenshots. */
    TimelineViewModel model() {
        return model;
    }

    private Node toolbar() {
        ToggleButton relative = new ToggleButton(MESSAGES.get("relative"));
        relative.selectedProperty().bindBidirectional(model.relativeProperty());
        relative.setTooltip(new Tooltip(MESSAGES.get("relative.tooltip")));
        relative.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        emptyLanes.selectedProperty().bindBidirectional(model.emptyLanesShownProperty());
        emptyLanes.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        emptyLanes.setTooltip(new Tooltip(MESSAGES.get("empty-lanes.tooltip")));
        areaText.getStyleClass().add("timeline-area");
        areaText.setMinWidth(0);
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox bar = new HBox(
                button(Material2AL.CHEVRON_LEFT, "previous", () -> model.step(false)),
                button(Material2AL.CHEVRON_RIGHT, "next", () -> model.step(true)),
                new Separator(Orientation.VERTICAL),
                button(Material2MZ.ZOOM_IN, "zoom-in", () -> model.zoomAt(centre(), 2)),
                button(Material2MZ.ZOOM_OUT, "zoom-out", () -> model.zoomAt(centre(), 0.5)),
                button(Material2MZ.ZOOM_OUT_MAP, "fit", model::fit),
                new Separator(Orientation.VERTICAL),
                relative,
                emptyLanes,
                space,
                areaText);
        bar.setAlignment(Pos.CENTER_LEFT);
        bar.getStyleClass().add("timeline-toolbar");
        return bar;
    }

    private double centre() {
        return model.widthProperty().get() / 2;
    }

    private static Button button(Ikon icon, String name, Runnable run) {
        Button button = new Button(null, new FontIcon(icon));
        button.getStyleClass().addAll(Styles.BUTTON_ICON, Styles.FLAT, Styles.SMALL);
        button.setTooltip(new Tooltip(MESSAGES.get(name + ".tooltip")));
        button.setAccessibleText(MESSAGES.get(name));
        button.setFocusTraversable(false);
        button.setOnAction(event -> run.run());
        return button;
    }

    private void registerActions() {
        action("fit", "F", model::fit);
        action("zoom-in", "W", () -> model.zoomAt(canvas.pivot(), KEY_ZOOM));
        action("zoom-out", "S", () -> model.zoomAt(canvas.pivot(), 1 / KEY_ZOOM));
        action("pan-left", "A", () -> model.pan(-KEY_PAN * model.widthProperty().get()));
        action("pan-right", "D", () -> model.pan(KEY_PAN * model.widthProperty().get()));
        action("next", "Right", () -> model.step(true));
        action("previous", "Left", () -> model.step(false));
        action("select", "Enter", model::selectFocused);
        action("mark", "M", this::mark);
        action("fit-area", "Z", model::fitArea);
        action("clear-area", "Esc", this::clearArea);
        action(
                "relative",
                "R",
                () -> model.relativeProperty().set(!model.relativeProperty().get()));
    }

    private void action(String name, String key, Runnable run) {
        workspace
                .actions()
                .register(Action.inView(
                        ViewType.TIMELINE.id(),
                        "timeline." + name,
                        MESSAGES.get("group"),
                        MESSAGES.get(name),
                        key,
                        run));
        keys.add(new Key(KeyCombination.valueOf(key), run));
    }

    private void key(KeyEvent event) {
        for (Key key : keys) {
            if (key.combination().match(event)) {
                key.run().run();
                event.consume();
                return;
            }
        }
    }

    /** First begins an area at the pointer, or at the time cursor; then ends it. */
    private void mark() {
        double cursor = model.viewportProperty().get().x(model.moment().time().epochNanoseconds());
        double x = canvas.hover().orElse(cursor);
        if (markStart.isEmpty()) {
            model.clearArea();
            markStart = Optional.of(x);
            model.mark(x, x);
        } else {
            model.mark(markStart.get(), x);
            markStart = Optional.empty();
        }
    }

    private void clearArea() {
        markStart = Optional.empty();
        model.clearArea();
    }

    private void menu(ContextMenuEvent event) {
        Optional<Mark> mark = canvas.markAt(event.getX(), event.getY());
        if (mark.isPresent() && mark.get() instanceof Mark.Snapshots snapshots) {
            ContextMenu menu = new ContextMenu();
            for (SnapshotInfo snapshot : snapshots.snapshots()) {
                MenuItem show = new MenuItem(MESSAGES.get("show-snapshot", snapshot.name()));
                show.setOnAction(action -> workspace.moveTo(snapshot));
                MenuItem compare = new MenuItem(MESSAGES.get("compare-with", snapshot.name()));
                compare.setOnAction(
                        action -> workspace.moveTo(workspace.moment().comparedWith(Optional.of(snapshot))));
                menu.getItems().addAll(show, compare);
            }
            menu.setAutoHide(true);
            menu.show(canvas, event.getScreenX(), event.getScreenY());
            event.consume();
        }
    }

    private void showState(TimelineViewModel.State state) {
        message.setText(
                switch (state) {
                    case CLOSED -> MESSAGES.get("closed");
                    case LOADING -> MESSAGES.get("loading");
                    case EMPTY -> MESSAGES.get("empty");
                    case FAILED -> MESSAGES.get("failed");
                    case READY -> "";
                });
    }

    private void showLanes() {
        int empty = model.emptyLanes();
        emptyLanes.setVisible(empty > 0 && model.stateProperty().get() == TimelineViewModel.State.READY);
        emptyLanes.setText(
                model.emptyLanesShownProperty().get()
                        ? MESSAGES.get("empty-lanes.hide")
                        : MESSAGES.get("empty-lanes.show", empty));
    }
}
