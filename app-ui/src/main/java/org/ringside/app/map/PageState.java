package org.ringside.app.map;

/** What is known of a page, as the map draws it. Of several pages in one pixel the last one in this order is drawn. */
public enum PageState {
    NOT_CAPTURED("Not captured"),
    ZERO("Zero"),
    UNCHANGED("Unchanged"),
    VANISHED("Vanished"),
    APPEARED("Appeared"),
    CHANGED("Changed");

    private static final PageState[] BY_CODE = values();

    private final String title;

    PageState(String title) {
        this.title = title;
    }

    /** For a legend. */
    public String title() {
        return title;
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
