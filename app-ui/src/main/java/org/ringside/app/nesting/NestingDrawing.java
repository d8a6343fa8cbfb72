package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;
import javafx.scene.shape.CubicCurveTo;
import javafx.scene.shape.LineTo;
import javafx.scene.shape.MoveTo;
import javafx.scene.shape.Path;
import javafx.scene.shape.PathElement;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Messages;
import org.ringside.decoder.nested.MemorySpace;

/** The levels as columns, and lines from each VMCS to the memory of the guest that it runs. */
final class NestingDrawing extends StackPane {
    private static final Messages MESSAGES = Messages.of(NestingDrawing.class);
    private static final PseudoClass CHOSEN = PseudoClass.getPseudoClass("chosen");
    private static final PseudoClass SELECTED = PseudoClass.getPseudoClass("selected");
    private static final int HUES = 4;
    private static final int MOST_CARDS = 24;
    private static final int MOST_OTHERS = 8;
    private static final double DOT = 4;
    private static final double GUTTER = 12;
    private static final double LANE = 5;
    private static final int LANES = 4;

    private final NestingViewModel model;
    private final HBox columns = new HBox();
    private final Pane lines = new Pane();
    private final Map<Long, Node> vmcsCards = new HashMap<>();
    private final List<Link> links = new ArrayList<>();

    /** A line from a VMCS to the memory of its guest. */
    private record Link(long vmcs, Node from, Node to, boolean far, Path curve, Circle dot) {}

    NestingDrawing(NestingViewModel model) {
        this.model = model;
        getStyleClass().add("nesting-drawing");
        columns.getStyleClass().add("nesting-columns");
        lines.setManaged(false);
        lines.setMouseTransparent(true);
        getChildren().addAll(lines, columns);
    }

    void show(Optional<NestingPicture> picture) {
        columns.getChildren().clear();
        lines.getChildren().clear();
        vmcsCards.clear();
        links.clear();
        picture.ifPresent(this::draw);
    }

    /** Marks the VMCSs of a chain, and the one that is selected. */
    void mark(Optional<NestingChain> chain, Optional<Long> selected) {
        vmcsCards.forEach((address, card) -> {
            card.pseudoClassStateChanged(CHOSEN, isOf(chain, address));
            card.pseudoClassStateChanged(
                    SELECTED, selected.filter(address::equals).isPresent());
        });
        links.forEach(link -> link.curve().pseudoClassStateChanged(CHOSEN, isOf(chain, link.vmcs())));
    }

    private static boolean isOf(Optional<NestingChain> chain, long address) {
        return chain.filter(now -> now.has(address)).isPresent();
    }

    @SuppressWarnings("IdentityHashMapUsage") // each space is made once
    private void draw(NestingPicture picture) {
        Map<MemorySpace, Node> memories = new IdentityHashMap<>();
        NestingCards cards = new NestingCards(model, picture);
        for (NestingPicture.Level level : picture.levels()) {
            columns.getChildren().add(column(level, cards, memories));
        }
        for (NestingPicture.Level level : picture.levels()) {
            for (FoundVmcs vmcs : level.vmcss()) {
                Node from = vmcsCards.get(vmcs.address());
                Node to = vmcs.region().guest().map(memories::get).orElse(null);
                if (from != null && to != null) {
                    link(vmcs, from, to);
                }
            }
        }
    }

    private Node column(NestingPicture.Level level, NestingCards cards, Map<MemorySpace, Node> memories) {
        Label name = new Label(MESSAGES.get(level.level() == 0 ? "level.host" : "level.guest", level.level()));
        name.getStyleClass().add("nesting-level-name");
        VBox column = new VBox(name);
        column.getStyleClass().addAll("nesting-column", style(level.level()));
        for (NestingPicture.Memory memory :
                level.memories().stream().limit(MOST_CARDS).toList()) {
            Node card = cards.memory(memory);
            memories.put(memory.space(), card);
            column.getChildren().add(card);
        }
        if (level.memories().isEmpty()) {
            column.getChildren().add(note("level.no-memory"));
        }
        level.hypervisors().stream().limit(MOST_CARDS).map(cards::hypervisor).forEach(column.getChildren()::add);
        if (level.hypervisors().isEmpty()) {
            column.getChildren().add(note("level.no-hypervisor"));
        }
        for (FoundVmcs vmcs : level.vmcss().stream().limit(MOST_CARDS).toList()) {
            Node card = cards.vmcs(vmcs);
            vmcsCards.put(vmcs.address(), card);
            column.getChildren().add(card);
        }
        int left = level.vmcss().size() + level.memories().size() - 2 * MOST_CARDS;
        if (level.vmcss().size() > MOST_CARDS || level.memories().size() > MOST_CARDS) {
            Label more = new Label(MESSAGES.get("level.more", Math.max(left, 1)));
            more.getStyleClass().add("nesting-note");
            column.getChildren().add(more);
        }
        if (!level.others().isEmpty()) {
            column.getChildren().add(others(level.others()));
        }
        HBox.setHgrow(column, Priority.ALWAYS);
        return column;
    }

