package org.ringside.app.memory;

import java.util.List;
import javafx.scene.paint.Color;
import org.ringside.app.shell.ThemeColors;

/** The colours of the memory view, by what they mean. */
final class HexColors {
    private static final String BACKGROUND = "-color-bg-default";
    private static final String HEADER = "-color-bg-subtle";
    private static final String TEXT = "-color-fg-default";
    private static final String MUTED = "-color-fg-muted";
    private static final String SUBTLE = "-color-fg-subtle";
    private static final String LINE = "-color-border-muted";
    private static final String SELECTION = "-color-accent-muted";
    private static final String CARET = "-color-accent-emphasis";
    private static final String LINK = "-color-accent-fg";
    private static final String STRUCTURE = "-color-success-fg";
    private static final String STRUCTURE_FILL = "-color-success-subtle";
    private static final String DANGER = "-color-danger-fg";
    private static final String CHANGED = "-ringside-changed";
    private static final String CHANGED_FILL = "-ringside-changed-subtle";
    private static final String ADDED = "-ringside-added";
    private static final String ADDED_FILL = "-ringside-added-subtle";
    private static final String REMOVED = "-ringside-removed";
    private static final String REMOVED_FILL = "-ringside-removed-subtle";
    private static final String NOT_CAPTURED = "-ringside-not-captured";

    private final ThemeColors colors;

    HexColors(Runnable onChange) {
        colors = new ThemeColors(
                List.of(
                        BACKGROUND,
                        HEADER,
                        TEXT,
                        MUTED,
                        SUBTLE,
                        LINE,
                        SELECTION,
                        CARET,
                        LINK,
                        STRUCTURE,
                        STRUCTURE_FILL,
                        DANGER,
                        CHANGED,
                        CHANGED_FILL,
                        ADDED,
                        ADDED_FILL,
                        REMOVED,
                        REMOVED_FILL,
                        NOT_CAPTURED),
                onChange);
    }

    ThemeColors theme() {
        return colors;
    }

    Color background() {
        return colors.get(BACKGROUND);
    }

    Color header() {
        return colors.get(HEADER);
    }

    Color text() {
        return colors.get(TEXT);
    }

    Color muted() {
        return colors.get(MUTED);
    }

    Color subtle() {
        return colors.get(SUBTLE);
    }

    Color line() {
        return colors.get(LINE);
    }

    Color selection() {
        return colors.get(SELECTION);
    }

    Color caret() {
        return colors.get(CARET);
    }

    Color link() {
        return colors.get(LINK);
    }

    Color structure() {
        return colors.get(STRUCTURE);
    }

    Color structureFill() {
        return colors.get(STRUCTURE_FILL);
    }

    Color danger() {
        return colors.get(DANGER);
    }

    Color notCaptured() {
        return colors.get(NOT_CAPTURED);
    }

    /** The colour of a byte that changed; that of text for one that did not. */
    Color change(HexRow.Change change) {
        return switch (change) {
            case NONE -> text();
            case CHANGED -> colors.get(CHANGED);
            case APPEARED -> colors.get(ADDED);
            case VANISHED -> colors.get(REMOVED);
        };
    }

    /** Behind a byte that changed; transparent behind one that did not. */
    Color changeFill(HexRow.Change change) {
        return switch (change) {
            case NONE -> Color.TRANSPARENT;
            case CHANGED -> colors.get(CHANGED_FILL);
            case APPEARED -> colors.get(ADDED_FILL);
            case VANISHED -> colors.get(REMOVED_FILL);
        };
    }

    /** What was before, in a comparison by instructions. */
    Color removed() {
        return colors.get(REMOVED);
    }

    Color removedFill() {
        return colors.get(REMOVED_FILL);
    }

    Color added() {
        return colors.get(ADDED);
    }

    Color addedFill() {
        return colors.get(ADDED_FILL);
    }
}
