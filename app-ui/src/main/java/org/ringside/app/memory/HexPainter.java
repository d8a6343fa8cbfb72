package org.ringside.app.memory;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.geometry.VPos;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import org.ringside.app.memory.HexRow.Change;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.symbol.Symbol;

/** Paints one frame of the memory view. Nothing here blocks: what has not been read yet is drawn as such. */
final class HexPainter {
    private static final Messages MESSAGES = Messages.of(HexPainter.class);
    private static final String DIGITS = "0123456789abcdef";
    private static final double STRUCTURE_LINE = 2;

    /** Characters below which a name in the margin says nothing. */
    private static final int SHORTEST_NAME = 6;

    private final GraphicsContext graphics;
    private final HexColors colors;
    private final Font font;
    private final HexGeometry geometry;
    private final MemoryViewModel model;
    private final boolean focused;

    HexPainter(
            GraphicsContext graphics,
            HexColors colors,
            Font font,
            HexGeometry geometry,
            MemoryViewModel model,
            boolean focused) {
        this.graphics = graphics;
        this.colors = colors;
        this.font = font;
        this.geometry = geometry;
        this.model = model;
        this.focused = focused;
    }

    void paint(double width, double height) {
        graphics.setFill(colors.background());
        graphics.fillRect(0, 0, width, height);
        graphics.setFont(font);
        graphics.setTextBaseline(VPos.CENTER);
        // One row more than fits: the last one may be cut.
        int rows = geometry.rowsIn(height) + 1;
        String[] reasons = new String[geometry.panels()];
        for (int index = 0; index < rows; index++) {
            Optional<HexRow> row = model.row(index);
            if (row.isEmpty()) {
                break;
            }
            paintRow(row.get(), index, reasons, width);
        }
        paintHeader(width);
    }

    private void paintHeader(double width) {
        graphics.setFill(colors.header());
        graphics.fillRect(0, 0, width, HexGeometry.HEADER);
        graphics.setStroke(colors.line());
        graphics.setLineWidth(1);
        graphics.strokeLine(0, HexGeometry.HEADER - 0.5, width, HexGeometry.HEADER - 0.5);
        graphics.setFill(colors.muted());
        double y = HexGeometry.HEADER / 2;
        graphics.fillText(MESSAGES.get("bytes.address"), geometry.addressX(), y);
        for (int panel = 0; panel < geometry.panels(); panel++) {
            char[] line = blank(geometry.hexCharacters());
            for (int column = 0; column < geometry.columns(); column++) {
                putHex(line, column, column);
            }
            graphics.fillText(new String(line), geometry.panelX(panel), y);
            Side side = geometry.side(panel, model.drawnSidesProperty().get());
            String title = side == Side.SHOWN ? model.shownName() : model.baselineName();
            graphics.fillText(fitting(title, geometry.columns()), geometry.textX(panel, 0), y);
        }
    }

    private void paintRow(HexRow row, int index, String[] reasons, double width) {
        double y = geometry.rowY(index);
        boolean pageStart = row.offset() == 0;
        if (pageStart && index > 0) {
            graphics.setStroke(colors.line());
            graphics.setLineWidth(1);
            graphics.strokeLine(0, Math.round(y) - 0.5, geometry.panelX(0) - geometry.charWidth(), Math.round(y) - 0.5);
        }
        HexCaret caret = model.window().caret();
        boolean holdsCaret = caret.position() >= row.position() && caret.position() < row.position() + row.length();
        graphics.setFill(holdsCaret ? colors.link() : pageStart ? colors.text() : colors.muted());
        graphics.fillText(hex(row.address(), geometry.digits()), geometry.addressX(), middle(y));
        for (int panel = 0; panel < geometry.panels(); panel++) {
            Side side = geometry.side(panel, model.drawnSidesProperty().get());
            paintBackgrounds(row, panel, y);
            Optional<Observed<byte[]>> absence = row.absence(side);
            if (absence.isPresent()) {
                paintAbsence(absence.get(), panel, y, reasons);
            } else if (row.isLoading(side)) {
                paintLoading(row, panel, y);
                reasons[panel] = "";
            } else {
                paintBytes(row, side, panel, y);
                reasons[panel] = "";
            }
            paintCaret(row, panel, y);
        }
        paintNames(row, y, width);
    }

