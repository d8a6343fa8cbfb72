package org.ringside.app.memory;

import javafx.scene.text.Font;

/** The face of addresses and bytes on a canvas: the bundled one where the window has loaded it, else the system's. */
public final class MonoFont {
    private static final String BUNDLED = "JetBrains Mono";

    private MonoFont() {}

    /** The face at a size in pixels. */
    public static Font of(double size) {
        return Font.font(Font.getFamilies().contains(BUNDLED) ? BUNDLED : "Monospaced", size);
    }
}
