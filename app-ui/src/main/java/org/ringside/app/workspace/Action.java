package org.ringside.app.workspace;

import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;

/**
 * Something the person can do, from a menu, a key or the command palette.
 *
 * @param id stable, for example {@code "memory.go-to"}
 * @param group heading in the palette and in the overview of keys, for example {@code "Memory"}
 * @param title for a person, for example {@code "Go to address…"}
 * @param key as JavaFX's {@code KeyCombination.valueOf} reads it, for example {@code "Shortcut+G"}; empty for none
 * @param view id of the view whose own key this is (that view handles the key while it has the focus); empty for a key of the whole window
 * @param enabled whether it can be done now
 * @param run does it, on the UI thread
 */
public record Action(
        String id,
        String group,
        String title,
        Optional<String> key,
        Optional<String> view,
        ObservableBooleanValue enabled,
        Runnable run) {
    /** An action of the whole window that can always be done. */
    public static Action of(String id, String group, String title, String key, Runnable run) {
        return new Action(id, group, title, keyOf(key), Optional.empty(), always(), run);
    }

    /** An action whose key works while a view has the focus. */
    public static Action inView(String view, String id, String group, String title, String key, Runnable run) {
        return new Action(id, group, title, keyOf(key), Optional.of(view), always(), run);
    }

    public Action enabledWhen(ObservableBooleanValue condition) {
        return new Action(id, group, title, key, view, condition, run);
    }

    private static Optional<String> keyOf(String key) {
        return key.isEmpty() ? Optional.empty() : Optional.of(key);
    }

    private static ObservableBooleanValue always() {
        return Bindings.createBooleanBinding(() -> true);
    }
}
