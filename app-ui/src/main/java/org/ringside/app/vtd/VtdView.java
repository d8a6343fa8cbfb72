package org.ringside.app.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.ringside.app.shell.ViewMessage;
import org.ringside.app.shell.ViewType;
import org.ringside.app.shell.WorkbenchView;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.RequesterId;

/** DMA remapping: units, buses, devices, domains and their mappings; who reaches a page; the way of a request. */
public final class VtdView implements WorkbenchView {
    private static final Messages MESSAGES = Messages.of(VtdView.class);
    private static final double DIVIDER = 0.58;

    private static final double LEAST_ANSWER = 30;
    private static final double LEAST_QUESTIONS = 150;

    private final VtdViewModel model;
    private final BorderPane root = new BorderPane();
    private final UnitTable table;
    private final ComboBox<VtdViewModel.Unit> unitChoice = new ComboBox<>();
    private final TextField rootField = field("root", 150);
    private final Label note = new Label();
    private final Label problem = new Label();
    private final TextField pageField = field("page", 130);
    private final ListView<String> reaching = new ListView<>();
    private final ComboBox<RequesterId> device = new ComboBox<>();
    private final TextField dmaAddress = field("dma-address", 120);
    private final UnitTable walk;
    private final FindingsPane findings;
    private final WritersPane writers;
    private final ToggleButton tables = new ToggleButton(MESSAGES.get("shown.tables"));
    private final ToggleButton picture = new ToggleButton(MESSAGES.get("shown.writers"));
    private final SplitPane split;
    private final ViewMessage message;
    private Subscription subscriptions = Subscription.EMPTY;

    public VtdView(Workspace workspace) {
        model = new VtdViewModel(workspace);
        message = new ViewMessage(workspace);
        table = new UnitTable(model, true);
        walk = new UnitTable(model, false);
        table.setAccessibleText(MESSAGES.get("table.accessible"));
        HBox questions = new HBox(who(), journey());
        questions.getStyleClass().add("vtd-questions");
        findings = new FindingsPane(model);
        writers = new WritersPane(model.writers());
        BorderPane shown = new BorderPane(table);
        shown.setTop(findings);
        split = new SplitPane(shown, questions);
        // The picture says itself who can write a page: it takes the room of the questions.
        tables.selectedProperty().subscribe(on -> {
            shown.setCenter(on ? table : writers);
            if (on && split.getItems().size() == 1) {
                split.getItems().add(questions);
                split.setDividerPositions(DIVIDER);
            } else if (!on) {
                split.getItems().remove(questions);
            }
        });
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(DIVIDER);
        questions.setMinHeight(Region.USE_PREF_SIZE);
        questions.setPrefHeight(LEAST_QUESTIONS);
        note.setWrapText(true);
        note.getStyleClass().addAll("text-muted", "vtd-note");
        problem.getStyleClass().add("vtd-problem");
        root.getStyleClass().add("vtd");
        root.setTop(new VBox(bar(), note));
        root.getStylesheets()
                .add(VtdView.class.getResource("/org/ringside/app/vtd/vtd.css").toExternalForm());
    }

    @Override
    public ViewType type() {
        return ViewType.VTD;
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
        writers.attach();
        subscriptions = Subscription.combine(
                model.stateProperty().subscribe(this::showState),
                model.unitsProperty().subscribe(units -> unitChoice.getItems().setAll(units)),
                model.shownProperty().subscribe(this::showUnit),
                model.reachingProperty().subscribe(lines -> reaching.getItems().setAll(lines)),
                model.pageProperty().subscribe(this::showPage),
                model.walkProperty().subscribe(this::showWalk),
                model.problemProperty().subscribe(problem::setText));
    }

    @Override
    public void detach() {
        subscriptions.unsubscribe();
        writers.detach();
        model.detach();
    }

    private Node bar() {
        unitChoice.setConverter(converter(VtdViewModel.Unit::title));
        unitChoice.setAccessibleText(MESSAGES.get("unit"));
        unitChoice.valueProperty().subscribe(unit -> {
            if (unit != null && !model.shownProperty().get().equals(Optional.of(unit))) {
                model.show(unit);
            }
        });
        rootField.setOnAction(event -> model.enterRoot(rootField.getText()));
        Button read = new Button(MESSAGES.get("root.read"));
        read.setOnAction(event -> model.enterRoot(rootField.getText()));
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        ToggleGroup group = new ToggleGroup();
        group.getToggles().addAll(tables, picture);
        tables.setSelected(true);
        tables.getStyleClass().add("left-pill");
        picture.getStyleClass().addAll("right-pill", "vtd-writers-choice");
        picture.setTooltip(new Tooltip(MESSAGES.get("shown.writers.tooltip")));
        group.selectedToggleProperty().subscribe((was, is) -> {
            if (is == null && was != null) {
                was.setSelected(true);
            }
        });
        HBox choice = new HBox(tables, picture);
        choice.setMinWidth(Region.USE_PREF_SIZE);
        HBox bar = new HBox(unitChoice, choice, new Label(MESSAGES.get("root")), rootField, read, space, problem);
        bar.setAlignment(Pos.CENTER_LEFT);
        bar.getStyleClass().add("vtd-bar");
        return bar;
    }

