package org.ringside.app.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import javafx.scene.text.Font;

/** The bundled faces, so that the window looks the same on every machine. */
public final class Fonts {
    /** The face of words. */
    public static final String UI = "Inter";

    /** The face of addresses and bytes. */
    public static final String MONO = "JetBrains Mono";

    private static final List<String> FILES = List.of(
            "Inter-Regular.ttf",
            "Inter-SemiBold.ttf",
            "Inter-Bold.ttf",
            "JetBrainsMono-Regular.ttf",
            "JetBrainsMono-Bold.ttf");
    private static final double ANY_SIZE = 13;

    private Fonts() {}

    /** Makes the faces known to JavaFX; before the first scene. */
    public static void load() {
        for (String file : FILES) {
            try (InputStream stream = Fonts.class.getResourceAsStream("/org/ringside/app/fonts/" + file)) {
                if (stream == null || Font.loadFont(stream, ANY_SIZE) == null) {
                    throw new IllegalStateException("the bundled font " + file + " cannot be loaded");
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
