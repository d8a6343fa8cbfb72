package org.ringside.app.shell;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.Workspace;

/** The panes of one window: made by the first need of them, attached while they are on the screen. Their actions are known from the start. */
public final class Views {
    private final Workspace workspace;
    private final Map<ViewType, Kind<?>> kinds = new EnumMap<>(ViewType.class);
    private final Set<ViewType> attached = new LinkedHashSet<>();

    /** A kind of pane, and the one pane of it once there is one. */
    private static final class Kind<V extends WorkbenchView> {
        private final Function<Workspace, V> factory;
        private final List<ViewAction<V>> actions;
        private @Nullable V made;
        private Subscription waiting = Subscription.EMPTY;

        Kind(Function<Workspace, V> factory, List<ViewAction<V>> actions) {
            this.factory = factory;
            this.actions = List.copyOf(actions);
        }

        V get(Workspace workspace) {
            V view = made;
            if (view == null) {
                view = factory.apply(workspace);
                made = view;
            }
            return view;
        }

        void register(ViewType type, Workspace workspace) {
            for (ViewAction<V> action : actions) {
                Runnable run = () -> {
                    workspace.showView(type.id());
                    whenReady(get(workspace), action.run());
                };
                workspace
                        .actions()
                        .register(Action.inView(type.id(), action.id(), type.title(), action.title(), action.key(), run)
                                .enabledWhen(workspace.openTraceProperty().isNotNull()));
            }
        }

        /** Runs at once if the pane is ready, else as soon as it is; of several that wait only the last is meant. */
        private void whenReady(V view, Consumer<V> run) {
            waiting.unsubscribe();
            if (view.ready().getValue()) {
                run.accept(view);
                return;
            }
            boolean[] done = {false};
            waiting = view.ready().subscribe(ready -> {
                if (ready && !done[0]) {
                    done[0] = true;
                    waiting.unsubscribe();
                    run.accept(view);
                }
            });
        }
    }

    public Views(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Every pane there is. */
    public static Views standard(Workspace workspace) {
        return StandardViews.of(workspace);
    }

    /** Adds a kind of pane that has no actions of its own. */
    public Views with(ViewType type, Function<Workspace, WorkbenchView> factory) {
        return with(type, factory, List.of());
    }

    /** Adds a kind of pane. */
    public <V extends WorkbenchView> Views with(
            ViewType type, Function<Workspace, V> factory, List<ViewAction<V>> actions) {
        kinds.put(type, new Kind<>(factory, actions));
        return this;
    }

    /** Makes the actions of all panes known to the workspace; none of the panes is made for that. */
    public void registerActions() {
        kinds.forEach((type, kind) -> kind.register(type, workspace));
    }

    public Set<ViewType> types() {
        return kinds.keySet();
    }

    public boolean has(ViewType type) {
        return kinds.containsKey(type);
    }

    /** The pane, made if need be. */
    public Optional<WorkbenchView> get(ViewType type) {
        return Optional.ofNullable(kinds.get(type)).map(kind -> kind.get(workspace));
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
