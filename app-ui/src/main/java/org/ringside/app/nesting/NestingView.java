package org.ringside.app.nesting;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.Orientation;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.util.StringConverter;
import javafx.util.Subscription;
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
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.ShadowComparison;

/** The levels of a recursion side by side; below, the VMCSs of a nested guest field by field, and its merged tables against those they stand for. */
public final class NestingView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(NestingView.class);
    private static final KeyCombination FIND = KeyCombination.valueOf("Shortcut+F");
    private static final double MOST_SHARE = 0.5;
    private static final double MOVED = 0.01;
    private static final double SCROLL_BAR = 14;
    private static final int FILTER_COLUMNS = 10;

    private final Workspace workspace;
    private final NestingViewModel model;
    private final BorderPane root = new BorderPane();
    private final NestingDrawing drawing;
    private final ComboBox<NestingChain> chain = new ComboBox<>();
    private final TextField filter = new TextField();
    private final CheckBox onlyDifferences = new CheckBox();
    private final Label legend = new Label();
    private final NestingTable table;
    private final ShadowPane shadow;
    private final ToggleButton fields = new ToggleButton();
    private final ToggleButton tables = new ToggleButton();
    private final ToggleGroup tabs = new ToggleGroup();
    private final FlowPane bar = new FlowPane();
    private final BorderPane below = new BorderPane();
    private final Label single = new Label();
    private final SplitPane split = new SplitPane();
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;
    private double shared = -1;
    private boolean filling;

    public NestingView(Workspace workspace) {
        this.workspace = workspace;
        model = new NestingViewModel(workspace);
        message = new ViewMessage(workspace);
        drawing = new NestingDrawing(model);
        table = new NestingTable(model);
        shadow = new ShadowPane(model);
        ScrollPane scroll = new ScrollPane(drawing);
        scroll.setFitToWidth(true);
        scroll.setFitToHeight(true);
        scroll.setAccessibleText(MESSAGES.get("accessible"));
        fieldsControls();
        tabs();
        single.setText(MESSAGES.get("single-level"));
        single.setWrapText(true);
        single.getStyleClass().add("nesting-note");
        below.setTop(chooser());
        split.setOrientation(Orientation.VERTICAL);
        split.getItems().addAll(scroll, below);
        split.heightProperty().subscribe(this::share);
        root.getStyleClass().add("nesting");
        root.getStylesheets()
                .add(NestingView.class
                        .getResource("/org/ringside/app/nesting/nesting.css")
                        .toExternalForm());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (FIND.match(event)) {
                find();
                event.consume();
            }
        });
    }

    /** What can be done here, known before there is such a pane. */
    public static List<ViewAction<NestingView>> actions() {
        return List.of(
                action("find", "Shortcut+F", NestingView::find),
                action("copy", "", NestingView::copy),
                action("export", "", NestingView::export),
                action("search-again", "", view -> view.model.search().searchAgain()),
                action("stop-search", "", view -> view.model.search().stopSearch()));
    }

    private static ViewAction<NestingView> action(String name, String key, Consumer<NestingView> run) {
        return new ViewAction<>("nesting." + name, MESSAGES.get("action." + name), key, run);
    }

    /** What the view shows. */
    public NestingViewModel model() {
        return model;
    }

    @Override
    public ViewType type() {
        return ViewType.NESTING;
    }

    @Override
    public Node node() {
        return root;
    }

    @Override
    public Node focusTarget() {
        return filter;
    }

    @Override
    public void attach() {
        model.attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.pictureProperty().subscribe(picture -> {
                    drawing.show(picture);
                    mark();
                    share();
                }),
                model.chainsProperty()
                        .subscribe(all -> fill(() -> chain.getItems().setAll(all))),
                model.chainProperty().subscribe(this::showChain),
                model.selectedProperty().subscribe(this::mark),
                model.comparedProperty().subscribe(this::showCompared),
                model.rowsProperty().subscribe(table::fill));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        model.detach();
    }

    private Node chooser() {
        chain.setConverter(new StringConverter<>() {
            @Override
            public String toString(NestingChain value) {
                return value == null ? "" : value.title();
            }

            @Override
            public NestingChain fromString(String string) {
                throw new UnsupportedOperationException("chosen, not typed");
            }
        });
        chain.setTooltip(new Tooltip(MESSAGES.get("chain")));
        chain.setAccessibleText(MESSAGES.get("chain"));
        chain.valueProperty().subscribe(chosen -> {
            if (chosen != null && !filling) {
                model.show(chosen);
            }
        });
        bar.getChildren()
                .addAll(
                        chain,
                        fields,
                        tables,
                        filter,
                        onlyDifferences,
                        legend,
                        Controls.iconButton(Material2AL.CONTENT_COPY, MESSAGES.get("action.copy"), this::copy),
                        Controls.iconButton(Material2MZ.SAVE_ALT, MESSAGES.get("action.export"), this::export));
        bar.setRowValignment(VPos.CENTER);
        bar.getStyleClass().add("nesting-bar");
        return bar;
    }

    private void fieldsControls() {
        filter.setPromptText(MESSAGES.get("filter"));
        filter.setTooltip(new Tooltip(MESSAGES.get("filter.tooltip")));
        filter.setAccessibleText(MESSAGES.get("filter.tooltip"));
        filter.setPrefColumnCount(FILTER_COLUMNS);
        filter.textProperty().bindBidirectional(model.filterProperty());
        onlyDifferences.setText(MESSAGES.get("only-differences"));
        onlyDifferences.setTooltip(new Tooltip(MESSAGES.get("only-differences.tooltip")));
        onlyDifferences.selectedProperty().bindBidirectional(model.onlyDifferencesProperty());
        legend.setText(MESSAGES.get("legend"));
        legend.setTooltip(new Tooltip(MESSAGES.get("legend.tooltip")));
        legend.getStyleClass().add("nesting-legend");
        table.setPlaceholder(new Label(MESSAGES.get("table.none")));
        for (Node control : List.of(filter, onlyDifferences, legend)) {
            control.managedProperty().bind(control.visibleProperty());
        }
    }

    private void tab(ToggleButton tab, String id, String key) {
        tab.setId(id);
        tab.setText(MESSAGES.get(key));
        tab.setTooltip(new Tooltip(MESSAGES.get(key + ".tooltip")));
        tab.getStyleClass().add("nesting-tab");
        tab.setToggleGroup(tabs);
    }

    private void tabs() {
        tab(fields, "nesting-fields", "tab.fields");
        tab(tables, "nesting-tables", "tab.tables");
        fields.setSelected(true);
        tabs.selectedToggleProperty().subscribe((was, is) -> {
            if (is == null && was != null) {
                was.setSelected(true);
            } else {
                showTab();
            }
        });
    }

    private void showTab() {
        boolean shown = model.chainProperty().get().isPresent();
        below.setCenter(shown ? fields.isSelected() ? table : shadow : single);
        bar.setVisible(shown);
        bar.setManaged(shown);
        filter.setVisible(fields.isSelected());
        onlyDifferences.setVisible(fields.isSelected());
        legend.setVisible(fields.isSelected()
                && model.chainProperty().get().flatMap(NestingChain::merged).isPresent());
    }

    /** Gives the picture the height that it needs, at most half of all; until somebody moves the divider. */
    private void share() {
        double height = split.getHeight();
        if (height <= 0
                || drawing.getScene() == null
                || model.pictureProperty().get().isEmpty()
                || (shared >= 0 && Math.abs(split.getDividerPositions()[0] - shared) > MOVED)) {
            return;
        }
        // New labels have no size until they have a style.
        drawing.applyCss();
        double needed = (drawing.prefHeight(split.getWidth()) + SCROLL_BAR) / height;
        split.setDividerPositions(Math.min(MOST_SHARE, needed));
        shared = split.getDividerPositions()[0];
    }

    private void showChain(Optional<NestingChain> shown) {
        fill(() -> chain.setValue(shown.orElse(null)));
        table.show(shown);
        showTab();
        mark();
    }

    private void mark() {
        drawing.mark(model.chainProperty().get(), model.selectedProperty().get());
    }

    private void showCompared(Optional<NestingViewModel.Compared> compared) {
        shadow.show(compared);
        tables.setText(
                compared.map(NestingViewModel.Compared::shadow).orElse(null)
                                instanceof Observed.Known<ShadowComparison>(ShadowComparison found)
                        ? MESSAGES.get("tab.tables.counted", found.equal(), found.pages())
                        : MESSAGES.get("tab.tables"));
    }

    private void find() {
        fields.setSelected(true);
        filter.requestFocus();
        filter.selectAll();
    }

    private void copy() {
        if (!model.text().isEmpty()) {
            Controls.copy(model.text());
        }
    }

    private void export() {
        MapExport.ask(root.getScene(), drawing, workspace, "nesting.png");
    }

    private void fill(Runnable change) {
        filling = true;
        try {
            change.run();
        } finally {
            filling = false;
        }
    }

    private void showState(NestingViewModel.State state) {
        if (state == NestingViewModel.State.READY) {
            root.setCenter(split);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key),
                MESSAGES.get(key + ".why"),
                switch (state) {
                    case CLOSED -> "file.open";
                    case SEARCHING -> "nesting.stop-search";
                    case STOPPED -> "nesting.search-again";
                    case NONE -> "file.import";
                    case AMD -> "view.vmcb";
                    default -> "";
                });
        root.setCenter(message);
    }
}
