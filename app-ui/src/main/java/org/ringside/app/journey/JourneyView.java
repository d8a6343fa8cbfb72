package org.ringside.app.journey;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.map.MapExport;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** An address of a guest followed through every table of every level, drawn as connected tables. */
public final class JourneyView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(JourneyView.class);
    private static final KeyCombination FIND = KeyCombination.valueOf("Shortcut+G");
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");
    private static final int VIRTUAL = 0;

    private final Workspace workspace;
    private final JourneyViewModel model;
    private final BorderPane root = new BorderPane();
    private final ComboBox<JourneyStart> start = new ComboBox<>();
    private final ComboBox<String> kind = new ComboBox<>();
    private final TextField address = new TextField();
    private final TextField cr3 = new TextField();
    private final Label problem = new Label();
    private final JourneyDrawing drawing;
    private final ScrollPane scroll = new ScrollPane();
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;
    private boolean filling;

    public JourneyView(Workspace workspace) {
        this.workspace = workspace;
        model = new JourneyViewModel(workspace);
        message = new ViewMessage(workspace);
        drawing = new JourneyDrawing(model);
        scroll.setContent(drawing);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setAccessibleText(MESSAGES.get("accessible"));
        problem.getStyleClass().add("journey-problem");
        problem.setWrapText(true);
        problem.managedProperty().bind(problem.visibleProperty());
        problem.visibleProperty().bind(problem.textProperty().isNotEmpty());
        root.getStyleClass().add("journey");
        root.setTop(new VBox(bar(), problem));
        root.getStylesheets()
                .add(JourneyView.class
                        .getResource("/org/ringside/app/journey/journey.css")
                        .toExternalForm());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (FIND.match(event)) {
                address.requestFocus();
                event.consume();
            } else if (COPY.match(event)) {
                copy();
                event.consume();
            }
        });
    }

    /** What can be done here, known before there is such a pane. */
    public static List<ViewAction<JourneyView>> actions() {
        return List.of(
                action("find", "Shortcut+G", view -> view.address.requestFocus()),
                action("copy", "Shortcut+C", JourneyView::copy),
                action("export", "", JourneyView::export),
                action("search-again", "", view -> view.model.search().searchAgain()),
                action("stop-search", "", view -> view.model.search().stopSearch()));
    }

    private static ViewAction<JourneyView> action(String name, String key, Consumer<JourneyView> run) {
        return new ViewAction<>("journey." + name, MESSAGES.get("action." + name), key, run);
    }

    /** What the view shows. */
    public JourneyViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.JOURNEY;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return address;
    }

    @Override
    public void attach() {
        model.attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.startsProperty()
                        .subscribe(all -> fill(() -> start.getItems().setAll(all))),
                model.requestProperty().subscribe(this::showRequest),
                model.journeyProperty().subscribe(drawing::show),
                model.problemProperty().subscribe(problem::setText));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        model.detach();
    }

    private Node bar() {
        start.setConverter(new StringConverter<>() {
            @Override
            public String toString(JourneyStart value) {
                return value == null ? "" : value.title();
            }

            @Override
            public JourneyStart fromString(String string) {
                throw new UnsupportedOperationException("chosen, not typed");
            }
        });
        describe(start, "start");
        start.valueProperty().subscribe(chosen -> {
            if (chosen != null && !filling) {
                model.show(chosen);
            }
        });
        kind.getItems().setAll(MESSAGES.get("kind.virtual"), MESSAGES.get("kind.physical"));
        kind.getSelectionModel().select(VIRTUAL);
        describe(kind, "kind");
        kind.valueProperty().subscribe(chosen -> {
            cr3.setDisable(kind.getSelectionModel().getSelectedIndex() != VIRTUAL);
            if (!filling) {
                follow();
            }
        });
        field(address, "address", 170);
        field(cr3, "cr3", 145);
        Button follow = new Button(MESSAGES.get("follow"));
        follow.setOnAction(event -> follow());
        FlowPane bar = new FlowPane(
                start,
                kind,
                address,
                cr3,
                follow,
                button(Material2AL.CONTENT_COPY, "copy", this::copy),
                button(Material2MZ.SAVE_ALT, "export", this::export));
        bar.setRowValignment(VPos.CENTER);
        bar.getStyleClass().add("journey-bar");
        return bar;
    }

    private static Button button(Ikon icon, String name, Runnable run) {
        return Controls.iconButton(icon, MESSAGES.get("action." + name), run);
    }

    private static void describe(ComboBox<?> box, String name) {
        box.setTooltip(new Tooltip(MESSAGES.get(name)));
        box.setAccessibleText(MESSAGES.get(name));
    }

    private void field(TextField field, String name, double width) {
        field.setPromptText(MESSAGES.get(name));
        field.setTooltip(new Tooltip(MESSAGES.get(name + ".tooltip")));
        field.setAccessibleText(MESSAGES.get(name + ".tooltip"));
        field.setPrefWidth(width);
        field.getStyleClass().add("mono");
        field.setOnAction(event -> follow());
    }

    private void follow() {
        if (start.getValue() != null && !address.getText().isBlank()) {
            model.follow(
                    start.getValue(),
                    kind.getSelectionModel().getSelectedIndex() == VIRTUAL,
                    address.getText(),
                    cr3.getText());
        }
    }

    private void showRequest(Optional<JourneyViewModel.Request> request) {
        fill(() -> {
            start.setValue(request.map(JourneyViewModel.Request::start).orElse(null));
            request.ifPresent(wanted -> {
                kind.getSelectionModel().select(wanted.virtual() ? VIRTUAL : VIRTUAL + 1);
                address.setText(JourneyViewModel.written(wanted.address()));
                cr3.setText(
                        wanted.cr3().isPresent()
                                ? JourneyViewModel.written(wanted.cr3().getAsLong())
                                : "");
            });
        });
    }

    private void copy() {
        if (!model.text().isEmpty()) {
            Controls.copy(model.text());
        }
    }

    private void export() {
        MapExport.ask(root.getScene(), drawing, workspace, "journey.png");
    }

    private void fill(Runnable change) {
        filling = true;
        try {
            change.run();
        } finally {
            filling = false;
        }
    }

    private void showState(JourneyViewModel.State state) {
        if (state == JourneyViewModel.State.READY) {
            root.setCenter(scroll);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key),
                MESSAGES.get(key + ".why"),
                switch (state) {
                    case CLOSED -> "file.open";
                    case SEARCHING -> "journey.stop-search";
                    case STOPPED -> "journey.search-again";
                    case NONE -> "file.import";
                    default -> "";
                });
        root.setCenter(message);
    }
}
