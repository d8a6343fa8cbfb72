package org.ringside.app.map;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.map.MapViewModel.MapContent;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.SnapshotInfo;

/** The change map: all of physical memory in one picture; click a page to go there. */
public final class MapView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(MapView.class);

    private final Workspace workspace;
    private final MapViewModel model;
    private final MapCanvas canvas;
    private final BorderPane root = new BorderPane();
    private final Map<PageState, Label> counts = new EnumMap<>(PageState.class);
    private final ComboBox<SnapshotInfo> baselines = new ComboBox<>();
    private final Label shown = new Label();
    private final Label hint = new Label();
    private Subscription followed = Subscription.EMPTY;
    private boolean filling;

    /** Makes the view; it follows nothing yet. */
    public MapView(Workspace workspace) {
        this.workspace = workspace;
        this.model = new MapViewModel(workspace);
        this.canvas = new MapCanvas(model);
        root.getStyleClass().add("map-view");
        root.getStylesheets()
                .add(Objects.requireNonNull(MapView.class.getResource("map.css"), "map.css")
                        .toExternalForm());
        VBox top = new VBox(toolbar(), hint);
        hint.getStyleClass().add("map-hint");
        hint.setWrapText(true);
        hint.setMaxWidth(Double.MAX_VALUE);
        hint.managedProperty().bind(hint.visibleProperty());
        BorderPane content = new BorderPane(canvas);
        content.setTop(top);
        Node changes = legend();
        content.setBottom(changes);
        model.overlayProperty()
                .subscribe(overlay -> content.setBottom(overlay == null ? changes : canvas.writersLegend()));
        Node empty = emptyState();
        root.setCenter(new StackPane(content, empty));
        model.contentProperty().subscribe(map -> {
            boolean none = map == null && workspace.moment().snapshot().isEmpty();
            empty.setVisible(none);
            content.setVisible(!none);
            describe(map);
        });
    }

    /** What can be done in it; known before any such view is made. */
    public static List<ViewAction<MapView>> actions() {
        return List.of(
                action("next-change", "N", view -> view.model.goToChange(true)),
                action("previous-change", "P", view -> view.model.goToChange(false)),
                action(
                        "writers",
                        "W",
                        view -> view.model
                                .writersProperty()
                                .set(!view.model.writersProperty().get())),
                action("fit", "F", view -> view.model.fit()),
                action("export", "", MapView::export));
    }

    private static ViewAction<MapView> action(String name, String key, Consumer<MapView> run) {
        return new ViewAction<>("map." + name, MESSAGES.get("action." + name), key, run);
    }

    /** What the view shows. */
    public MapViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.MAP;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public ObservableValue<Boolean> ready() {
        return model.contentProperty().map(map -> true).orElse(false);
    }

    @Override
    public Node focusTarget() {
        return canvas.picture();
    }

    @Override
    public void attach() {
        followed = Subscription.combine(
                workspace.momentProperty().subscribe(this::fillBaselines),
                workspace.openTraceProperty().subscribe(trace -> fillBaselines()));
        model.attach();
        canvas.attach();
    }

    @Override
    public void detach() {
        followed.unsubscribe();
        canvas.detach();
        model.detach();
    }

    private HBox toolbar() {
        Label before = new Label(MESSAGES.get("baseline"));
        before.getStyleClass().add("text-muted");
        baselines.setAccessibleText(MESSAGES.get("baseline.accessible"));
        baselines.setTooltip(new Tooltip(MESSAGES.get("baseline.tooltip")));
        baselines.setPromptText(MESSAGES.get("baseline.none"));
        baselines.setConverter(new StringConverter<>() {
            @Override
            public String toString(SnapshotInfo snapshot) {
                return snapshot == null ? "" : snapshot.name();
            }

            @Override
            public SnapshotInfo fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        baselines.setOnAction(event -> {
            SnapshotInfo chosen = baselines.getValue();
            if (chosen != null && !filling) {
                model.compareWith(chosen);
            }
        });
        ToggleButton emphasis = new ToggleButton("", FontIcon.of(Material2MZ.WB_SUNNY));
        emphasis.selectedProperty().bindBidirectional(model.emphasisProperty());
        emphasis.setTooltip(new Tooltip(MESSAGES.get("toolbar.emphasis")));
        emphasis.setAccessibleText(MESSAGES.get("toolbar.emphasis.accessible"));
        emphasis.getStyleClass().addAll("flat", "button-icon");
        ToggleButton writers = new ToggleButton(MESSAGES.get("toolbar.writers"), FontIcon.of(Material2AL.DEVICE_HUB));
        writers.selectedProperty().bindBidirectional(model.writersProperty());
        writers.setTooltip(new Tooltip(MESSAGES.get("toolbar.writers.tooltip")));
        writers.setAccessibleText(MESSAGES.get("toolbar.writers.tooltip"));
        writers.getStyleClass().addAll("flat", "map-writers");
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox bar = new HBox(
                6,
                shown,
                before,
                baselines,
                writers,
                space,
                button(
                        Material2AL.ARROW_UPWARD,
                        MESSAGES.get("toolbar.previous-change"),
                        () -> model.goToChange(false)),
                button(Material2AL.ARROW_DOWNWARD, MESSAGES.get("toolbar.next-change"), () -> model.goToChange(true)),
                button(Material2MZ.ZOOM_IN, MESSAGES.get("toolbar.closer"), () -> canvas.zoom(1)),
                button(Material2MZ.ZOOM_OUT, MESSAGES.get("toolbar.farther"), () -> canvas.zoom(-1)),
                button(Material2MZ.ZOOM_OUT_MAP, MESSAGES.get("toolbar.fit"), model::fit),
                emphasis,
                button(Material2MZ.SAVE_ALT, MESSAGES.get("toolbar.export"), this::export));
        bar.setAlignment(Pos.CENTER_LEFT);
        bar.getStyleClass().add("map-toolbar");
        return bar;
    }

    private static Button button(Ikon icon, String title, Runnable action) {
        Button button = new Button("", FontIcon.of(icon));
        button.getStyleClass().addAll("flat", "button-icon");
        button.setTooltip(new Tooltip(title));
        button.setAccessibleText(title);
        button.setOnAction(event -> action.run());
        return button;
    }

    private FlowPane legend() {
        FlowPane pane = new FlowPane(18, 4);
        pane.getStyleClass().add("map-legend");
        for (PageState state : List.of(
                PageState.CHANGED,
                PageState.APPEARED,
                PageState.VANISHED,
                PageState.UNCHANGED,
                PageState.ZERO,
                PageState.NOT_CAPTURED)) {
            Label count = new Label(state.title());
            counts.put(state, count);
            HBox entry = new HBox(6, canvas.swatch(state), count);
            entry.setAlignment(Pos.CENTER_LEFT);
            pane.getChildren().add(entry);
        }
        return pane;
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

    private void describe(@Nullable MapContent map) {
        shown.setText(map == null ? "" : map.snapshot().name());
        hint.setVisible(map != null && map.baseline().isEmpty());
        hint.setText(MESSAGES.get("no-baseline"));
        counts.forEach((state, label) -> label.setText(
                map == null
                        ? state.title()
                        : MESSAGES.get("legend", state.title(), map.pyramid().count(state))));
    }

    private void fillBaselines() {
        filling = true;
        try {
            baselines.getItems().setAll(model.baselines());
            baselines.setValue(workspace.moment().baseline().orElse(null));
            baselines.setDisable(baselines.getItems().isEmpty());
        } finally {
            filling = false;
        }
    }

    private void export() {
        MapExport.ask(root.getScene(), canvas, workspace, "change-map.png");
    }
}
