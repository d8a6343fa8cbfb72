package org.ringside.app.importing;

import java.io.File;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.importing.ImportItem.Recognition;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.trace.TraceFile;

/** The import dialog: a card for each image, the target, and the button that starts. */
public final class ImportSheet extends VBox {
    private static final Messages MESSAGES = Messages.of(ImportSheet.class);
    private static final double WIDTH = 760;
    private static final double LIST_HEIGHT = 380;
    private static final double FILE_WIDTH = 260;
    private static final double FIELD_WIDTH = 250;

    private final ImportViewModel model;
    private final Runnable close;
    private final IdentityHashMap<ImportItem, Node> cards = new IdentityHashMap<>();
    private final VBox list = new VBox(10);
    private final Button start = new Button(MESSAGES.get("start"));

    /**
     * Builds the dialog.
     *
     * @param close takes it off the screen
     * @param started shows the running tasks
     */
    public ImportSheet(ImportViewModel model, Runnable close, Runnable started) {
        this.model = model;
        this.close = close;
        getStyleClass().add("import-sheet");
        getStylesheets()
                .add(Objects.requireNonNull(getClass().getResource("importing.css"))
                        .toExternalForm());
        Label title = new Label(MESSAGES.get("title"));
        title.getStyleClass().add("overlay-title");
        ScrollPane scroll = new ScrollPane(list);
        scroll.setFitToWidth(true);
        scroll.setMaxHeight(LIST_HEIGHT);
        scroll.getStyleClass().add("import-list");
        Button add = new Button(MESSAGES.get("add"), FontIcon.of(Material2AL.ADD));
        add.setOnAction(event -> chooseImages());
        getChildren().addAll(title, scroll, add, target(), buttons(started));
        setPrefWidth(WIDTH);
        setMaxSize(WIDTH, Region.USE_PREF_SIZE);
        model.items().subscribe(this::fill);
        fill();
    }

    /** Where the focus goes. */
    public Node focusTarget() {
        return start;
    }

    private void fill() {
        list.getChildren()
                .setAll(model.items().stream()
                        .map(item -> cards.computeIfAbsent(item, this::card))
                        .toList());
        if (list.getChildren().isEmpty()) {
            Label nothing = new Label(MESSAGES.get("problem.none"));
            nothing.getStyleClass().add("text-muted");
            list.getChildren().add(nothing);
        }
    }

    private Node card(ImportItem item) {
        Label file = new Label(String.valueOf(item.image().getFileName()));
        file.getStyleClass().add("import-file");
        file.setMinWidth(Region.USE_PREF_SIZE);
        file.setMaxWidth(FILE_WIDTH);
        file.setTooltip(new Tooltip(item.image().toString()));
        Label format = new Label();
        format.setWrapText(true);
        format.getStyleClass().add("text-muted");
        HBox.setHgrow(format, Priority.ALWAYS);
        format.setMaxWidth(Double.MAX_VALUE);
        Button remove = Controls.iconButton(Material2AL.CLOSE, MESSAGES.get("remove"), () -> model.remove(item));
        HBox head = new HBox(10, file, format, remove);
        head.setAlignment(Pos.CENTER_LEFT);
        CheckBox inPlace = new CheckBox(MESSAGES.get("in-place"));
        inPlace.setTooltip(new Tooltip(MESSAGES.get("in-place.tooltip")));
        inPlace.selectedProperty().bindBidirectional(item.inPlaceProperty());
        item.recognitionProperty().subscribe(found -> {
            format.setText(describe(found));
            format.getStyleClass().remove("import-refused");
            if (found instanceof Recognition.Refused) {
                format.getStyleClass().add("import-refused");
            }
            inPlace.setDisable(!(found instanceof Recognition.Image image && image.inPlace()));
        });
        GridPane grid = new GridPane(10, 8);
        ColumnConstraints label = new ColumnConstraints();
        ColumnConstraints field = new ColumnConstraints();
        field.setHgrow(Priority.ALWAYS);
        field.setPrefWidth(FIELD_WIDTH);
        grid.getColumnConstraints().addAll(label, field, label, field);
        grid.addRow(
                0,
                new Label(MESSAGES.get("name")),
                text(item.nameProperty(), "name"),
                new Label(MESSAGES.get("machine")),
                text(item.machineProperty(), "machine"));
        grid.addRow(
                1,
                new Label(MESSAGES.get("registers")),
                file(item.registersProperty(), "registers"),
                new Label(MESSAGES.get("map")),
                file(item.memoryMapProperty(), "map"));
        VBox card = new VBox(10, head, grid, inPlace);
        card.getStyleClass().add("import-card");
        return card;
    }

    private static String describe(Recognition found) {
        return switch (found) {
            case Recognition.Pending pending -> MESSAGES.get("pending");
            case Recognition.Refused refused -> refused.why();
            case Recognition.Image image ->
                image.format() + "  ·  " + Formats.size(image.size())
                        + (image.memory() == image.size()
                                ? ""
                                : "  ·  " + MESSAGES.get("captured", Formats.size(image.memory())));
        };
    }

