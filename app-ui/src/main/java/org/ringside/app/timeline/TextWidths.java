package org.ringside.app.timeline;

import java.util.LinkedHashMap;
import java.util.Map;
import javafx.scene.text.Font;
import javafx.scene.text.Text;

/** How wide texts are in one font, for whoever writes on a canvas. Belongs to the UI thread. */
final class TextWidths {
    private static final int KEPT = 2000;
    private static final String ELLIPSIS = "…";

    private final Font font;
    private final Text measure = new Text();
    private final Map<String, Double> widths = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
            return size() > KEPT;
        }
    };

    TextWidths(Font font) {
        this.font = font;
        measure.setFont(font);
    }

    Font font() {
        return font;
    }

    double of(String text) {
        return widths.computeIfAbsent(text, key -> {
            measure.setText(key);
            return measure.getLayoutBounds().getWidth();
        });
    }

    /** The text, cut with an ellipsis where it is too wide; empty if not even that fits. */
    String shortened(String text, double room) {
        if (of(text) <= room) {
            return text;
        }
        int kept = Math.clamp((long) (text.length() * room / of(text)), 0, text.length());
        while (kept > 0 && of(text.substring(0, kept) + ELLIPSIS) > room) {
            kept--;
        }
        return kept == 0 ? "" : text.substring(0, kept).stripTrailing() + ELLIPSIS;
    }
}
