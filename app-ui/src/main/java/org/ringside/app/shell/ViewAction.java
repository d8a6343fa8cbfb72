package org.ringside.app.shell;

import java.util.function.Consumer;

/**
 * An action of a kind of pane, known before any such pane is made: it is in the palette and in the list of keys from the start, and doing
 * it brings the pane up first.
 *
 * @param <V> the kind of pane
 * @param id stable, for example {@code "memory.go-to"}
 * @param title for a person
 * @param key the pane's own key as JavaFX's {@code KeyCombination.valueOf} reads it, which the pane handles itself; empty for none
 * @param run does it to the pane
 */
public record ViewAction<V extends WorkbenchView>(String id, String title, String key, Consumer<V> run) {}
