package org.ringside.app.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.shape.SVGPath;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;

/** A journey drawn as connected tables: a row for each translation, a card for each table, the entry that was used in its middle. */
final class JourneyDrawing extends VBox {
    private static final Messages MESSAGES = Messages.of(JourneyDrawing.class);
    private static final int HUES = 4;
    private static final String ARROW = "M0 5 L22 5 L22 1 L30 6 L22 11 L22 7 L0 7 Z";
    private static final String ARROW_DOWN = "M5 0 L5 12 L1 12 L6 20 L11 12 L7 12 L7 0 Z";
    private static final double CARD_WIDTH = 196;

    private final JourneyViewModel model;

    JourneyDrawing(JourneyViewModel model) {
        this.model = model;
        getStyleClass().add("journey-drawing");
    }

    void show(Optional<JourneyPicture> journey) {
        getChildren().clear();
        journey.ifPresent(this::draw);
    }

    private void draw(JourneyPicture journey) {
        for (JourneyStage stage : journey.stages()) {
            getChildren().add(stage(stage));
            if (stage.arrived()) {
                getChildren().add(arrow(ARROW_DOWN, stage.to()));
            }
        }
        getChildren().add(end(journey));
    }

    private Node stage(JourneyStage stage) {
        Label name = new Label(JourneyPicture.name(stage.from(), stage.to(), stage.virtual()));
        name.getStyleClass().addAll("journey-stage-name", level(stage.from()));
        Label input = new Label(Formats.address(stage.input()));
        input.getStyleClass().add("mono");
        Label format = new Label(stage.format());
        format.getStyleClass().add("text-muted");
        HBox head = new HBox(name, input, format);
        head.getStyleClass().add("journey-stage-head");
        FlowPane tables = new FlowPane();
        tables.getStyleClass().add("journey-tables");
        for (int i = 0; i < stage.cards().size(); i++) {
            Node card = card(stage.cards().get(i), stage.from());
            boolean last = i == stage.cards().size() - 1;
            tables.getChildren().add(last ? card : new HBox(card, arrow(ARROW, stage.from())));
        }
        Label result = new Label(stage.result());
        result.setWrapText(true);
        result.getStyleClass().addAll("mono", stage.arrived() ? "journey-result" : "journey-stop");
        VBox box = new VBox(head, tables, result);
        box.getStyleClass().addAll("journey-stage", level(stage.from()));
        return box;
    }

    private Node card(JourneyCard card, int level) {
        Label table = new Label(MESSAGES.get("table", card.table()));
        table.getStyleClass().add("journey-card-name");
        Label where = new Label(MESSAGES.get("entry", Formats.address(card.entryAddress())));
        where.getStyleClass().addAll("mono", "journey-small");
        Label host = new Label(card.hostAddress()
                .map(at -> at == card.entryAddress() ? "" : MESSAGES.get("entry.host", Formats.address(at)))
                .orElse(MESSAGES.get("entry.unmapped")));
        host.getStyleClass().addAll("mono", "journey-small");
        host.setManaged(!host.getText().isEmpty());
        VBox entries = new VBox();
        entries.getStyleClass().add("journey-entries");
        neighbour(entries, card.index() - 1, card.last());
        Label used = new Label("%d  %s"
                .formatted(card.index(), card.raw().map(Formats::address).orElse("?")));
        used.getStyleClass().addAll("mono", "journey-used");
        used.setMaxWidth(Double.MAX_VALUE);
        entries.getChildren().add(used);
        neighbour(entries, card.index() + 1, card.last());
        Label flags = new Label(card.flags());
        flags.setWrapText(true);
        flags.getStyleClass().add("journey-small");
        VBox box = new VBox(table, where, host, entries, flags);
        box.getStyleClass().addAll("journey-card", level(level));
        if (!card.stop().isEmpty()) {
            Label stop = new Label(MESSAGES.get("stops"));
            stop.getStyleClass().add("journey-stop");
            box.getChildren().add(stop);
            box.getStyleClass().add("journey-card-stop");
        }
        box.setPrefWidth(CARD_WIDTH);
        box.setMaxWidth(CARD_WIDTH);
        box.setMinHeight(Region.USE_PREF_SIZE);
        interact(box, card);
        return box;
    }

    private static void neighbour(VBox entries, int index, int last) {
        if (index >= 0 && index <= last) {
            Label label = new Label("%d  …".formatted(index));
            label.getStyleClass().addAll("mono", "journey-neighbour");
            entries.getChildren().add(label);
        }
    }

    private void interact(VBox box, JourneyCard card) {
        box.setFocusTraversable(true);
        box.setAccessibleRole(AccessibleRole.BUTTON);
        box.setAccessibleText(MESSAGES.get(
                "card.accessible",
                card.table(),
                Integer.toString(card.index()),
                card.raw().map(Formats::address).orElse("?"),
                card.flags()));
        Tooltip.install(box, new Tooltip(tooltip(card)));
        box.setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY) {
                box.requestFocus();
                if (event.getClickCount() == 2) {
                    model.open(card);
                } else {
                    model.select(card);
                }
            }
        });
        box.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                model.open(card);
                event.consume();
            } else if (event.getCode() == KeyCode.SPACE) {
                model.select(card);
                event.consume();
            }
        });
    }

    /** Every bit, and why it stops. */
    private static String tooltip(JourneyCard card) {
        List<String> lines = new ArrayList<>();
        lines.add(card.path().getLast().children().stream()
                .map(bit -> "%s  %s".formatted(bit.name(), bit.meaning()))
                .collect(Collectors.joining("\n")));
        lines.add(card.stop());
        lines.add(MESSAGES.get("card.tooltip"));
        lines.removeIf(String::isEmpty);
        return String.join("\n", lines);
    }

    private Node end(JourneyPicture journey) {
        HBox end = new HBox();
        end.getStyleClass().add("journey-end");
        end.setAlignment(Pos.CENTER_LEFT);
        if (journey.host() instanceof Observed.Known<Long>(Long address)) {
            Label name = new Label(MESSAGES.get("end"));
            name.getStyleClass().addAll("journey-stage-name", level(0));
            Hyperlink link = new Hyperlink(Formats.address(address));
            link.getStyleClass().add("mono");
            link.setTooltip(new Tooltip(MESSAGES.get("end.tooltip")));
            link.setOnAction(event -> model.openEnd());
            end.getChildren().addAll(name, link);
        } else {
            Label stop = new Label(journey.host().reason());
            stop.setWrapText(true);
            stop.getStyleClass().add("journey-stop");
            end.getChildren().add(stop);
        }
        return end;
    }

    private static Node arrow(String path, int level) {
        SVGPath arrow = new SVGPath();
        arrow.setContent(path);
        arrow.getStyleClass().addAll("journey-arrow", level(level));
        HBox holder = new HBox(arrow);
        holder.setAlignment(Pos.CENTER);
        holder.getStyleClass().add("journey-arrow-holder");
        holder.setMaxWidth(Region.USE_PREF_SIZE);
        return holder;
    }

    private static String level(int level) {
        return "journey-level-" + Math.min(level, HUES - 1);
    }
}
