package org.ringside.app.diff;

import java.util.BitSet;
import java.util.Optional;
import javafx.beans.value.ObservableBooleanValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.agent.integrity.ByteString;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.symbol.SymbolPlace;

/** A line of the detail: before and after side by side where there is room, else one above the other. */
final class DetailCell extends ListCell<DetailRow> {
    private static final Messages MESSAGES = Messages.of(DetailCell.class);
    private static final double ADDRESS_WIDTH = 156;
    private static final double SIDE_WIDTH = 410;
    private static final int OPCODE_WIDTH = 24;

    private final ObservableBooleanValue sideBySide;

    DetailCell(ObservableBooleanValue sideBySide) {
        this.sideBySide = sideBySide;
        getStyleClass().add("diff-detail-cell");
        sideBySide.subscribe(() -> updateItem(getItem(), isEmpty()));
    }

    @Override
    protected void updateItem(DetailRow row, boolean empty) {
        super.updateItem(row, empty);
        setText(null);
        setGraphic(empty || row == null ? null : graphic(row));
    }

    private Node graphic(DetailRow row) {
        return switch (row) {
            case DetailRow.Heading(String title, String note) -> heading(title, note);
            case DetailRow.Note(String text) -> label(text, "text-muted");
            case DetailRow.Bytes(HexLine line) ->
                line.changed().isEmpty()
                        ? same(line.address(), hex(line.before(), new BitSet(), "diff-old"))
                        : sides(
                                line.address(),
                                hex(line.before(), line.changed(), "diff-old"),
                                hex(line.after(), line.changed(), "diff-new"));
            case DetailRow.Pointer(PointerChange change) ->
                sides(
                        change.address(),
                        pointer(change.before(), change.oldName(), "diff-old"),
                        pointer(change.after(), change.newName(), "diff-new"));
            case DetailRow.Code(InstructionRow code, String oldTarget, String newTarget) ->
                code.differs()
                        ? sides(
                                code.address(),
                                instruction(code.before(), oldTarget, "diff-old"),
                                instruction(code.after(), newTarget, "diff-new"))
                        : same(code.address(), instruction(code.before(), oldTarget, ""));
        };
    }

    private Node heading(String title, String note) {
        HBox box = new HBox(label(title, "diff-detail-heading"), label(note, "text-muted"));
        box.setSpacing(10);
        box.setAlignment(Pos.BASELINE_LEFT);
        if (!sideBySide.get()) {
            return box;
        }
        box.getChildren().add(label(MESSAGES.get("detail.before"), "text-muted"));
        box.setMinWidth(ADDRESS_WIDTH + SIDE_WIDTH);
        HBox both = new HBox(box, label(MESSAGES.get("detail.after"), "text-muted"));
        both.setAlignment(Pos.BASELINE_LEFT);
        return both;
    }

    /** What did not change is there once, on the left. */
    private Node same(long address, Node content) {
        return new HBox(address(address, " "), content);
    }

    private Node sides(long address, Region before, Region after) {
        if (sideBySide.get()) {
            before.setMinWidth(SIDE_WIDTH);
            before.setPrefWidth(SIDE_WIDTH);
            return new HBox(address(address, " "), before, after);
        }
        return new VBox(new HBox(address(address, "−"), before), new HBox(address(address, "+"), after));
    }

    private static Node address(long address, String sign) {
        Label label = label(sign + " " + Formats.address(address), "diff-address");
        label.setMinWidth(ADDRESS_WIDTH);
        return label;
    }

    private static Region hex(Optional<ByteString> bytes, BitSet changed, String style) {
        if (bytes.isEmpty()) {
            return label("not captured", "diff-absent");
        }
        HBox box = new HBox();
        String text = DiffExport.spaced(bytes.get());
        int from = 0;
        while (from < HexLine.BYTES) {
            boolean marked = changed.get(from);
            int until = marked ? changed.nextClearBit(from) : changed.nextSetBit(from);
            until = until < 0 || until > HexLine.BYTES ? HexLine.BYTES : until;
            Label part = label(text.substring(from * 3, until * 3 - 1), "mono");
            if (marked) {
                part.getStyleClass().add(style);
            }
            part.getStyleClass().add("diff-hex");
            box.getChildren().add(part);
            from = until;
        }
        return box;
    }

    private static Region pointer(long value, Optional<SymbolPlace> name, String style) {
        Label number = label(Formats.address(value), "mono");
        number.getStyleClass().add(style);
        HBox box = new HBox(number);
        box.setSpacing(8);
        name.ifPresent(place -> box.getChildren().add(label(place.toString(), "diff-symbol")));
        return box;
    }

    private static Region instruction(Optional<Instruction> instruction, String target, String style) {
        if (instruction.isEmpty()) {
            return label("", "mono");
        }
        Instruction shown = instruction.get();
        String opcodes = shown.bytes();
        Label bytes = label(opcodes + " ".repeat(Math.max(1, OPCODE_WIDTH - opcodes.length())), "diff-opcodes");
        Label text = label(shown.text(), "mono");
        if (!style.isEmpty()) {
            text.getStyleClass().add(style);
        }
        HBox box = new HBox(bytes, text);
        box.setSpacing(6);
        if (!target.isEmpty()) {
            box.getChildren().add(label(target, "diff-symbol"));
        }
        return box;
    }

    private static Label label(String text, String style) {
        Label label = new Label(text);
        label.getStyleClass().add(style);
        label.setMinWidth(Region.USE_PREF_SIZE);
        return label;
    }
}
