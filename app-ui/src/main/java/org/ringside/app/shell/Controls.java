package org.ringside.app.shell;

import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCombination;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;
import org.ringside.app.workspace.Action;

/** Controls as this window makes them: each with a tooltip and a name for screen readers. */
public final class Controls {
    private Controls() {}

    /** A button with only an icon; {@code title} becomes its tooltip and its name. */
    public static Button iconButton(Ikon icon, String title, Runnable action) {
        Button button = new Button();
        button.setGraphic(FontIcon.of(icon));
        button.getStyleClass().addAll("flat", "button-icon");
        button.setOnAction(event -> action.run());
        describe(button, title);
        return button;
    }

    /** A button for an action: enabled with it, its key in the tooltip. */
    public static Button iconButton(Ikon icon, Action action) {
        Button button = iconButton(icon, titleWithKey(action), action.run());
        button.disableProperty().bind(javafx.beans.binding.Bindings.not(action.enabled()));
        return button;
    }

    /** Sets tooltip and accessible name. */
    public static void describe(ButtonBase control, String title) {
        control.setTooltip(new Tooltip(title));
        control.setAccessibleText(title);
    }

    /** For example {@code "Back (Alt+Left)"}. */
    public static String titleWithKey(Action action) {
        return action.key()
                .map(key -> action.title() + " (" + keyText(key) + ")")
                .orElse(action.title());
    }

    /** A key combination for a person. */
    public static String keyText(String key) {
        return KeyCombination.valueOf(key).getDisplayText();
    }

    /** Puts text on the clipboard. */
    public static void copy(String text) {
        ClipboardContent content = new ClipboardContent();
        content.putString(text);
        Clipboard.getSystemClipboard().setContent(content);
    }
}
