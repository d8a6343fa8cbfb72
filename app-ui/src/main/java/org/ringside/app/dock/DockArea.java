package org.ringside.app.dock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.application.Platform;
import javafx.geometry.Side;
import javafx.scene.Node;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import software.coley.bentofx.Bento;
import software.coley.bentofx.dockable.Dockable;
import software.coley.bentofx.layout.DockContainer;
import software.coley.bentofx.layout.container.DockContainerBranch;
import software.coley.bentofx.layout.container.DockContainerLeaf;
import software.coley.bentofx.layout.container.DockContainerRootBranch;
import software.coley.bentofx.path.DockablePath;

/**
 * The part of the window where panes are docked: dragged, tabbed, split, resized, closed. The content of a pane is made when the pane first
 * comes on the screen, and then stays the same node wherever the pane goes.
 */
public final class DockArea extends StackPane {
    /**
     * A pane that can be docked.
     *
     * @param id stable
     * @param title on its tab
     * @param tooltip on its tab
     * @param icon makes the tab's icon
     * @param content makes the content; called at most once
     */
    public record Pane(String id, String title, String tooltip, Supplier<Node> icon, Supplier<Node> content) {}

    private final Function<String, Optional<Pane>> panes;
    private final Consumer<Set<String>> onVisible;
    private final Map<String, StackPane> holders = new HashMap<>();
    private final Map<String, Dockable> docked = new HashMap<>();
    private Bento bento = new Bento();
    private @Nullable DockContainerRootBranch root;
    private boolean syncing;

    /**
     * An empty area.
     *
     * @param panes the panes there are, by id
     * @param onVisible told which panes are on the screen, whenever that changes or the arrangement does
     */
    public DockArea(Function<String, Optional<Pane>> panes, Consumer<Set<String>> onVisible) {
        this.panes = panes;
        this.onVisible = onVisible;
        getStyleClass().add("dock-area");
    }

    /** Arranges the panes so. Unknown panes are left out. */
    public void apply(DockLayout layout) {
        List.copyOf(docked.keySet()).forEach(this::release);
        bento = new Bento();
        bento.events().addEventListener(event -> sync());
        bento.controlsBuilding().setCanvasFactory(leaf -> new DropZoneCanvas());
        DockContainerRootBranch made = bento.dockBuilding().root("root");
        made.setPruneWhenEmpty(false);
        bento.registerRoot(made);
        root = made;
        layout.retain(id -> panes.apply(id).isPresent()).ifPresent(known -> fill(made, known));
        getChildren().setAll(made);
        sync();
    }

    /** The arrangement as it is now; empty if every pane was closed. */
    public Optional<DockLayout> layoutNow() {
        return root == null ? Optional.empty() : read(root);
    }

    /** Ids of the panes that are in front of their tabs. */
    public Set<String> visible() {
        Set<String> ids = new LinkedHashSet<>();
        forEachLeaf(leaf -> {
            Dockable selected = leaf.getSelectedDockable();
            if (selected != null && !leaf.isCollapsed()) {
                ids.add(selected.getIdentifier());
            }
        });
        return ids;
    }

    /** Brings the pane to the front of its tabs; false if it is not docked. */
    public boolean bringUp(String id) {
        DockablePath path = bento.search().dockable(id);
        if (path == null) {
            return false;
        }
        DockContainerLeaf leaf = path.leafContainer();
        if (leaf.isCollapsed()) {
            leaf.toggleCollapse(path.dockable());
        }
        leaf.selectDockable(path.dockable());
        sync();
        return true;
    }

    /** Adds the pane beside the first of {@code neighbours} that is docked and brings it up; false if none of them is. */
    public boolean addBeside(String id, List<String> neighbours) {
        for (String neighbour : neighbours) {
            DockablePath path = bento.search().dockable(neighbour);
            if (path != null) {
                dockable(id).ifPresent(path.leafContainer()::addDockable);
                return bringUp(id);
            }
        }
        return false;
    }

    /** Closes the pane; it can be added again. */
    public void close(String id) {
        DockablePath path = bento.search().dockable(id);
        if (path != null) {
            path.leafContainer().closeDockable(path.dockable());
        }
    }

