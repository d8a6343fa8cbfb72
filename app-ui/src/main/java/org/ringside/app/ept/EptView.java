package org.ringside.app.ept;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.geometry.Orientation;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.map.MapExport;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.shell.ViewAction;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.TableSummary;

/** The EPT map: guest-physical memory as a picture of rights and as ranges; why an access to a page would exit. */
public final class EptView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(EptView.class);
    private static final KeyCombination FIND = KeyCombination.valueOf("Shortcut+G");
    private static final double DIVIDER = 0.58;

    private final Workspace workspace;
    private final EptViewModel model;
    private final EptCanvas canvas;
    private final BorderPane root = new BorderPane();
    private final ComboBox<EptChoice> choice = new ComboBox<>();
    private final ComboBox<AddressRange> piece = new ComboBox<>();
    private final ComboBox<String> space = new ComboBox<>();
    private final TextField address = new TextField();
    private final TextField eptp = new TextField();
    private final Label summary = new Label();
    private final Label note = new Label();
    private final TableView<EptRow> ranges;
    private final TableView<EptAccessRow> accesses;
    private final ListView<Finding> findings = new ListView<>();
    private final Tab accessTab = new Tab();
    private final Tab findingTab = new Tab();
    private final SplitPane split;
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;
    private boolean filling;

    public EptView(Workspace workspace) {
        this.workspace = workspace;
        model = new EptViewModel(workspace);
        message = new ViewMessage(workspace);
        canvas = new EptCanvas(model);
        ranges = EptTables.ranges(model);
        accesses = EptTables.accesses(model);
        BorderPane picture = new BorderPane(canvas.picture());
        picture.setBottom(canvas.legend());
        split = new SplitPane(picture, tabs());
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(DIVIDER);
        summary.getStyleClass().addAll("text-muted", "ept-summary");
        summary.setWrapText(true);
        note.getStyleClass().add("ept-note");
        note.setWrapText(true);
        note.managedProperty().bind(note.visibleProperty());
        note.visibleProperty().bind(note.textProperty().isNotEmpty());
        root.getStyleClass().add("ept");
        root.setTop(new VBox(bar(), summary, note));
        root.getStylesheets()
                .add(EptView.class.getResource("/org/ringside/app/ept/ept.css").toExternalForm());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (FIND.match(event)) {
                address.requestFocus();
                event.consume();
            }
        });
    }

    /** What can be done here, known before there is such a pane. */
    public static List<ViewAction<EptView>> actions() {
        return List.of(
                action("find", "Shortcut+G", view -> view.address.requestFocus()),
                action("fit", "F", view -> view.model.picture().fit()),
                action("copy-ranges", "", EptView::copyRanges),
                action("export", "", EptView::export),
                action("search-again", "", view -> view.model.search().searchAgain()),
                action("stop-search", "", view -> view.model.search().stopSearch()));
    }

    private static ViewAction<EptView> action(String name, String key, Consumer<EptView> run) {
        return new ViewAction<>("ept." + name, MESSAGES.get("action." + name), key, run);
    }

    /** What the view shows. */
    public EptViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.EPT;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return canvas.picture();
    }

    @Override
    public void attach() {
        model.attach();
        canvas.picture().attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.choicesProperty()
                        .subscribe(all -> fill(() -> choice.getItems().setAll(all))),
                model.mapProperty().subscribe(this::showMap),
                model.pieceProperty().subscribe(now -> fill(() -> piece.setValue(now.orElse(null)))),
                model.pageProperty().subscribe(this::showPage),
                model.accessesProperty().subscribe(rows -> accesses.getItems().setAll(rows)),
                model.noteProperty().subscribe(note::setText));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        canvas.picture().detach();
        model.detach();
    }

    private Node bar() {
        choice.setConverter(text(EptChoice::title));
        describe(choice, "choice");
        choice.valueProperty().subscribe(chosen -> {
            if (chosen != null && !filling) {
                model.show(chosen);
            }
        });
        piece.setConverter(text(range -> MESSAGES.get(
                "piece",
                Formats.address(range.start()),
                Formats.address(range.end() - 1),
                Formats.size(range.end() - range.start()))));
        describe(piece, "pieces");
        piece.valueProperty().subscribe(chosen -> {
            if (chosen != null && !filling) {
                model.show(chosen);
            }
        });
        space.getItems().setAll(MESSAGES.get("space.guest"), MESSAGES.get("space.host"));
        space.getSelectionModel().selectFirst();
        describe(space, "space");
        field(address, "address", 130);
        address.setOnAction(
                event -> model.find(address.getText(), space.getSelectionModel().getSelectedIndex() == 1));
        field(eptp, "eptp", 110);
        eptp.setOnAction(event -> model.enter(eptp.getText()));
        FlowPane bar = new FlowPane(
                choice,
                piece,
                space,
                address,
                eptp,
                button(Material2MZ.ZOOM_IN, "closer", () -> canvas.picture().zoom(1)),
                button(Material2MZ.ZOOM_OUT, "farther", () -> canvas.picture().zoom(-1)),
                button(Material2MZ.ZOOM_OUT_MAP, "fit", model.picture()::fit),
                button(Material2AL.CONTENT_COPY, "copy-ranges", this::copyRanges),
                button(Material2MZ.SAVE_ALT, "export", this::export));
        bar.setRowValignment(VPos.CENTER);
        bar.getStyleClass().add("ept-bar");
        return bar;
    }

    private static Button button(Ikon icon, String name, Runnable run) {
        return Controls.iconButton(icon, MESSAGES.get("action." + name), run);
    }

    private static void describe(ComboBox<?> box, String name) {
        box.setTooltip(new Tooltip(MESSAGES.get(name)));
        box.setAccessibleText(MESSAGES.get(name));
    }

    private static void field(TextField field, String name, double width) {
        field.setPromptText(MESSAGES.get(name));
        field.setTooltip(new Tooltip(MESSAGES.get(name + ".tooltip")));
        field.setAccessibleText(MESSAGES.get(name + ".tooltip"));
        field.setPrefWidth(width);
        field.getStyleClass().add("mono");
    }

    private TabPane tabs() {
        Tab rangeTab = new Tab(MESSAGES.get("ranges"), ranges);
        accessTab.setContent(accesses);
        findings.setCellFactory(list -> new FindingCell());
        findings.getStyleClass().add("dense");
        findings.setAccessibleText(MESSAGES.get("findings.accessible"));
        Label none = new Label(MESSAGES.get("findings.none"));
        none.getStyleClass().add("text-muted");
        findings.setPlaceholder(none);
        findingTab.setContent(findings);
        TabPane tabs = new TabPane(rangeTab, accessTab, findingTab);
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        tabs.getStyleClass().add("ept-tabs");
        return tabs;
    }

    private static final class FindingCell extends ListCell<Finding> {
        FindingCell() {
            setWrapText(true);
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(@Nullable Finding finding, boolean empty) {
            super.updateItem(finding, empty);
            setText(empty || finding == null ? null : finding.message());
            setGraphic(empty || finding == null ? null : SeverityMark.of(finding.severity()));
        }
    }

    private void showMap(Optional<EptPicture> shown) {
        fill(() -> {
            choice.setValue(shown.map(EptPicture::choice).orElse(null));
            piece.getItems().setAll(shown.map(EptPicture::pieces).orElse(List.of()));
            boolean several = piece.getItems().size() > 1;
            piece.setVisible(several);
            piece.setManaged(several);
        });
        choice.getStyleClass().removeIf(style -> style.startsWith("ept-level-"));
        shown.ifPresent(map -> choice.getStyleClass()
                .add("ept-level-" + Math.min(3, map.choice().level())));
        ranges.getItems().setAll(shown.map(EptPicture::rows).orElse(List.of()));
        findings.getItems().setAll(model.findings());
        findingTab.setText(MESSAGES.get("findings", model.findings().size()));
        summary.setText(shown.map(EptView::summary).orElse(""));
    }

    private static String summary(EptPicture shown) {
        TableSummary all = shown.map().summary();
        String text = MESSAGES.get(
                "summary",
                shown.tables().format().name(),
                all.tables(),
                all.leaves(),
                Formats.size(all.mappedBytes()),
                shown.rows().size());
        return all.complete() ? text : text + " " + MESSAGES.get("summary.cut");
    }

    private void showPage(OptionalLong page) {
        accessTab.setText(
                page.isPresent()
                        ? MESSAGES.get("accesses.of", Formats.address(page.getAsLong()))
                        : MESSAGES.get("accesses"));
        if (page.isPresent() && !ranges.isFocused()) {
            model.mapProperty()
                    .get()
                    .flatMap(map -> map.rowAt(page.getAsLong()))
                    .ifPresent(row -> {
                        ranges.getSelectionModel().clearSelection();
                        ranges.getSelectionModel().select(row);
                        ranges.scrollTo(row);
                    });
        }
    }

    private void copyRanges() {
        Controls.copy(ranges.getItems().stream().map(EptRow::text).collect(Collectors.joining("\n", "", "\n")));
    }

    private void export() {
        MapExport.ask(root.getScene(), canvas.picture(), workspace, "ept-map.png");
    }

    private void fill(Runnable change) {
        filling = true;
        try {
            change.run();
        } finally {
            filling = false;
        }
    }

    private void showState(EptViewModel.State state) {
        boolean ready = state == EptViewModel.State.READY;
        if (ready) {
            root.setCenter(split);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key),
                MESSAGES.get(key + ".why"),
                switch (state) {
                    case CLOSED -> "file.open";
                    case SEARCHING -> "ept.stop-search";
                    case STOPPED -> "ept.search-again";
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
