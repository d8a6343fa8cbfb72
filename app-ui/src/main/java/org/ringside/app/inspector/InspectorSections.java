package org.ringside.app.inspector;

import java.util.ArrayList;
import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.MenuItem;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.LongText;
import org.ringside.app.text.Messages;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** Builds the controls of a page. */
final class InspectorSections {
    private static final Messages MESSAGES = Messages.of(InspectorSections.class);
    private static final double NAME_WIDTH = 92;
    private static final double BITS_WIDTH = 46;

    private final InspectorViewModel model;

    InspectorSections(InspectorViewModel model) {
        this.model = model;
    }

    Node build(Section section) {
        VBox box = new VBox();
        box.getStyleClass().add("inspector-section");
        if (!section.title().isEmpty()) {
            Label title = new Label(section.title());
            title.getStyleClass().add("inspector-heading");
            box.getChildren().add(title);
        }
        box.getChildren()
                .add(
                        switch (section) {
                            case Section.Facts(String title, List<Fact> facts) -> facts(facts);
                            case Section.Bits bits -> bits(bits);
                            case Section.Findings(String title, List<Finding> findings) -> findings(findings);
                            case Section.Prose(String title, String text) -> wrapped(new Label(text));
                            case Section.Notes(String title, List<LongText> notes) -> notes(notes);
                        });
        return box;
    }

    private static Node notes(List<LongText> notes) {
        VBox box = new VBox();
        for (LongText note : notes) {
            Label text = wrapped(new Label(note.brief()));
            box.getChildren().add(text);
            if (!note.rest().isEmpty()) {
                Hyperlink more = new Hyperlink(MESSAGES.get("notes.more"));
                boolean[] open = {false};
                more.setOnAction(event -> {
                    open[0] = !open[0];
                    text.setText(open[0] ? note.full() : note.brief());
                    more.setText(MESSAGES.get(open[0] ? "notes.less" : "notes.more"));
                    more.setVisited(false);
                });
                copyable(text, note.full());
                box.getChildren().add(more);
            }
        }
        return box;
    }

    private Node facts(List<Fact> facts) {
        GridPane grid = grid(NAME_WIDTH);
        for (int row = 0; row < facts.size(); row++) {
            Fact fact = facts.get(row);
            Label name = wrapped(new Label(fact.name()));
            name.getStyleClass().add("inspector-name");
            grid.add(name, 0, row);
            grid.add(value(fact), 1, row);
        }
        return grid;
    }

    private Node value(Fact fact) {
        Labeled label = fact.target()
                .<Labeled>map(target -> {
                    Hyperlink link = new Hyperlink(fact.value());
                    link.setMnemonicParsing(false);
                    link.setOnAction(event -> {
                        model.go(target);
                        link.setVisited(false);
                    });
                    return link;
                })
                .orElseGet(() -> new Label(fact.value()));
        wrapped(label);
        if (isNumber(fact.value())) {
            label.getStyleClass().add("mono");
        }
        copyable(label, fact.value());
        fact.severity().ifPresent(severity -> label.setGraphic(SeverityMark.of(severity)));
        if (fact.before().isEmpty()) {
            return label;
        }
        label.getStyleClass().add("inspector-changed");
        Label before = wrapped(new Label(MESSAGES.get("before", fact.before().get())));
        before.getStyleClass().addAll("inspector-before", "text-muted");
        return new VBox(label, before);
    }

    private Node bits(Section.Bits section) {
        GridPane grid = grid(BITS_WIDTH);
        int row = 0;
        for (StructureNode child : section.word().children()) {
            if (child instanceof StructureNode.Field field && field.bits().isPresent()) {
                Label range = new Label(field.bits().get().toString());
                range.getStyleClass().addAll("mono", "inspector-name");
                Hyperlink name = new Hyperlink(field.name());
                name.setMnemonicParsing(false);
                name.setOnAction(event -> select(section, field));
                Label value = wrapped(new Label(text(field)));
                copyable(value, NodePages.value(field));
                VBox cell = new VBox(name, value);
                if (section.selected().equals(field.bits())) {
                    cell.getStyleClass().add("inspector-selected");
                }
                grid.add(range, 0, row);
                grid.add(cell, 1, row);
                row++;
            }
        }
        VBox box = new VBox(new BitStrip(section, field -> select(section, field)), grid);
        box.setSpacing(6);
        return box;
    }

    private static String text(StructureNode.Field field) {
        String value = NodePages.value(field);
        return field.meaning().isEmpty() ? value : value + " · " + field.meaning();
    }

    private void select(Section.Bits section, StructureNode.Field field) {
        List<StructureNode> path = new ArrayList<>(section.path());
        path.add(field);
        model.select(path);
    }

    private static Node findings(List<Finding> findings) {
        VBox box = new VBox();
        box.setSpacing(6);
        for (Finding finding : findings) {
            Label message = wrapped(new Label(finding.message()));
            copyable(message, finding.message());
            VBox text = new VBox(message);
            finding.reference().ifPresent(reference -> {
                Label label = wrapped(new Label(reference.toString()));
                label.getStyleClass().add("text-muted");
                text.getChildren().add(label);
            });
            HBox row = new HBox(SeverityMark.of(finding.severity()), text);
            row.setSpacing(6);
            box.getChildren().add(row);
        }
        return box;
    }

    private static GridPane grid(double firstWidth) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("inspector-grid");
        ColumnConstraints names = new ColumnConstraints(firstWidth);
        ColumnConstraints values = new ColumnConstraints(0, Region.USE_COMPUTED_SIZE, Double.MAX_VALUE);
        values.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().addAll(names, values);
        grid.setAlignment(Pos.TOP_LEFT);
        grid.getChildren().addListener((ListChangeListener<Node>) change -> {
            while (change.next()) {
                change.getAddedSubList().forEach(node -> GridPane.setValignment(node, VPos.TOP));
            }
        });
        return grid;
    }

    private static <T extends Labeled> T wrapped(T label) {
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    private static void copyable(Labeled label, String text) {
        MenuItem copy = new MenuItem(MESSAGES.get("copy-value"));
        copy.setOnAction(event -> Controls.copy(text));
        label.setContextMenu(new ContextMenu(copy));
    }

    /** Whether a text is for the monospaced face: an address, a hash, a number with its bits. */
    private static boolean isNumber(String text) {
        return text.startsWith("0x") || text.matches("[0-9a-f]{64}|[01]{4} [01]{4}");
    }
}
