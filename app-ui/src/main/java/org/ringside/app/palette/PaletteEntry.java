package org.ringside.app.palette;

import java.util.List;
import java.util.Optional;

/**
 * Something the palette found.
 *
 * @param kind what it is, for example {@code "Command"}
 * @param title what is matched and shown
 * @param hint more about it, shown beside; may be empty
 * @param key its key, as {@code KeyCombination.valueOf} reads it
 * @param enabled whether it can be chosen now
 * @param matched positions in {@code title} of what was typed
 * @param run what choosing it does
 */
public record PaletteEntry(
        String kind,
        String title,
        String hint,
        Optional<String> key,
        boolean enabled,
        List<Integer> matched,
        Runnable run) {
    public PaletteEntry {
        matched = List.copyOf(matched);
    }

    static PaletteEntry of(String kind, String title, String hint, Runnable run) {
        return new PaletteEntry(kind, title, hint, Optional.empty(), true, List.of(), run);
    }

    PaletteEntry matched(List<Integer> positions) {
        return new PaletteEntry(kind, title, hint, key, enabled, positions, run);
    }
}
