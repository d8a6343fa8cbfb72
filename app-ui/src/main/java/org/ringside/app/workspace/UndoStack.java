package org.ringside.app.workspace;

import java.util.ArrayDeque;
import java.util.Deque;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/** What was done to notes, bookmarks, layout and baselines, to take it back. Evidence cannot be changed, so it is not in here. */
public final class UndoStack {
    private static final int KEPT = 100;

    private record Step(String title, Runnable undo, Runnable redo) {}

    private final Deque<Step> done = new ArrayDeque<>();
    private final Deque<Step> undone = new ArrayDeque<>();
    private final ReadOnlyStringWrapper undoTitle = new ReadOnlyStringWrapper(this, "undoTitle", "");
    private final ReadOnlyStringWrapper redoTitle = new ReadOnlyStringWrapper(this, "redoTitle", "");

    /**
     * Remembers what has just been done.
     *
     * @param title for the menu, after "Undo", for example {@code "reset of the layout"}
     */
    public void did(String title, Runnable undo, Runnable redo) {
        if (done.size() == KEPT) {
            done.removeLast();
        }
        done.push(new Step(title, undo, redo));
        undone.clear();
        update();
    }

    /** Title of what {@link #undo} takes back; empty if there is nothing. */
    public ReadOnlyStringProperty undoTitleProperty() {
        return undoTitle.getReadOnlyProperty();
    }

    /** Title of what {@link #redo} does again; empty if there is nothing. */
    public ReadOnlyStringProperty redoTitleProperty() {
        return redoTitle.getReadOnlyProperty();
    }

    public void undo() {
        @Nullable Step step = done.poll();
        if (step != null) {
            undone.push(step);
            update();
            step.undo.run();
        }
    }

    public void redo() {
        @Nullable Step step = undone.poll();
        if (step != null) {
            done.push(step);
            update();
            step.redo.run();
        }
    }

    /** Forgets everything, for example when another trace is opened. */
    public void clear() {
        done.clear();
        undone.clear();
        update();
    }

    private void update() {
        undoTitle.set(done.isEmpty() ? "" : done.peek().title);
        redoTitle.set(undone.isEmpty() ? "" : undone.peek().title);
    }
}