    /** In the margin: the structures and symbols that begin in the row. */
    private void paintNames(HexRow row, double y, double width) {
        double x = geometry.panelX(0) + geometry.panels() * geometry.panelWidth();
        int room = (int) ((width - x) / geometry.charWidth());
        if (room < SHORTEST_NAME) {
            return;
        }
        String structures = model.marks().touching(row.address(), row.length()).stream()
                .filter(mark -> mark.address() >= row.address())
                .map(StructureMarks.Mark::name)
                .collect(Collectors.joining(", "));
        String symbols = model.symbolsIn(row).stream().map(Symbol::toString).collect(Collectors.joining(", "));
        boolean named = !structures.isEmpty();
        graphics.setFill(named ? colors.structure() : colors.link());
        graphics.fillText(fitting(named ? structures : symbols, room), x, middle(y));
    }

    private void paintBackgrounds(HexRow row, int panel, double y) {
        List<StructureMarks.Mark> marks = model.marks().touching(row.address(), row.length());
        for (StructureMarks.Mark mark : marks) {
            paintMark(row, mark, panel, y);
        }
        HexCaret caret = model.window().caret();
        for (int from = 0; from < row.length(); from++) {
            int end = from;
            boolean selected = caret.contains(row.position() + from) && caret.length() > 1;
            Change change = row.change(from);
            while (end < row.length()
                    && row.change(end) == change
                    && (caret.contains(row.position() + end) && caret.length() > 1) == selected) {
                end++;
            }
            fillCells(panel, from, end, y, colors.changeFill(change));
            if (selected) {
                fillCells(panel, from, end, y, colors.selection());
            }
            from = end - 1;
        }
    }

    private void paintMark(HexRow row, StructureMarks.Mark mark, int panel, double y) {
        int from = (int) Math.max(0, mark.address() - row.address());
        int end = (int) Math.min(row.length(), mark.address() + mark.length() - row.address());
        if (mark.selected()) {
            fillCells(panel, from, end, y, colors.structureFill());
        }
        graphics.setFill(colors.structure());
        double x = geometry.hexX(panel, from);
        double width = geometry.hexX(panel, end - 1) + 2 * geometry.charWidth() - x;
        double thickness = mark.selected() ? STRUCTURE_LINE : 1;
        graphics.fillRect(x, y + geometry.rowHeight() - thickness - 1, width, thickness);
    }

    private void fillCells(int panel, int from, int end, double y, Color color) {
        if (end <= from || color.getOpacity() == 0) {
            return;
        }
        graphics.setFill(color);
        double half = geometry.charWidth() / 2;
        double x = geometry.hexX(panel, from) - half;
        graphics.fillRect(
                x, y, geometry.hexX(panel, end - 1) + 2 * geometry.charWidth() + half - x, geometry.rowHeight());
        graphics.fillRect(geometry.textX(panel, from), y, (end - from) * geometry.charWidth(), geometry.rowHeight());
    }

    /** Each colour is one run of text with blanks between: a row is a few calls, not one for each byte. */
    private void paintBytes(HexRow row, Side side, int panel, double y) {
        char[] plain = blank(geometry.hexCharacters());
        char[] zeros = plain.clone();
        char[] text = blank(geometry.columns());
        char[] dots = text.clone();
        boolean changed = false;
        for (int column = 0; column < row.length(); column++) {
            int value = row.value(side, column);
            if (row.change(column) != Change.NONE) {
                changed = true;
                continue;
            }
            putHex(value == 0 ? zeros : plain, column, value);
            boolean printable = CopyFormat.isPrintable((byte) value);
            (printable ? text : dots)[column] = printable ? (char) value : '.';
        }
        line(plain, geometry.panelX(panel), y, colors.text());
        line(zeros, geometry.panelX(panel), y, colors.subtle());
        line(text, geometry.textX(panel, 0), y, colors.text());
        line(dots, geometry.textX(panel, 0), y, colors.subtle());
        if (changed) {
            paintChanged(row, side, panel, y);
        }
    }

