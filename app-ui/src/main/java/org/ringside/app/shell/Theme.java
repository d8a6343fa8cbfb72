package org.ringside.app.shell;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javafx.application.Application;
import javafx.collections.ObservableList;

/** Dark or light. */
public enum Theme {
    DARK,
    LIGHT;

    /** For the command line and the stored state, for example {@code "dark"}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Theme other() {
        return this == DARK ? LIGHT : DARK;
    }

    public static Optional<Theme> find(String id) {
        return List.of(values()).stream().filter(theme -> theme.id().equals(id)).findFirst();
    }

    /** Makes every window of the application, dialogs and menus look so. */
    void applyToApplication() {
        Application.setUserAgentStylesheet(
                switch (this) {
                    case DARK -> new PrimerDark().getUserAgentStylesheetBSS();
                    case LIGHT -> new PrimerLight().getUserAgentStylesheetBSS();
                });
    }

    /** The project's own style sheets; the last one has this theme's colours. */
    List<String> styleSheets() {
        return List.of(sheet("ringside.css"), sheet("shell.css"), sheet(id() + ".css"));
    }

    /** Replaces the project's style sheets in a scene. */
    public void applyTo(ObservableList<String> styleSheets) {
        styleSheets.setAll(styleSheets());
    }

    private static String sheet(String name) {
        return Objects.requireNonNull(Theme.class.getResource(name), name).toExternalForm();
    }
}
