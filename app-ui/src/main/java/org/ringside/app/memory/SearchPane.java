package org.ringside.app.memory;

import javafx.collections.FXCollections;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;

/** Where one says what to look for, and the list of what was found. */
final class SearchPane extends VBox {
    private static final Messages MESSAGES = Messages.of(SearchPane.class);
    private static final double LIST_HEIGHT = 130;

    private final SearchViewModel model;
    private final TextField field = new TextField();

    SearchPane(SearchViewModel model, Runnable onClose) {
        this.model = model;
        getStyleClass().add("memory-search");
        ComboBox<SearchKind> kinds = new ComboBox<>(FXCollections.observableArrayList(SearchKind.values()));
        kinds.valueProperty().bindBidirectional(model.kindProperty());
        kinds.setAccessibleText(MESSAGES.get("search.kind"));
        field.textProperty().bindBidirectional(model.textProperty());
        field.promptTextProperty().bind(model.kindProperty().map(SearchKind::hint));
        field.setAccessibleText(MESSAGES.get("search.what"));
        HBox.setHgrow(field, Priority.ALWAYS);
        field.setOnAction(event -> model.find(true));
        field.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ENTER && event.isShiftDown()) {
                model.find(false);
                event.consume();
            }
        });
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                onClose.run();
                event.consume();
            }
        });
        Button previous =
                button(Material2AL.KEYBOARD_ARROW_UP, MESSAGES.get("search.previous"), () -> model.find(false));
        Button next = button(Material2AL.KEYBOARD_ARROW_DOWN, MESSAGES.get("search.next"), () -> model.find(true));
        Button close = button(Material2AL.CLOSE, MESSAGES.get("search.close"), onClose);
        Button cancel = button(Material2MZ.STOP, MESSAGES.get("search.stop"), model::cancel);
        ProgressBar progress = new ProgressBar();
        progress.progressProperty().bind(model.progressProperty());
        progress.visibleProperty().bind(model.progressProperty().map(value -> value.doubleValue() >= 0));
        progress.managedProperty().bind(progress.visibleProperty());
        cancel.visibleProperty().bind(progress.visibleProperty());
        cancel.managedProperty().bind(progress.visibleProperty());
        Label status = new Label();
        status.textProperty().bind(model.statusProperty());
        status.getStyleClass().add("text-muted");
        HBox line = new HBox(6, kinds, field, previous, next, progress, cancel, status, close);
        line.setAlignment(Pos.CENTER_LEFT);
        getChildren().addAll(line, results());
    }

    void focus() {
        field.requestFocus();
        field.selectAll();
    }

    private ListView<MemorySearch.Hit> results() {
        ListView<MemorySearch.Hit> list = new ListView<>(model.hits());
        list.setAccessibleText(MESSAGES.get("search.matches"));
        list.setPrefHeight(LIST_HEIGHT);
        list.setMinHeight(LIST_HEIGHT);
        list.getStyleClass().add("mono");
        list.visibleProperty().bind(javafx.beans.binding.Bindings.isNotEmpty(model.hits()));
        list.managedProperty().bind(list.visibleProperty());
        list.setCellFactory(view -> new ListCell<>() {
            @Override
            protected void updateItem(MemorySearch.Hit hit, boolean empty) {
                super.updateItem(hit, empty);
                setText(
                        empty || hit == null
                                ? null
                                : MESSAGES.get("search.match", Formats.address(hit.address()), hit.length()));
            }
        });
        list.setOnMouseClicked(event -> goTo(list));
        list.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                goTo(list);
            }
        });
        return list;
    }

    private void goTo(ListView<MemorySearch.Hit> list) {
        MemorySearch.Hit hit = list.getSelectionModel().getSelectedItem();
        if (hit != null) {
            model.goTo(hit);
        }
    }

    static Button button(org.kordamp.ikonli.Ikon icon, String title, Runnable action) {
        Button button = new Button();
        button.setGraphic(FontIcon.of(icon));
        button.getStyleClass().addAll("flat", "button-icon");
        button.setTooltip(new Tooltip(title));
        button.setAccessibleText(title);
        button.setOnAction(event -> action.run());
        return button;
    }
}