    private Node who() {
        pageField.setOnAction(event -> model.who(pageField.getText()));
        Button ask = new Button(MESSAGES.get("who.ask"));
        ask.setOnAction(event -> model.who(pageField.getText()));
        Node question = question(new Label(MESSAGES.get("who")), pageField, ask);
        reaching.getStyleClass().addAll("dense", "vtd-answer");
        reaching.setCellFactory(list -> new WrappedCell());
        reaching.setAccessibleText(MESSAGES.get("who.accessible"));
        reaching.setPlaceholder(muted(MESSAGES.get("who.empty")));
        reaching.setMinHeight(LEAST_ANSWER);
        VBox.setVgrow(reaching, Priority.ALWAYS);
        return column(new VBox(question, reaching));
    }

    private Node journey() {
        device.setConverter(converter(RequesterId::toString));
        device.setPromptText(MESSAGES.get("device"));
        device.setAccessibleText(MESSAGES.get("device"));
        dmaAddress.setOnAction(event -> follow());
        Button follow = new Button(MESSAGES.get("walk.follow"));
        follow.setOnAction(event -> follow());
        Node question = question(new Label(MESSAGES.get("walk")), device, dmaAddress, follow);
        walk.setPlaceholder(muted(MESSAGES.get("walk.empty")));
        walk.setAccessibleText(MESSAGES.get("walk.accessible"));
        walk.setMinHeight(LEAST_ANSWER);
        VBox.setVgrow(walk, Priority.ALWAYS);
        return column(new VBox(question, walk));
    }

    private void follow() {
        model.walk(Optional.ofNullable(device.getValue()), dmaAddress.getText());
    }

    /** A line of controls that becomes two where there is no room for one. */
    private static Node question(Region... controls) {
        FlowPane question = new FlowPane(controls);
        for (Region control : controls) {
            control.setMinWidth(Region.USE_PREF_SIZE);
        }
        question.setRowValignment(VPos.CENTER);
        question.getStyleClass().add("vtd-question");
        return question;
    }

    private static VBox column(VBox box) {
        HBox.setHgrow(box, Priority.ALWAYS);
        box.setMinWidth(0);
        box.setPrefWidth(100);
        return box;
    }

    /** A line of an answer, in as many lines as it needs. */
    private static final class WrappedCell extends ListCell<String> {
        WrappedCell() {
            setWrapText(true);
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(String line, boolean empty) {
            super.updateItem(line, empty);
            setText(empty ? null : line);
        }
    }

    private static Label muted(String text) {
        Label label = new Label(text);
        label.getStyleClass().add("text-muted");
        label.setWrapText(true);
        return label;
    }

    private static TextField field(String name, double width) {
        TextField field = new TextField();
        field.setPromptText(MESSAGES.get(name + ".prompt"));
        field.setTooltip(new Tooltip(MESSAGES.get(name + ".tooltip")));
        field.setAccessibleText(MESSAGES.get(name + ".tooltip"));
        field.setPrefWidth(width);
        field.setMinWidth(90);
        field.getStyleClass().add("mono");
        return field;
    }

    private static <T> StringConverter<T> converter(Function<T, String> text) {
        return new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : text.apply(value);
            }

            @Override
            public T fromString(String string) {
                throw new UnsupportedOperationException("chosen, not typed");
            }
        };
    }

    private void showUnit(Optional<VtdViewModel.Unit> unit) {
        unitChoice.setValue(unit.orElse(null));
        device.getItems().setAll(unit.map(VtdViewModel.Unit::devices).orElse(List.of()));
        findings.show(unit.map(VtdViewModel.Unit::findings).orElse(List.of()));
        unit.ifPresent(found -> writers.use(found.devices(), found.memory()));
        table.show(
                unit.map(VtdViewModel.Unit::tree),
                unit.map(found -> found.tree().root()));
        List<String> notes = new ArrayList<>();
        unit.ifPresent(found -> {
            notes.add(found.tree().found().note());
            List<String> gone = found.tree().gone();
            if (!gone.isEmpty()) {
                notes.add(MESSAGES.get(
                        "gone", gone.size(), String.join("; ", gone.subList(0, Math.min(5, gone.size())))));
            }
        });
        notes.removeIf(String::isEmpty);
        note.setText(String.join("\n", notes));
        note.setManaged(!notes.isEmpty());
        note.setVisible(!notes.isEmpty());
    }

    private void showPage(OptionalLong page) {
        page.ifPresent(address -> {
            if (!pageField.isFocused()) {
                pageField.setText(Formats.address(address));
            }
        });
    }

    private void showWalk(Optional<StructureNode> structure) {
        walk.show(Optional.empty(), structure);
    }

    private void showState(VtdViewModel.State state) {
        if (state == VtdViewModel.State.READY) {
            root.setCenter(split);
            return;
        }
        String key = "state." + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        message.show(
                MESSAGES.get(key), MESSAGES.get(key + ".why"), state == VtdViewModel.State.CLOSED ? "file.open" : "");
        root.setCenter(message);
    }
}
