package org.ringside.app.workspace;

import java.util.Optional;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** Every action there is, in the order they were registered. Belongs to the UI thread. */
public final class ActionRegistry {
    private final ObservableList<Action> actions = FXCollections.observableArrayList();
    private final ObservableList<Action> readOnly = FXCollections.unmodifiableObservableList(actions);

    public ObservableList<Action> all() {
        return readOnly;
    }

    /**
     * Adds an action.
     *
     * @return takes it away again
     * @throws IllegalArgumentException if its id is taken
     */
    public Runnable register(Action action) {
        if (find(action.id()).isPresent()) {
            throw new IllegalArgumentException("there is already an action " + action.id());
        }
        actions.add(action);
        return () -> actions.remove(action);
    }

    public Optional<Action> find(String id) {
        return actions.stream().filter(action -> action.id().equals(id)).findFirst();
    }

    /** Runs the action if it is known and enabled; says whether it did. */
    public boolean run(String id) {
        Optional<Action> action = find(id).filter(found -> found.enabled().get());
        action.ifPresent(found -> found.run().run());
        return action.isPresent();
    }
}
