package org.ringside.app.diff;

import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.scene.text.TextAlignment;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.ByteSpan;

/** What changed in the selected run: instructions, pointers and bytes, before and after. */
final class DiffDetailPane extends BorderPane {
    private static final Messages MESSAGES = Messages.of(DiffDetailPane.class);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    /** Room for address, both sides and the scroll bar. */
    private static final double SIDE_BY_SIDE_WIDTH = 960;

    private static final int MOST_LINKS = 12;

    private final Workspace workspace;
    private final DiffViewModel model;
    private final ListView<DetailRow> list = new ListView<>();
    private final Label title = new Label();
    private final FlowPane links = new FlowPane();
    private final Button copy;

    DiffDetailPane(Workspace workspace, DiffViewModel model) {
        this.workspace = workspace;
        this.model = model;
        getStyleClass().add("diff-detail");
        BooleanBinding wide = Bindings.createBooleanBinding(() -> getWidth() >= SIDE_BY_SIDE_WIDTH, widthProperty());
        list.setCellFactory(view -> new DetailCell(wide));
        list.getStyleClass().add("diff-detail-list");
        list.setAccessibleText(MESSAGES.get("detail.accessible"));
        list.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        list.setOnMouseClicked(event -> {
            if (event.getClickCount() == 2) {
                go();
            }
        });
        Label hint = new Label(MESSAGES.get("detail.choose"));
        hint.setWrapText(true);
        hint.setTextAlignment(TextAlignment.CENTER);
        hint.getStyleClass().add("text-muted");
        list.setPlaceholder(hint);
        title.getStyleClass().add("diff-detail-title");
        copy = Controls.iconButton(Material2AL.CONTENT_COPY, MESSAGES.get("detail.copy"), this::copy);
        HBox head = new HBox(title, copy);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        head.setAlignment(Pos.CENTER_LEFT);
        head.setSpacing(8);
        links.getStyleClass().add("diff-links");
        VBox top = new VBox(head, links);
        top.getStyleClass().add("diff-detail-head");
        setTop(top);
        setCenter(list);
        model.detailProperty().subscribe(this::show);
    }

    private void show(Optional<RunDetail> detail) {
        list.getItems()
                .setAll(detail.map(shown -> DetailRow.of(shown, workspace.symbols()))
                        .orElse(List.of()));
        links.getChildren().clear();
        copy.setDisable(detail.isEmpty());
        if (detail.isEmpty()) {
            title.setText(model.selectedProperty().get().isPresent() ? MESSAGES.get("detail.comparing") : "");
            return;
        }
        RunDetail shown = detail.get();
        title.setText("%s · %s"
                .formatted(shown.run().kind().title(), shown.run().kind().meaning()));
        shown.changes().stream()
                .limit(MOST_LINKS)
                .forEach(change -> links.getChildren().add(link(change.title(), change.span())));
        if (shown.changes().isEmpty()) {
            long bytes = shown.run().range().length();
            links.getChildren()
                    .add(link(
                            Formats.address(shown.run().address()),
                            ByteSpan.physical(shown.run().address(), bytes)));
        } else if (shown.changes().size() > MOST_LINKS) {
            Label more = new Label("and %,d more".formatted(shown.changes().size() - MOST_LINKS));
            more.getStyleClass().add("text-muted");
            links.getChildren().add(more);
        }
        for (Mapping mapping : shown.mappings().stream().limit(2).toList()) {
            Label label = new Label("%s %s".formatted(Formats.address(mapping.address()), mapping.rights()));
            label.getStyleClass().addAll("mono", "text-muted");
            links.getChildren().add(label);
        }
    }

    private Node link(String text, ByteSpan span) {
        Hyperlink link = new Hyperlink(text);
        link.setMnemonicParsing(false);
        link.setTooltip(new Tooltip(MESSAGES.get("detail.link", Formats.address(span.address()), span.length())));
        link.setOnAction(event -> model.select(span));
        return link;
    }

    private void key(KeyEvent event) {
        if (COPY.match(event)) {
            copy();
            event.consume();
        } else if (event.getCode() == KeyCode.ENTER) {
            go();
            event.consume();
        }
    }

    private void copy() {
        model.detailProperty().get().ifPresent(detail -> Controls.copy(DiffExport.text(detail)));
    }

    /** Selects what the line is about, in every view. */
    private void go() {
        DetailRow row = list.getSelectionModel().getSelectedItem();
        if (row == null) {
            return;
        }
        switch (row) {
            case DetailRow.Bytes(HexLine line) -> model.select(ByteSpan.physical(line.address(), HexLine.BYTES));
            case DetailRow.Pointer(PointerChange change) ->
                model.select(ByteSpan.physical(change.address(), Long.BYTES));
            case DetailRow.Code(InstructionRow code, String before, String after) -> model.selectVirtual(code);
            case DetailRow.Heading heading -> {}
            case DetailRow.Note note -> {}
        }
    }
}
