package org.ringside.app.shell;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;

/**
 * The theme's colours for whoever paints on a canvas. Put {@link #probe()} among the children of the view: it has no size and resolves
 * looked-up colours, for example {@code -color-fg-default} or {@code -ringside-changed}, in the style sheets of its scene.
 */
public final class ThemeColors {
    private final List<String> names;
    private final Region probe = new Region();
    private final Map<String, Color> colors = new HashMap<>();

    /**
     * Makes a probe.
     *
     * @param names looked-up colours that will be asked for
     * @param onChange told when they have got other values: paint again
     */
    public ThemeColors(List<String> names, Runnable onChange) {
        this.names = List.copyOf(names);
        probe.setManaged(false);
        probe.setMouseTransparent(true);
        // Layers of one background: a single node resolves them all.
        probe.setStyle("-fx-background-color: " + String.join(", ", names) + ";");
        probe.backgroundProperty().subscribe(background -> {
            if (background != null && take(background)) {
                onChange.run();
            }
        });
    }

    public Region probe() {
        return probe;
    }

    /**
     * The colour as it is now; transparent before the probe has been shown.
     *
     * @throws IllegalArgumentException if the name was not announced
     */
    public Color get(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException(name + " was not announced");
        }
        return colors.getOrDefault(name, Color.TRANSPARENT);
    }

    private boolean take(Background background) {
        List<BackgroundFill> fills = background.getFills();
        boolean changed = false;
        for (int i = 0; i < Math.min(names.size(), fills.size()); i++) {
            if (fills.get(i).getFill() instanceof Color color) {
                changed |= !color.equals(colors.put(names.get(i), color));
            }
        }
        return changed;
    }
}