    private static TextField text(javafx.beans.property.StringProperty value, String key) {
        TextField field = new TextField();
        field.textProperty().bindBidirectional(value);
        field.setAccessibleText(MESSAGES.get(key));
        return field;
    }

    private Node file(ObjectProperty<Optional<Path>> value, String key) {
        Button choose = new Button();
        choose.setMaxWidth(Double.MAX_VALUE);
        choose.setAlignment(Pos.CENTER_LEFT);
        choose.setMnemonicParsing(false);
        value.subscribe(file -> choose.setText(
                file.map(path -> String.valueOf(path.getFileName())).orElse(MESSAGES.get("choose"))));
        choose.setAccessibleText(MESSAGES.get(key));
        choose.setTooltip(new Tooltip(MESSAGES.get(key + ".tooltip")));
        choose.setOnAction(event -> {
            FileChooser chooser = new FileChooser();
            chooser.setTitle(MESSAGES.get(key));
            @Nullable File chosen = chooser.showOpenDialog(window());
            if (chosen != null) {
                value.set(Optional.of(chosen.toPath()));
            }
        });
        Button clear = Controls.iconButton(
                Material2AL.CLEAR, MESSAGES.get("clear", MESSAGES.get(key)), () -> value.set(Optional.empty()));
        value.subscribe(file -> clear.setDisable(file.isEmpty()));
        HBox.setHgrow(choose, Priority.ALWAYS);
        return new HBox(4, choose, clear);
    }

    private Node target() {
        ToggleGroup group = new ToggleGroup();
        RadioButton here = new RadioButton(MESSAGES.get("target.open", model.openTraceName()));
        here.setMnemonicParsing(false);
        here.setToggleGroup(group);
        here.setVisible(model.canImportIntoOpenTrace());
        here.setManaged(model.canImportIntoOpenTrace());
        RadioButton fresh = new RadioButton(MESSAGES.get("target.new"));
        fresh.setToggleGroup(group);
        Label path = new Label();
        path.getStyleClass().add("mono");
        path.setMinWidth(0);
        model.newTraceProperty().subscribe(target -> path.setText(String.valueOf(target)));
        Button choose = new Button(MESSAGES.get("target.choose"));
        choose.setOnAction(event -> chooseTarget());
        group.selectToggle(model.intoOpenTraceProperty().get() ? here : fresh);
        model.intoOpenTraceProperty().subscribe(into -> group.selectToggle(into ? here : fresh));
        group.selectedToggleProperty()
                .subscribe(toggle -> model.intoOpenTraceProperty().set(here.equals(toggle)));
        HBox.setHgrow(path, Priority.ALWAYS);
        path.setMaxWidth(Double.MAX_VALUE);
        HBox row = new HBox(10, fresh, path, choose);
        fresh.setMinWidth(Region.USE_PREF_SIZE);
        choose.setMinWidth(Region.USE_PREF_SIZE);
        row.setAlignment(Pos.CENTER_LEFT);
        return new VBox(8, here, row);
    }

    private Node buttons(Runnable started) {
        Label problem = new Label();
        problem.textProperty().bind(model.problemProperty());
        problem.setWrapText(true);
        problem.getStyleClass().add("text-muted");
        HBox.setHgrow(problem, Priority.ALWAYS);
        problem.setMaxWidth(Double.MAX_VALUE);
        Button cancel = new Button(MESSAGES.get("cancel"));
        cancel.setCancelButton(true);
        cancel.setOnAction(event -> close.run());
        start.getStyleClass().add("accent");
        start.setDefaultButton(true);
        start.disableProperty().bind(model.problemProperty().isNotEmpty());
        start.setOnAction(event -> {
            close.run();
            model.start();
            started.run();
        });
        cancel.setMinWidth(Region.USE_PREF_SIZE);
        start.setMinWidth(Region.USE_PREF_SIZE);
        HBox row = new HBox(10, problem, cancel, start);
        row.setAlignment(Pos.CENTER_RIGHT);
        return row;
    }

    private void chooseImages() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("add"));
        @Nullable List<File> chosen = chooser.showOpenMultipleDialog(window());
        if (chosen != null) {
            model.add(chosen.stream().map(File::toPath).toList());
        }
    }

    private void chooseTarget() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("target.new"));
        chooser.setInitialFileName(String.valueOf(model.newTraceProperty().get().getFileName()));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("*", "*" + TraceFile.EXTENSION));
        @Nullable File chosen = chooser.showSaveDialog(window());
        if (chosen != null) {
            model.chooseTarget(chosen.toPath());
        }
    }

    private @Nullable Window window() {
        return getScene() == null ? null : getScene().getWindow();
    }
}
