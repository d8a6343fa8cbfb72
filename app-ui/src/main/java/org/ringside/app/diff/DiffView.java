package org.ringside.app.diff;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.util.Subscription;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;

/** What changed between the baseline and what is shown. */
public final class DiffView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(DiffView.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);
    private static final double DIVIDER = 0.45;

    private final Workspace workspace;
    private final DiffViewModel model;
    private final BorderPane root = new BorderPane();
    private final TableView<DiffRow> table = new TableView<>();
    private final TextField search = new TextField();
    private final Label summary = new Label();
    private final ViewMessage message;
    private final SplitPane split;
    private final List<Function<DiffRow.Run, String>> columns = new ArrayList<>();
    private Set<MemoryKind> kinds = EnumSet.allOf(MemoryKind.class);
    private Subscription subscriptions = Subscription.EMPTY;

    public DiffView(Workspace workspace) {
        this.workspace = workspace;
        model = new DiffViewModel(workspace);
        message = new ViewMessage(workspace);
        split = new SplitPane(table, new DiffDetailPane(workspace, model));
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(DIVIDER);
        split.getStyleClass().add("diff-split");
        root.getStyleClass().add("diff");
        root.setTop(bar());
        root.getStylesheets()
                .add(DiffView.class
                        .getResource("/org/ringside/app/diff/diff.css")
                        .toExternalForm());
        fillTable();
    }

    @Override
    public ViewType type() {
        return ViewType.DIFF;
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
                model.summaryProperty().subscribe(summary::setText),
                model.revisionProperty().subscribe(table::refresh),
                model.selectedProperty().subscribe(this::mark));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        model.detach();
    }

    private Node bar() {
        search.setPromptText(MESSAGES.get("search"));
        search.setTooltip(new Tooltip(MESSAGES.get("search.tooltip")));
        search.setAccessibleText(MESSAGES.get("search"));
        search.getStyleClass().add("diff-search");
        search.textProperty().subscribe(text -> filter());
        search.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ESCAPE && !search.getText().isEmpty()) {
                search.clear();
                event.consume();
            } else if (event.getCode() == KeyCode.DOWN) {
                table.requestFocus();
                event.consume();
            }
        });
        MenuButton shown = new MenuButton(MESSAGES.get("kinds"), new FontIcon(Material2AL.FILTER_LIST));
        for (MemoryKind kind : MemoryKind.values()) {
            CheckMenuItem item = new CheckMenuItem(kind.title());
            item.setSelected(true);
            item.selectedProperty().subscribe((was, is) -> {
                if (is ? kinds.add(kind) : kinds.remove(kind)) {
                    filter();
                }
            });
            shown.getItems().add(item);
        }
        MenuItem csv = new MenuItem(MESSAGES.get("export.csv"));
        csv.setOnAction(event -> export("csv", DiffExport::csv));
        MenuItem json = new MenuItem(MESSAGES.get("export.json"));
        json.setOnAction(event -> export("json", DiffExport::json));
        MenuButton export = new MenuButton(MESSAGES.get("export"), new FontIcon(Material2AL.GET_APP), csv, json);
        HBox controls = new HBox(search, shown, export);
        HBox.setHgrow(search, Priority.ALWAYS);
        controls.setAlignment(Pos.CENTER_LEFT);
        controls.getStyleClass().add("diff-bar");
        summary.getStyleClass().add("diff-summary");
        summary.setWrapText(true);
        return new VBox(controls, summary);
    }

    private void filter() {
        model.filterProperty().set(new DiffFilter(search.getText(), kinds));
    }

    private void fillTable() {
        table.setItems(model.rows());
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        table.getStyleClass().addAll("dense", "diff-table");
        table.setAccessibleText(MESSAGES.get("table.accessible"));
        table.setRowFactory(view -> new Row());
        columns.add(row -> name(row.run()));
        TableColumn<DiffRow, DiffRow> what = new TableColumn<>(MESSAGES.get("column.what"));
        what.setCellValueFactory(cell -> new SimpleObjectProperty<>(cell.getValue()));
        what.setCellFactory(column -> new WhatCell());
        what.setMinWidth(130);
        what.setPrefWidth(360);
        table.getColumns().add(what);
        column("address", 96, "mono", row -> Formats.address(row.run().address()));
        column("pages", 52, "diff-number", row -> "%,d".formatted(row.run().pages()));
        column(
                "kernel",
                150,
                "mono",
                row -> model.kernelAddress(row.run())
                        .map(mapping -> Formats.address(mapping.address()))
                        .orElse(""));
        column(
                "first",
                58,
                "mono",
                row -> model.summaryOf(row.run())
                        .filter(counted -> counted.first().isPresent())
                        .map(counted -> "+0x%x"
                                .formatted(
                                        counted.first().getAsLong() - row.run().address()))
                        .orElse(""));
        column(
                "bytes",
                60,
                "diff-number",
                row -> model.summaryOf(row.run())
                        .map(counted -> (counted.complete() ? "" : "≥ ") + "%,d".formatted(counted.changedBytes()))
                        .orElse("…"));
        column(
                "change",
                72,
                "",
                row -> MESSAGES.get("change." + DiffFilter.name(row.run().change())));
        table.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row instanceof DiffRow.Run(ChangedRun run)
                    && !model.selectedProperty().get().equals(Optional.of(run))) {
                model.select(run);
            }
        });
        table.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    }

    private void column(String name, double width, String style, Function<DiffRow.Run, String> text) {
        columns.add(text);
        TableColumn<DiffRow, DiffRow> column = new TableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(cell -> new SimpleObjectProperty<>(cell.getValue()));
        Function<DiffRow.Group, String> head = group -> name.equals("pages") ? "%,d".formatted(group.pages()) : "";
        column.setCellFactory(view -> new TextCell(text, head, style));
        column.setMinWidth(width);
        column.setPrefWidth(width);
        column.setSortable(false);
        table.getColumns().add(column);
    }

    private void key(KeyEvent event) {
        if (COPY.match(event)) {
            copyRow();
            event.consume();
            return;
        }
        if (table.getSelectionModel().getSelectedItem() instanceof DiffRow.Group group) {
            boolean toggles = switch (event.getCode()) {
                case ENTER, SPACE -> true;
                case RIGHT -> !group.open();
                case LEFT -> group.open();
                default -> false;
            };
            if (toggles) {
                toggle(group.kind());
                event.consume();
            }
        }
    }

    /** Copies the selected row as one line, its cells with tabs between them. */
    private void copyRow() {
        int index = table.getSelectionModel().getSelectedIndex();
        if (index >= 0 && table.getItems().get(index) instanceof DiffRow.Run run) {
            Controls.copy(String.join(
                    "\t", columns.stream().map(column -> column.apply(run)).toList()));
        }
    }

    private void toggle(MemoryKind kind) {
        model.toggle(kind);
        for (DiffRow row : model.rows()) {
            if (row instanceof DiffRow.Group group && group.kind() == kind) {
                table.getSelectionModel().select(row);
            }
        }
    }

    /** Marks the row of what was selected elsewhere. */
    private void mark(Optional<ChangedRun> run) {
        run.map(DiffRow.Run::new).ifPresent(row -> {
            int index = model.rows().indexOf(row);
            if (index >= 0 && table.getSelectionModel().getSelectedIndex() != index) {
                table.getSelectionModel().select(index);
                table.scrollTo(Math.max(0, index - 3));
            }
        });
    }

    private void showState(DiffViewModel.State state) {
        boolean ready = state == DiffViewModel.State.READY;
        root.setCenter(ready ? split : message);
        if (!ready) {
            String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
            message.show(
                    MESSAGES.get(key),
                    MESSAGES.get(key + ".why"),
                    switch (state) {
                        case CLOSED -> "file.open";
                        case NO_BASELINE, NO_SNAPSHOT -> "file.import";
                        default -> "";
                    });
        }
    }

    /** Writes a comparison to a file. */
    private interface Export {
        void write(
                Comparison comparison, List<ChangedRun> runs, SymbolTable symbols, Writer out, ProgressMonitor monitor)
                throws IOException;
    }

    private void export(String extension, Export export) {
        model.comparison().ifPresent(comparison -> {
            FileChooser chooser = new FileChooser();
            chooser.setTitle(MESSAGES.get("export." + extension));
            chooser.setInitialFileName("changes." + extension);
            File chosen = chooser.showSaveDialog(root.getScene().getWindow());
            if (chosen != null) {
                Path file = chosen.toPath();
                workspace
                        .tasks()
                        .run(
                                MESSAGES.get("export.task", file.getFileName()),
                                monitor -> {
                                    try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                                        export.write(comparison, comparison.runs(), workspace.symbols(), out, monitor);
                                    }
                                    return file;
                                },
                                written -> workspace
                                        .notifications()
                                        .inform(MESSAGES.get("export.done"), written.toString()));
            }
        });
    }

    private final class Row extends TableRow<DiffRow> {
        Row() {
            setOnMouseClicked(event -> {
                if (getItem() instanceof DiffRow.Group group) {
                    toggle(group.kind());
                }
            });
        }

        @Override
        protected void updateItem(DiffRow row, boolean empty) {
            super.updateItem(row, empty);
            getStyleClass().removeAll("diff-group", "diff-alert");
            if (row instanceof DiffRow.Group(MemoryKind kind, int runs, long pages, boolean open)) {
                getStyleClass().add("diff-group");
                if (!kind.isNoise()) {
                    getStyleClass().add("diff-alert");
                }
            }
        }
    }

    /** The symbols of what changed, or else what kind of memory it is. */
    private String name(ChangedRun run) {
        List<SymbolPlace> symbols = model.symbols(run);
        if (symbols.isEmpty()) {
            return run.kind().title();
        }
        return symbols.getFirst() + (symbols.size() > 1 ? " and %d more".formatted(symbols.size() - 1) : "");
    }

    /** Names what changed; heads of groups say how much is below them. */
    private final class WhatCell extends TableCell<DiffRow, DiffRow> {
        @Override
        protected void updateItem(DiffRow row, boolean empty) {
            super.updateItem(row, empty);
            setTooltip(null);
            setText(
                    switch (row) {
                        case null -> null;
                        case DiffRow.Group(MemoryKind kind, int runs, long pages, boolean open) -> {
                            setTooltip(new Tooltip(kind.meaning()));
                            yield (open ? "▾ " : "▸ ") + kind.title();
                        }
                        case DiffRow.Run(ChangedRun run) -> "    " + name(run);
                    });
        }
    }

    private static final class TextCell extends TableCell<DiffRow, DiffRow> {
        private final Function<DiffRow.Run, String> text;
        private final Function<DiffRow.Group, String> head;

        TextCell(Function<DiffRow.Run, String> text, Function<DiffRow.Group, String> head, String style) {
            this.text = text;
            this.head = head;
            if (!style.isEmpty()) {
                getStyleClass().add(style);
            }
        }

        @Override
        protected void updateItem(DiffRow row, boolean empty) {
            super.updateItem(row, empty);
            setText(
                    switch (row) {
                        case null -> null;
                        case DiffRow.Run run -> text.apply(run);
                        case DiffRow.Group group -> head.apply(group);
                    });
        }
    }
}
