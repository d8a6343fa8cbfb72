package org.ringside.app.map;

import java.util.Locale;
import org.ringside.app.text.Messages;

/** What is known of a page, as the map draws it. Of several pages in one pixel the last one in this order is drawn. */
public enum PageState {
    NOT_CAPTURED,
    ZERO,
    UNCHANGED,
    VANISHED,
    APPEARED,
    CHANGED;

    private static final Messages MESSAGES = Messages.of(PageState.class);
    private static final PageState[] BY_CODE = values();

    /** For a legend. */
    public String title() {
        return MESSAGES.get("state." + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    public boolean isDifference() {
        return this == CHANGED || this == APPEARED || this == VANISHED;
    }

    // A picture of 16 million pages is kept as bytes; the code is the place in the order above.
    @SuppressWarnings("EnumOrdinal")
    byte code() {
        return (byte) ordinal();
    }

    static PageState of(byte code) {
        return BY_CODE[code];
    }
}
