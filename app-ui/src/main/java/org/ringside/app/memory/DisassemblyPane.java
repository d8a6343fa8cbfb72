package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.util.Subscription;
import org.ringside.app.memory.DisassemblyLine.Kind;
import org.ringside.app.shell.Fonts;
import org.ringside.app.text.Messages;

/** The disassembly beside the bytes: from the caret on, what was there before and what is there now. */
final class DisassemblyPane extends Region {
    private static final Messages MESSAGES = Messages.of(DisassemblyPane.class);
    private static final double FONT_SIZE = 13;
    private static final double ROW = 19;
    private static final double MARGIN = 10;
    private static final double MARK = 14;
    private static final double TEXT_AT = 190;
    private static final double WIDTH = 460;

    private final MemoryViewModel model;
    private final DisassemblyModel disassembly;
    private final HexColors colors = new HexColors(this::requestLayout);
    private final Canvas canvas = new Canvas();
    private final Font font = Font.font(Fonts.MONO, FONT_SIZE);
    private Subscription subscription = Subscription.EMPTY;

    DisassemblyPane(MemoryViewModel model, DisassemblyModel disassembly) {
        this.model = model;
        this.disassembly = disassembly;
        setAccessibleRole(AccessibleRole.LIST_VIEW);
        setAccessibleText(MESSAGES.get("disassembly.accessible"));
        setPrefWidth(WIDTH);
        setMinWidth(120);
        getChildren().addAll(canvas, colors.theme().probe());
        setOnMouseClicked(this::clicked);
        setOnScroll(event -> {
            model.window().scrollBy(Math.round(-event.getDeltaY() / 13));
            event.consume();
        });
    }

    void attach() {
        subscription = Subscription.combine(
                disassembly.linesProperty().subscribe(this::requestLayout),
                model.window().caretProperty().subscribe(this::requestLayout));
        disassembly.attach();
    }

    void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
        disassembly.detach();
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        disassembly.resize(Math.max(1, (int) ((getHeight() - HexGeometry.HEADER) / ROW)));
        paint();
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        double width = getWidth();
        graphics.setFill(colors.background());
        graphics.fillRect(0, 0, width, getHeight());
        graphics.setFont(font);
        graphics.setTextBaseline(VPos.CENTER);
        List<DisassemblyLine> lines = disassembly.linesProperty().get();
        double y = HexGeometry.HEADER;
        for (DisassemblyLine line : lines) {
            paint(graphics, line, y, width);
            y += ROW;
            if (y > getHeight()) {
                break;
            }
        }
        graphics.setFill(colors.header());
        graphics.fillRect(0, 0, width, HexGeometry.HEADER);
        graphics.setFill(colors.muted());
        graphics.fillText(MESSAGES.get("disassembly.head"), MARGIN + MARK, HexGeometry.HEADER / 2);
        graphics.setStroke(colors.line());
        graphics.setLineWidth(1);
        graphics.strokeLine(0, HexGeometry.HEADER - 0.5, width, HexGeometry.HEADER - 0.5);
        graphics.strokeLine(0.5, 0, 0.5, getHeight());
    }

    private void paint(GraphicsContext graphics, DisassemblyLine line, double y, double width) {
        double middle = y + ROW / 2;
        if (line.kind() == Kind.MESSAGE || line.kind() == Kind.LABEL) {
            graphics.setFill(line.kind() == Kind.LABEL ? colors.link() : colors.muted());
            double x = MARGIN + MARK;
            // A message may need several lines; labels are short.
            for (String part : wrapped(line.text(), (int) ((width - x - MARGIN) / 7.8))) {
                graphics.fillText(part, x, middle);
                middle += ROW;
            }
            return;
        }
        boolean removed = line.kind() == Kind.REMOVED;
        if (removed || line.kind() == Kind.ADDED) {
            graphics.setFill(removed ? colors.removedFill() : colors.addedFill());
            graphics.fillRect(1, y, width, ROW);
            graphics.setFill(removed ? colors.removed() : colors.added());
            graphics.fillText(removed ? "−" : "+", MARGIN, middle);
        }
        long caret = model.address(model.window().caret().position());
        boolean here = !removed && caret - line.address() >= 0 && caret - line.address() < line.length();
        if (here) {
            graphics.setFill(colors.caret());
            graphics.fillRect(1, y, 3, ROW);
        }
        graphics.setFill(here ? colors.link() : colors.muted());
        graphics.fillText(
                HexPainter.hex(line.address(), model.isPhysical() ? model.digits() : 16), MARGIN + MARK, middle);
        graphics.setFill(textColor(line.kind()));
        graphics.fillText(line.text(), MARGIN + MARK + (model.isPhysical() ? TEXT_AT - 90 : TEXT_AT - 32), middle);
        if (!line.target().isEmpty()) {
            graphics.setFill(colors.link());
            double after = MARGIN
                    + MARK
                    + (model.isPhysical() ? TEXT_AT - 90 : TEXT_AT - 32)
                    + (line.text().length() + 2) * 7.8;
            graphics.fillText("→ " + line.target(), after, middle);
        }
    }

    private Color textColor(Kind kind) {
        return switch (kind) {
            case REMOVED -> colors.removed();
            case ADDED -> colors.added();
            case SAME, LABEL, MESSAGE -> colors.text();
        };
    }

    private static List<String> wrapped(String text, int characters) {
        if (characters < 8 || text.length() <= characters) {
            return List.of(text);
        }
        int cut = text.lastIndexOf(' ', characters);
        int at = cut > 0 ? cut : characters;
        List<String> parts = new ArrayList<>(List.of(text.substring(0, at)));
        parts.addAll(wrapped(text.substring(at).strip(), characters));
        return parts;
    }

    private void clicked(MouseEvent event) {
        int index = (int) ((event.getY() - HexGeometry.HEADER) / ROW);
        List<DisassemblyLine> lines = disassembly.linesProperty().get();
        if (event.getY() < HexGeometry.HEADER
                || index >= lines.size()
                || lines.get(index).length() == 0) {
            return;
        }
        DisassemblyLine line = lines.get(index);
        model.selectBytes(line.address(), line.length());
    }
}
