package org.ringside.app.vmcs;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.util.Duration;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.VmcsLayout;

/** A VMCS: what is wrong with it, then every field and every bit, alone or beside another. */
public final class VmcsView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(VmcsView.class);

    private static final KeyCombination FIND = KeyCombination.valueOf("Shortcut+F");

    private final Workspace workspace;
    private final VmcsViewModel model;
    private final BorderPane root = new BorderPane();
    private final ComboBox<FoundVmcs> region = new ComboBox<>();
    private final ComboBox<VmcsLayout> layout = new ComboBox<>();
    private final Label score = new Label();
    private final Tooltip explanation = new Tooltip();
    private final TextField filter = new TextField();
    private final MenuButton compare = new MenuButton();
    private final CheckBox onlyDifferences = new CheckBox(MESSAGES.get("only-differences"));
    private final Label note = new Label();
    private final VmcsTable table;
    private final VmcsProblemsPane problems;
    private final BorderPane content = new BorderPane();
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;
    private boolean filling;

    public VmcsView(Workspace workspace) {
        this.workspace = workspace;
        model = new VmcsViewModel(workspace);
        message = new ViewMessage(workspace);
        table = new VmcsTable(model);
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
                .add(VmcsView.class
                        .getResource("/org/ringside/app/vmcs/vmcs.css")
                        .toExternalForm());
    }

    /** What the view shows. */
    public VmcsViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.VMCS;
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
                model.regionsProperty().subscribe(found -> region.getItems().setAll(found)),
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
    public static List<ViewAction<VmcsView>> actions() {
        return List.of(
                action("find", "Shortcut+F", view -> view.filter.requestFocus()),
                action("search-again", "", view -> view.model.search().searchAgain()),
                action("stop-search", "", view -> view.model.search().stopSearch()),
                action("copy-text", "", VmcsView::copyText),
                action("load-layout", "", VmcsView::loadLayout));
    }

    private static ViewAction<VmcsView> action(String name, String key, Consumer<VmcsView> run) {
        return new ViewAction<>("vmcs." + name, MESSAGES.get("action." + name), key, run);
    }

    private Node bar() {
        region.setConverter(text(FoundVmcs::title));
        region.setAccessibleText(MESSAGES.get("region"));
        region.setTooltip(new Tooltip(MESSAGES.get("region")));
        region.valueProperty().subscribe(found -> {
            if (found != null && !filling) {
                model.show(found);
            }
        });
        layout.setConverter(text(VmcsLayout::title));
        layout.setAccessibleText(MESSAGES.get("layout"));
        layout.setTooltip(new Tooltip(MESSAGES.get("layout")));
        layout.setPrefWidth(190);
        layout.valueProperty().subscribe(chosen -> {
            if (chosen != null && !filling) {
                model.readWith(chosen);
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
        compare.setOnShowing(event -> fillCompare());
        compare.setText(MESSAGES.get("compare"));
        compare.setTooltip(new Tooltip(MESSAGES.get("compare.tooltip")));
        onlyDifferences.selectedProperty().bindBidirectional(model.onlyDifferencesProperty());
        onlyDifferences.setTooltip(new Tooltip(MESSAGES.get("only-differences.tooltip")));
        FlowPane bar = new FlowPane(region, layout, score, filter, compare, onlyDifferences, more());
        bar.setRowValignment(VPos.CENTER);
        bar.getStyleClass().add("vmcs-bar");
        return bar;
    }

    private Node more() {
        MenuButton more = new MenuButton("", FontIcon.of(Material2MZ.MORE_HORIZ));
        more.getStyleClass().addAll("flat", "button-icon", "no-arrow");
        more.setTooltip(new Tooltip(MESSAGES.get("more")));
        more.setAccessibleText(MESSAGES.get("more"));
        more.getItems()
                .addAll(
                        item("action.copy-text", this::copyText),
                        item("action.copy-json", () -> export(VmcsExport::json).ifPresent(Controls::copy)),
                        item("export.csv", () -> save("csv", export((picture, rows) -> VmcsExport.csv(rows)))),
                        item("export.json", () -> save("json", export(VmcsExport::json))),
                        new SeparatorMenuItem(),
                        item("action.load-layout", this::loadLayout),
                        item("action.search-again", model.search()::searchAgain));
        return more;
    }

    private static MenuItem item(String key, Runnable run) {
        MenuItem item = new MenuItem(MESSAGES.get(key));
        item.setOnAction(event -> run.run());
        return item;
    }

    private void copyText() {
        export(VmcsExport::text).ifPresent(Controls::copy);
    }

    /** What is exported is what is shown: filter and comparison apply. */
    private Optional<String> export(java.util.function.BiFunction<VmcsPicture, List<VmcsRow>, String> to) {
        return model.pictureProperty()
                .get()
                .map(picture -> to.apply(picture, model.rowsProperty().get()));
    }

    private void save(String suffix, Optional<String> text) {
        if (text.isEmpty() || root.getScene() == null) {
            return;
        }
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("export." + suffix));
        chooser.setInitialFileName(model.pictureProperty()
                .get()
                .map(picture -> picture.found().name() + "." + suffix)
                .orElse("vmcs." + suffix));
        File chosen = chooser.showSaveDialog(root.getScene().getWindow());
        if (chosen != null) {
            workspace
                    .tasks()
                    .run(
                            "Write " + chosen.getName(),
                            monitor -> Files.writeString(chosen.toPath(), text.get(), StandardCharsets.UTF_8),
                            file -> {});
        }
    }

    private void loadLayout() {
        if (root.getScene() == null) {
            return;
        }
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("action.load-layout"));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(MESSAGES.get("layout.files"), "*.vmcs"));
        File chosen = chooser.showOpenDialog(root.getScene().getWindow());
        if (chosen != null) {
            model.loadLayout(chosen.toPath());
        }
    }

    private void fillCompare() {
        compare.getItems().clear();
        MenuItem none = item("compare.none", () -> model.compareWith(Optional.empty()));
        compare.getItems().addAll(none, new SeparatorMenuItem());
        for (VmcsViewModel.Other other : model.others()) {
            MenuItem item = new MenuItem(other.title());
            item.setMnemonicParsing(false);
            item.setOnAction(event -> model.compareWith(Optional.of(other)));
            compare.getItems().add(item);
        }
    }

    private void showPicture(Optional<VmcsPicture> picture) {
        filling = true;
        layout.getItems().setAll(model.layouts());
        region.setValue(picture.map(VmcsPicture::found).orElse(null));
        layout.setValue(picture.map(VmcsPicture::layout).orElse(null));
        score.setText(picture.map(VmcsView::scoreText).orElse(""));
        explanation.setText(picture.map(VmcsView::explain).orElse(""));
        problems.show(picture.map(VmcsPicture::problems).orElse(List.of()));
        filling = false;
    }

    private static String scoreText(VmcsPicture picture) {
        return picture.found()
                .best()
                .filter(best -> best.layout().equals(picture.layout()))
                .map(best -> MESSAGES.get("score", best.percent()))
                .orElseGet(() -> MESSAGES.get("score.chosen"));
    }

    /** Why this layout, and what speaks against the others. */
    private static String explain(VmcsPicture picture) {
        List<String> parts = new ArrayList<>();
        parts.add(MESSAGES.get("verified", picture.layout().verified()));
        picture.layout().notes().forEach(parts::add);
        picture.found().best().map(LayoutScore::explain).ifPresent(parts::add);
        List<LayoutScore> others = picture.found().runnersUp();
        if (!others.isEmpty()) {
            parts.add(MESSAGES.get("runners-up"));
            parts.add(others.stream()
                    .map(other -> "  %s: %d of %d points; fails %s"
                            .formatted(
                                    other.layout().id(),
                                    other.points(),
                                    other.possible(),
                                    other.tests().stream()
                                            .filter(test -> !test.held())
                                            .map(LayoutScore.Test::name)
                                            .limit(2)
                                            .collect(Collectors.joining(", "))))
                    .collect(Collectors.joining("\n")));
        }
        return String.join("\n", parts);
    }

    private void showRows(List<VmcsRow> rows) {
        Optional<VmcsViewModel.Other> other = model.other();
        table.showOther(other.isPresent() && model.comparisonProblem().isEmpty());
        compare.setText(
                other.map(found -> MESSAGES.get("compare.with", found.title())).orElse(MESSAGES.get("compare")));
        onlyDifferences.setDisable(other.isEmpty());
        table.show(rows, !model.filterProperty().get().isBlank());
        table.reveal(model.revealedProperty().get());
        String problem = model.comparisonProblem();
        boolean nothing = rows.isEmpty() && model.pictureProperty().get().isPresent();
        note.setText(
                !problem.isEmpty()
                        ? problem
                        : nothing
                                ? MESSAGES.get(model.filterProperty().get().isBlank() ? "no-difference" : "no-match")
                                : model.pictureProperty()
                                        .get()
                                        .filter(picture -> !picture.found().hasGuest())
                                        .map(picture -> MESSAGES.get(
                                                "no-guest",
                                                picture.found().kind().title()))
                                        .orElse(""));
    }

    private void showState(VmcsViewModel.State state) {
        if (state == VmcsViewModel.State.READY) {
            root.setCenter(content);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key),
                MESSAGES.get(key + ".why"),
                switch (state) {
                    case CLOSED -> "file.open";
                    case SEARCHING -> "vmcs.stop-search";
                    case STOPPED, FAILED -> "vmcs.search-again";
                    case NONE -> "file.import";
                    default -> "";
                });
        root.setCenter(message);
    }

    private static <T> StringConverter<T> text(Function<T, String> of) {
        return new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : of.apply(value);
            }

            @Override
            public T fromString(String string) {
                throw new UnsupportedOperationException("chosen, not typed");
            }
        };
    }
}