    /** The pane that contains this node of the scene graph. */
    public Optional<String> paneOf(@Nullable Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            Node here = at;
            Optional<String> found = holders.entrySet().stream()
                    .filter(entry -> here.equals(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private void fill(DockContainerRootBranch made, DockLayout layout) {
        if (layout instanceof DockLayout.Split split) {
            arrange(made, split);
        } else {
            made.addContainer(build(layout));
        }
    }

    private DockContainer build(DockLayout layout) {
        return switch (layout) {
            case DockLayout.Split split -> arrange(bento.dockBuilding().branch(), split);
            case DockLayout.Tabs(List<String> views, String selected) -> {
                DockContainerLeaf leaf = bento.dockBuilding().leaf();
                leaf.setSide(Side.TOP);
                leaf.setPruneWhenEmpty(true);
                for (String view : views) {
                    dockable(view).ifPresent(dockable -> {
                        leaf.addDockable(dockable);
                        if (view.equals(selected)) {
                            leaf.selectDockable(dockable);
                        }
                    });
                }
                yield leaf;
            }
        };
    }

    private DockContainerBranch arrange(DockContainerBranch branch, DockLayout.Split split) {
        branch.setOrientation(split.orientation());
        split.parts().forEach(part -> branch.addContainer(build(part)));
        double[] dividers =
                split.dividers().stream().mapToDouble(Double::doubleValue).toArray();
        branch.setDividerPositions(dividers);
        // The pane with the most room takes what a resized window gives or takes; the others keep their size.
        int widest = widest(split);
        for (int i = 0; i < branch.getItems().size(); i++) {
            SplitPane.setResizableWithParent(branch.getItems().get(i), i == widest);
        }
        return branch;
    }

    private static int widest(DockLayout.Split split) {
        int widest = 0;
        double most = 0;
        for (int i = 0; i < split.parts().size(); i++) {
            double from = i == 0 ? 0 : split.dividers().get(i - 1);
            double to = i == split.dividers().size() ? 1 : split.dividers().get(i);
            if (to - from > most) {
                most = to - from;
                widest = i;
            }
        }
        return widest;
    }

    private Optional<Dockable> dockable(String id) {
        return panes.apply(id).map(pane -> {
            release(id);
            Dockable dockable = bento.dockBuilding().dockable(id);
            docked.put(id, dockable);
            dockable.setTitle(pane.title());
            dockable.setTooltip(new Tooltip(pane.tooltip()));
            dockable.setIconFactory(ignored -> pane.icon().get());
            dockable.setCanBeDroppedToNewWindow(false);
            dockable.setNode(holders.computeIfAbsent(id, DockArea::holder));
            return dockable;
        });
    }

    private static StackPane holder(String id) {
        StackPane holder = new StackPane();
        holder.setId("pane-" + id);
        holder.getStyleClass().add("dock-pane");
        holder.setMinSize(0, 0);
        return holder;
    }

    /** Lets go of the pane's content, which can be in one place only. */
    private void release(String id) {
        Dockable old = docked.remove(id);
        if (old != null) {
            old.setNode(null);
        }
    }

    /** Events of one gesture come in a row, with arrangements between that nobody sees: look once they are through. */
    private void sync() {
        if (!syncing) {
            syncing = true;
            Platform.runLater(() -> {
                syncing = false;
                Set<String> visible = visible();
                visible.forEach(this::makeContent);
                onVisible.accept(visible);
            });
        }
    }

    private void makeContent(String id) {
        StackPane holder = holders.get(id);
        if (holder != null && holder.getChildren().isEmpty()) {
            panes.apply(id)
                    .ifPresent(
                            pane -> holder.getChildren().setAll(pane.content().get()));
        }
    }

    private void forEachLeaf(Consumer<DockContainerLeaf> action) {
        if (root != null) {
            forEachLeaf(root, action);
        }
    }

    private static void forEachLeaf(DockContainer container, Consumer<DockContainerLeaf> action) {
        switch (container) {
            case DockContainerLeaf leaf -> action.accept(leaf);
            case DockContainerBranch branch ->
                List.copyOf(branch.getChildContainers()).forEach(child -> forEachLeaf(child, action));
            default -> {}
        }
    }

    private static Optional<DockLayout> read(DockContainer container) {
        return switch (container) {
            case DockContainerLeaf leaf -> readTabs(leaf);
            case DockContainerBranch branch -> readSplit(branch);
            default -> Optional.empty();
        };
    }

    private static Optional<DockLayout> readTabs(DockContainerLeaf leaf) {
        List<String> ids =
                leaf.getDockables().stream().map(Dockable::getIdentifier).toList();
        if (ids.isEmpty()) {
            return Optional.empty();
        }
        Dockable selected = leaf.getSelectedDockable();
        return Optional.of(new DockLayout.Tabs(ids, selected == null ? ids.getFirst() : selected.getIdentifier()));
    }

    private static Optional<DockLayout> readSplit(DockContainerBranch branch) {
        List<DockLayout> parts = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        double[] dividers = branch.getDividerPositions();
        List<DockContainer> children = branch.getChildContainers();
        for (int i = 0; i < children.size(); i++) {
            double end = i < dividers.length ? dividers[i] : 1;
            read(children.get(i)).ifPresent(part -> {
                parts.add(part);
                ends.add(end);
            });
        }
        return switch (parts.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(parts.getFirst());
            default ->
                Optional.of(new DockLayout.Split(branch.getOrientation(), parts, ends.subList(0, parts.size() - 1)));
        };
    }
}
