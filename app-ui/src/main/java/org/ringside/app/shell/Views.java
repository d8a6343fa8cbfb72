package org.ringside.app.shell;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ringside.app.workspace.Workspace;

/** The panes of one window: made by the first need of them, attached while they are on the screen. */
public final class Views {
    private final Workspace workspace;
    private final Map<ViewType, Function<Workspace, WorkbenchView>> factories = new EnumMap<>(ViewType.class);
    private final Map<ViewType, WorkbenchView> made = new EnumMap<>(ViewType.class);
    private final Set<ViewType> attached = new LinkedHashSet<>();

    public Views(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Every pane there is. */
    public static Views standard(Workspace workspace) {
        return StandardViews.of(workspace);
    }

    /** Adds a kind of pane. */
    public Views with(ViewType type, Function<Workspace, WorkbenchView> factory) {
        factories.put(type, factory);
        return this;
    }

    public Set<ViewType> types() {
        return factories.keySet();
    }

    public boolean has(ViewType type) {
        return factories.containsKey(type);
    }

    /** The pane, made if need be. */
    public Optional<WorkbenchView> get(ViewType type) {
        if (!made.containsKey(type) && factories.containsKey(type)) {
            made.put(type, factories.get(type).apply(workspace));
        }
        return Optional.ofNullable(made.get(type));
    }

    /** Attaches the panes that have come on the screen and detaches those that have gone. */
    public void show(Set<ViewType> visible) {
        for (ViewType type : Set.copyOf(attached)) {
            if (!visible.contains(type)) {
                attached.remove(type);
                get(type).ifPresent(WorkbenchView::detach);
            }
        }
        for (ViewType type : visible) {
            if (attached.add(type)) {
                get(type).ifPresent(WorkbenchView::attach);
            }
        }
    }
}