    private static Label note(String key) {
        Label note = new Label(MESSAGES.get(key));
        note.getStyleClass().add("nesting-note");
        note.setWrapText(true);
        return note;
    }

    /** Regions that run nobody: shadow VMCSs, VMXON regions. */
    private Node others(List<FoundVmcs> others) {
        FlowPane pane = new FlowPane();
        pane.getStyleClass().add("nesting-others");
        for (FoundVmcs other : others.stream().limit(MOST_OTHERS).toList()) {
            Hyperlink link = new Hyperlink(other.title());
            link.setTooltip(new Tooltip(MESSAGES.get("other.tooltip")));
            link.setOnAction(event -> model.open(other));
            pane.getChildren().add(link);
        }
        if (others.size() > MOST_OTHERS) {
            pane.getChildren().add(new Label(MESSAGES.get("level.more", others.size() - MOST_OTHERS)));
        }
        return pane;
    }

    private void link(FoundVmcs vmcs, Node from, Node to) {
        Path curve = new Path();
        curve.getStyleClass().addAll("nesting-line", style(vmcs.guest()));
        boolean far = vmcs.guest() > vmcs.owner() + 1;
        if (far) {
            curve.getStyleClass().add("nesting-line-merged");
        }
        Circle dot = new Circle(DOT);
        dot.getStyleClass().addAll("nesting-dot", style(vmcs.guest()));
        lines.getChildren().addAll(curve, dot);
        links.add(new Link(vmcs.address(), from, to, far, curve, dot));
    }

    @Override
    protected void layoutChildren() {
        super.layoutChildren();
        lines.resizeRelocate(0, 0, getWidth(), getHeight());
        // The cards have their places only now; the lines depend on them.
        columns.layout();
        int lane = 0;
        for (Link link : links) {
            Bounds from = within(link.from());
            Bounds to = within(link.to());
            link.curve().getElements().setAll(link.far() ? detour(from, to, lane++) : bow(from, to));
            link.dot().setCenterX(to.getMinX());
            link.dot().setCenterY(to.getCenterY());
        }
    }

    /** From one column to the next. */
    private static PathElement[] bow(Bounds from, Bounds to) {
        double bend = Math.max(20, (to.getMinX() - from.getMaxX()) / 2);
        return new PathElement[] {
            new MoveTo(from.getMaxX(), from.getCenterY()),
            new CubicCurveTo(
                    from.getMaxX() + bend,
                    from.getCenterY(),
                    to.getMinX() - bend,
                    to.getCenterY(),
                    to.getMinX(),
                    to.getCenterY())
        };
    }

    /** Past the columns in between, under their headings: behind their cards it could not be followed. */
    private PathElement[] detour(Bounds from, Bounds to, int lane) {
        double aside = GUTTER + lane % LANES * LANE;
        double top = columns.getChildren().stream()
                        .map(column -> ((VBox) column).getChildren())
                        .filter(children -> children.size() > 1)
                        .mapToDouble(children -> within(children.get(1)).getMinY())
                        .min()
                        .orElse(0)
                - LANE
                - lane % LANES;
        return new PathElement[] {
            new MoveTo(from.getMaxX(), from.getCenterY()),
            new LineTo(from.getMaxX() + aside, from.getCenterY()),
            new LineTo(from.getMaxX() + aside, top),
            new LineTo(to.getMinX() - aside, top),
            new LineTo(to.getMinX() - aside, to.getCenterY()),
            new LineTo(to.getMinX(), to.getCenterY())
        };
    }

    private Bounds within(Node card) {
        return sceneToLocal(card.localToScene(card.getLayoutBounds()));
    }

    static String style(int level) {
        return "nesting-level-" + Math.min(level, HUES - 1);
    }
}
