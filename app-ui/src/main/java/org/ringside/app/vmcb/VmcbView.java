package org.ringside.app.vmcb;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.vmcs.VmcsProblemsPane;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.VmcbTree;

/** A VMCB: what is wrong with it, then every field and every bit, and what it points to. */
public final class VmcbView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(VmcbView.class);
    private static final KeyCombination FIND = KeyCombination.valueOf("Shortcut+F");

    private final VmcbViewModel model;
    private final BorderPane root = new BorderPane();
    private final ComboBox<CarvedVmcb> choice = new ComboBox<>();
    private final Label score = new Label();
    private final Tooltip explanation = new Tooltip();
    private final TextField filter = new TextField();
    private final Label note = new Label();
    private final VmcbTable table;
    private final VmcsProblemsPane problems;
    private final BorderPane content = new BorderPane();
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;
    private boolean filling;

    public VmcbView(Workspace workspace) {
        model = new VmcbViewModel(workspace);
        message = new ViewMessage(workspace);
        table = new VmcbTable(model);
        problems = new VmcsProblemsPane(model::select);
        content.setTop(problems);
        content.setCenter(table);
        note.setWrapText(true);
        note.getStyleClass().addAll("text-muted", "vmcs-note");
        note.managedProperty().bind(note.visibleProperty());
        note.visibleProperty().bind(note.textProperty().isNotEmpty());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (FIND.match(event)) {
                filter.requestFocus();
                event.consume();
            }
        });
        root.getStyleClass().add("vmcs");
        root.setTop(new VBox(bar(), note));
        root.getStylesheets()
                .add(VmcbView.class
                        .getResource("/org/ringside/app/vmcs/vmcs.css")
                        .toExternalForm());
    }

    /** What the view shows. */
    public VmcbViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.VMCB;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return table;
    }

    @Override
    public void attach() {
        model.attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.vmcbsProperty().subscribe(found -> choice.getItems().setAll(found)),
                model.pictureProperty().subscribe(this::showPicture),
                model.rowsProperty().subscribe(this::showRows),
                model.revealedProperty().subscribe(table::reveal));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        model.detach();
    }

    /** What can be done here, known before there is such a pane. */
    public static List<ViewAction<VmcbView>> actions() {
        return List.of(
                action("find", "Shortcut+F", view -> view.filter.requestFocus()),
                action("search-again", "", view -> view.model.search().searchAgain()),
                action("stop-search", "", view -> view.model.search().stopSearch()),
                action(
                        "copy-text",
                        "",
                        view -> Controls.copy(
                                VmcbRow.text(view.model.rowsProperty().get()))));
    }

    private static ViewAction<VmcbView> action(String name, String key, Consumer<VmcbView> run) {
        return new ViewAction<>("vmcb." + name, MESSAGES.get("action." + name), key, run);
    }

    private Node bar() {
        choice.setConverter(new Titles());
        choice.setAccessibleText(MESSAGES.get("choice"));
        choice.setTooltip(new Tooltip(MESSAGES.get("choice")));
        choice.valueProperty().subscribe(found -> {
            if (found != null && !filling) {
                model.show(found);
            }
        });
        explanation.setShowDelay(Duration.millis(250));
        explanation.setShowDuration(Duration.INDEFINITE);
        explanation.getStyleClass().add("mono");
        score.setTooltip(explanation);
        score.getStyleClass().add("vmcs-score");
        filter.setPromptText(MESSAGES.get("filter"));
        filter.setTooltip(new Tooltip(MESSAGES.get("filter.tooltip")));
        filter.setAccessibleText(MESSAGES.get("filter.tooltip"));
        filter.textProperty().bindBidirectional(model.filterProperty());
        filter.setPrefWidth(180);
        FlowPane bar = new FlowPane(choice, score, filter);
        bar.setRowValignment(VPos.CENTER);
        bar.getStyleClass().add("vmcs-bar");
        return bar;
    }

    private void showPicture(Optional<VmcbPicture> picture) {
        filling = true;
        choice.setValue(picture.map(VmcbPicture::found).orElse(null));
        score.setText(
                picture.map(shown -> MESSAGES.get("score", shown.found().score().percent()))
                        .orElse(""));
        explanation.setText(
                picture.map(shown -> shown.found().score().explain()).orElse(""));
        problems.show(picture.map(VmcbPicture::problems).orElse(List.of()));
        filling = false;
    }

    private void showRows(List<VmcbRow> rows) {
        table.show(rows, !model.filterProperty().get().isBlank());
        table.reveal(model.revealedProperty().get());
        Optional<VmcbPicture> picture = model.pictureProperty().get();
        note.setText(
                rows.isEmpty() && picture.isPresent()
                        ? MESSAGES.get("no-match")
                        : picture.map(VmcbView::about).orElse(""));
    }

    private static String about(VmcbPicture picture) {
        return picture.found().kind() == CarvedVmcb.Kind.HOST_SAVE_AREA
                ? MESSAGES.get("host-save-area")
                : VmcbTree.summary(picture.vmcb());
    }

    private void showState(VmcbViewModel.State state) {
        if (state == VmcbViewModel.State.READY) {
            root.setCenter(content);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key),
                MESSAGES.get(key + ".why"),
                switch (state) {
                    case CLOSED -> "file.open";
                    case SEARCHING -> "vmcb.stop-search";
                    case STOPPED, FAILED -> "vmcb.search-again";
                    case NONE -> "file.import";
                    case NO_SNAPSHOT, READING, READY -> "";
                });
        root.setCenter(message);
    }

    private static final class Titles extends StringConverter<CarvedVmcb> {
        @Override
        public String toString(@Nullable CarvedVmcb found) {
            return found == null ? "" : MESSAGES.get("title", found.kind().title(), Formats.address(found.address()));
        }

        @Override
        public CarvedVmcb fromString(String text) {
            throw new UnsupportedOperationException("chosen, not typed");
        }
    }
}
