package org.ringside.app.palette;

import java.util.Objects;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import org.jspecify.annotations.Nullable;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Messages;

/** The palette: a field and a list under it. The focus stays in the field; the arrow keys move in the list. */
public final class PaletteView extends VBox {
    private static final double WIDTH = 680;
    private static final double ROW = 34;
    private static final int ROWS = 12;
    private static final int PAGE = 10;

    private final Messages messages = Messages.of(PaletteView.class);
    private final PaletteViewModel model;
    private final Runnable close;
    private final TextField field = new TextField();
    private final ListView<PaletteEntry> list = new ListView<>();

    /**
     * Builds the palette.
     *
     * @param close takes it off the screen
     */
    public PaletteView(PaletteViewModel model, Runnable close) {
        this.model = model;
        this.close = close;
        getStyleClass().add("palette");
        getStylesheets()
                .add(Objects.requireNonNull(getClass().getResource("palette.css"))
                        .toExternalForm());
        field.setPromptText(messages.get("prompt"));
        field.setAccessibleText(messages.get("prompt"));
        field.textProperty().bindBidirectional(model.typedProperty());
        field.addEventFilter(KeyEvent.KEY_PRESSED, this::navigate);
        list.setItems(model.found());
        list.setCellFactory(ignored -> new Cell());
        list.setFixedCellSize(ROW);
        list.setFocusTraversable(false);
        list.setPrefHeight(ROW * ROWS + 2);
        Label problem = new Label();
        problem.textProperty().bind(model.problemProperty());
        problem.setWrapText(true);
        list.setPlaceholder(problem);
        list.setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY) {
                choose();
            }
        });
        Label help = new Label(messages.get("help"));
        help.getStyleClass().add("palette-help");
        getChildren().addAll(field, list, help);
        setMaxSize(WIDTH, Region.USE_PREF_SIZE);
        // A list change listener, because it is told after the list view itself has taken the change.
        model.found().addListener((ListChangeListener<PaletteEntry>) change -> selectFirst());
        selectFirst();
    }

    public Node focusTarget() {
        return field;
    }

    /** Puts the focus in the field once the palette is on the screen. */
    public void follow() {
        field.requestFocus();
        field.selectAll();
    }

    private void selectFirst() {
        if (model.found().isEmpty()) {
            list.getSelectionModel().clearSelection();
        } else {
            list.getSelectionModel().select(0);
            list.scrollTo(0);
        }
    }

    private void navigate(KeyEvent event) {
        int step = switch (event.getCode()) {
            case DOWN -> 1;
            case UP -> -1;
            case PAGE_DOWN -> PAGE;
            case PAGE_UP -> -PAGE;
            default -> 0;
        };
        if (step != 0) {
            event.consume();
            int last = model.found().size() - 1;
            int next = Math.clamp((long) list.getSelectionModel().getSelectedIndex() + step, 0, Math.max(0, last));
            list.getSelectionModel().select(next);
            list.scrollTo(Math.max(0, next - ROWS + 2));
        } else if (event.getCode() == javafx.scene.input.KeyCode.ENTER) {
            event.consume();
            choose();
        }
    }

    private void choose() {
        @Nullable PaletteEntry selected = list.getSelectionModel().getSelectedItem();
        @Nullable
        PaletteEntry chosen =
                selected == null && !model.found().isEmpty() ? model.found().getFirst() : selected;
        if (chosen != null && chosen.enabled()) {
            close.run();
            chosen.run().run();
        }
    }

    private static final class Cell extends ListCell<PaletteEntry> {
        private final Label kind = new Label();
        private final TextFlow title = new TextFlow();
        private final Label hint = new Label();
        private final Label key = new Label();
        private final HBox row = new HBox(10, kind, title, hint, key);

        private Cell() {
            kind.getStyleClass().add("palette-kind");
            hint.getStyleClass().add("palette-hint");
            key.getStyleClass().add("key-hint");
            row.setAlignment(Pos.CENTER_LEFT);
            row.setFillHeight(false);
            hint.setMaxWidth(Double.MAX_VALUE);
            hint.setMinWidth(0);
            title.setMinWidth(Region.USE_PREF_SIZE);
            HBox.setHgrow(hint, Priority.ALWAYS);
            key.setMinWidth(Region.USE_PREF_SIZE);
        }

        @Override
        protected void updateItem(@Nullable PaletteEntry entry, boolean nothing) {
            super.updateItem(entry, nothing);
            if (nothing || entry == null) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            kind.setText(entry.kind());
            hint.setText(entry.hint());
            key.setText(entry.key().map(Controls::keyText).orElse(""));
            key.setVisible(entry.key().isPresent());
            title.getChildren().clear();
            for (int i = 0; i < entry.title().length(); i++) {
                Text character = new Text(String.valueOf(entry.title().charAt(i)));
                character.getStyleClass().add(entry.matched().contains(i) ? "palette-match" : "palette-text");
                title.getChildren().add(character);
            }
            row.setDisable(!entry.enabled());
            setGraphic(row);
            setAccessibleText(entry.kind() + " " + entry.title() + " " + entry.hint() + " " + key.getText());
        }
    }
}