    private void paintChanged(HexRow row, Side side, int panel, double y) {
        for (Change change : List.of(Change.CHANGED, Change.APPEARED, Change.VANISHED)) {
            char[] bytes = blank(geometry.hexCharacters());
            char[] text = blank(geometry.columns());
            for (int column = 0; column < row.length(); column++) {
                if (row.change(column) == change) {
                    int value = row.value(side, column);
                    putHex(bytes, column, value);
                    text[column] = CopyFormat.isPrintable((byte) value) ? (char) value : '.';
                }
            }
            line(bytes, geometry.panelX(panel), y, colors.change(change));
            line(text, geometry.textX(panel, 0), y, colors.change(change));
        }
    }

    private void paintLoading(HexRow row, int panel, double y) {
        char[] dots = blank(geometry.hexCharacters());
        for (int column = 0; column < row.length(); column++) {
            dots[HexGeometry.hexCharacter(column)] = '·';
            dots[HexGeometry.hexCharacter(column) + 1] = '·';
        }
        line(dots, geometry.panelX(panel), y, colors.line());
    }

    private void paintAbsence(Observed<byte[]> absence, int panel, double y, String[] reasons) {
        double x = geometry.panelX(panel) - geometry.charWidth() / 2;
        double width = geometry.panelWidth() - 2 * geometry.charWidth();
        boolean failed = absence instanceof Observed.Unreadable || absence instanceof Observed.Malformed;
        Color hatch = failed ? colors.danger().deriveColor(0, 1, 1, 0.3) : colors.notCaptured();
        Hatch.fill(graphics, hatch, x, y, width, geometry.rowHeight());
        String reason = model.absenceText(absence);
        if (!reason.equals(reasons[panel])) {
            reasons[panel] = reason;
            String shown = fitting(reason, (int) (width / geometry.charWidth()) - 2);
            graphics.setFill(colors.background());
            graphics.fillRect(
                    geometry.panelX(panel),
                    y + 1,
                    (shown.length() + 1) * geometry.charWidth(),
                    geometry.rowHeight() - 2);
            graphics.setFill(failed ? colors.danger() : colors.muted());
            graphics.fillText(shown, geometry.panelX(panel) + geometry.charWidth() / 2, middle(y));
        }
    }

    private void paintCaret(HexRow row, int panel, double y) {
        long column = model.window().caret().position() - row.position();
        if (column < 0 || column >= row.length()) {
            return;
        }
        graphics.setStroke(colors.caret());
        graphics.setLineWidth(focused ? 2 : 1);
        double x = geometry.hexX(panel, (int) column) - 2;
        graphics.strokeRect(x, y + 1, 2 * geometry.charWidth() + 4, geometry.rowHeight() - 2);
        graphics.setLineWidth(1);
        graphics.strokeRect(
                geometry.textX(panel, (int) column) - 0.5, y + 1, geometry.charWidth() + 1, geometry.rowHeight() - 2);
    }

    private void line(char[] characters, double x, double y, Color color) {
        for (char character : characters) {
            if (character != ' ') {
                graphics.setFill(color);
                graphics.fillText(new String(characters), x, middle(y));
                return;
            }
        }
    }

    private double middle(double y) {
        return y + geometry.rowHeight() / 2;
    }

    private static void putHex(char[] line, int column, int value) {
        int at = HexGeometry.hexCharacter(column);
        line[at] = DIGITS.charAt(value >> 4 & 15);
        line[at + 1] = DIGITS.charAt(value & 15);
    }

    private static char[] blank(int length) {
        char[] blanks = new char[length];
        Arrays.fill(blanks, ' ');
        return blanks;
    }

    static String hex(long value, int digits) {
        char[] text = new char[digits];
        for (int i = digits - 1, shift = 0; i >= 0; i--, shift += 4) {
            text[i] = DIGITS.charAt((int) (value >>> shift) & 15);
        }
        return new String(text);
    }

    private static String fitting(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, Math.max(0, characters - 1)) + "…";
    }
}
