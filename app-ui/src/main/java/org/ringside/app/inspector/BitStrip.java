package org.ringside.app.inspector;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javafx.geometry.VPos;
import javafx.scene.Cursor;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.Tooltip;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.shell.ThemeColors;
import org.ringside.decoder.structure.BitSpan;
import org.ringside.decoder.structure.StructureNode;

/** A word drawn bit by bit, the most significant first: fields as bands, bits that changed underlined. */
final class BitStrip extends Region {
    private static final int BITS_PER_ROW = 32;
    private static final double NUMBER_HEIGHT = 13;
    private static final double CELL_HEIGHT = 20;
    private static final double ROW_GAP = 4;
    private static final Font NUMBERS = Font.font("JetBrains Mono", 9);
    private static final Font BITS = Font.font("JetBrains Mono", 11);
    private static final List<String> COLORS = List.of(
            "-color-fg-default",
            "-color-fg-muted",
            "-color-fg-emphasis",
            "-color-border-default",
            "-color-accent-emphasis",
            "-color-accent-subtle",
            "-color-neutral-subtle",
            "-ringside-changed",
            "-ringside-not-captured");

    private final Section.Bits bits;
    private final Canvas canvas = new Canvas();
    private final ThemeColors colors;
    private final Tooltip tooltip = new Tooltip();
    private final List<StructureNode.Field> fields;
    private final int width;
    private final int rows;

    /** @param onSelect told which field was clicked */
    BitStrip(Section.Bits bits, Consumer<StructureNode.Field> onSelect) {
        this.bits = bits;
        width = bits.word().width();
        rows = (width + BITS_PER_ROW - 1) / BITS_PER_ROW;
        fields = bits.word().children().stream()
                .filter(StructureNode.Field.class::isInstance)
                .map(StructureNode.Field.class::cast)
                .filter(field -> field.bits().isPresent())
                .toList();
        colors = new ThemeColors(COLORS, this::requestLayout);
        getChildren().addAll(canvas, colors.probe());
        getStyleClass().add("bit-strip");
        setAccessibleText(bits.word().name() + ", bit by bit: " + NodePages.value(bits.word()));
        setOnMouseMoved(this::hover);
        setOnMouseExited(event -> tooltip.hide());
        setOnMouseClicked(event -> fieldAt(event).ifPresent(onSelect));
    }

    @Override
    protected double computePrefHeight(double ignored) {
        return rows * (NUMBER_HEIGHT + CELL_HEIGHT + ROW_GAP);
    }

    @Override
    protected double computeMinHeight(double ignored) {
        return computePrefHeight(ignored);
    }

    @Override
    protected double computePrefWidth(double ignored) {
        return 300;
    }

    @Override
    protected double computeMinWidth(double ignored) {
        return 160;
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(Math.max(1, getWidth()));
        canvas.setHeight(Math.max(1, getHeight()));
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        graphics.setTextBaseline(VPos.CENTER);
        for (int bit = width - 1; bit >= 0; bit--) {
            paint(graphics, bit);
        }
    }

    private void paint(GraphicsContext graphics, int bit) {
        double x = x(bit);
        double y = y(bit);
        double cell = cell();
        int index = indexOf(bit);
        boolean chosen = bits.selected().filter(span -> contains(span, bit)).isPresent();
        OptionalLong value =
                bits.word().value().toOptional().map(OptionalLong::of).orElse(OptionalLong.empty());
        graphics.setFill(colors.get(
                chosen
                        ? "-color-accent-emphasis"
                        : value.isEmpty()
                                ? "-ringside-not-captured"
                                : index % 2 == 0 ? "-color-neutral-subtle" : "-color-accent-subtle"));
        graphics.fillRect(x, y, cell, CELL_HEIGHT);
        if (index >= 0 && fields.get(index).bits().orElseThrow().high() == bit) {
            graphics.setStroke(colors.get("-color-border-default"));
            graphics.setLineWidth(1);
            graphics.strokeLine(Math.floor(x) + 0.5, y, Math.floor(x) + 0.5, y + CELL_HEIGHT);
        }
        graphics.setTextAlign(TextAlignment.CENTER);
        if (value.isPresent()) {
            boolean set = (value.getAsLong() >>> bit & 1) != 0;
            graphics.setFont(BITS);
            graphics.setFill(colors.get(chosen ? "-color-fg-emphasis" : set ? "-color-fg-default" : "-color-fg-muted"));
            graphics.fillText(set ? "1" : "0", x + cell / 2, y + CELL_HEIGHT / 2);
            boolean changed = bits.baseline().isPresent()
                    && ((value.getAsLong() ^ bits.baseline().getAsLong()) >>> bit & 1) != 0;
            if (changed) {
                graphics.setFill(colors.get("-ringside-changed"));
                graphics.fillRect(x + 1, y + CELL_HEIGHT - 3, cell - 2, 3);
            }
        }
        if (bit % 8 == 0 || bit == width - 1) {
            graphics.setFont(NUMBERS);
            graphics.setFill(colors.get("-color-fg-muted"));
            graphics.fillText(Integer.toString(bit), x + cell / 2, y - NUMBER_HEIGHT / 2);
        }
    }

    private double cell() {
        return getWidth() / Math.min(BITS_PER_ROW, width);
    }

    private double x(int bit) {
        int inRow = Math.min(BITS_PER_ROW, width);
        return (inRow - 1 - bit % BITS_PER_ROW) * cell();
    }

    private double y(int bit) {
        int row = rows - 1 - bit / BITS_PER_ROW;
        return row * (NUMBER_HEIGHT + CELL_HEIGHT + ROW_GAP) + NUMBER_HEIGHT;
    }

    private int indexOf(int bit) {
        for (int i = 0; i < fields.size(); i++) {
            if (contains(fields.get(i).bits().orElseThrow(), bit)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean contains(BitSpan span, int bit) {
        return bit >= span.low() && bit <= span.high();
    }

    private Optional<StructureNode.Field> fieldAt(MouseEvent event) {
        int row = (int) (event.getY() / (NUMBER_HEIGHT + CELL_HEIGHT + ROW_GAP));
        int column = (int) (event.getX() / cell());
        int inRow = Math.min(BITS_PER_ROW, width);
        int bit = (rows - 1 - row) * BITS_PER_ROW + inRow - 1 - column;
        int index = bit < 0 || bit >= width ? -1 : indexOf(bit);
        return index < 0 ? Optional.empty() : Optional.of(fields.get(index));
    }

    private void hover(MouseEvent event) {
        Optional<StructureNode.Field> field = fieldAt(event);
        setCursor(field.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
        String text = field.map(found -> "%s  %s = %s%s"
                        .formatted(
                                found.bits().orElseThrow(),
                                found.name(),
                                NodePages.value(found),
                                found.meaning().isEmpty() ? "" : "\n" + found.meaning()))
                .orElse("");
        if (text.isEmpty()) {
            tooltip.hide();
        } else if (!tooltip.isShowing() || !tooltip.getText().equals(text)) {
            tooltip.setText(text);
            tooltip.show(this, event.getScreenX() + 12, event.getScreenY() + 16);
        }
    }
}
