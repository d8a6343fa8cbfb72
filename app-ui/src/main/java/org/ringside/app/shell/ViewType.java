package org.ringside.app.shell;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.material2.Material2AL;
import org.kordamp.ikonli.material2.Material2MZ;
import org.ringside.app.text.Messages;

/** The panes that the window knows. */
public enum ViewType {
    MACHINE(Material2AL.ACCOUNT_TREE, Place.LEFT),
    MEMORY(Material2MZ.MEMORY, Place.CENTRE),
    MAP(Material2AL.GRID_ON, Place.CENTRE),
    DIFF(Material2AL.COMPARE_ARROWS, Place.CENTRE),
    VTD(Material2MZ.SECURITY, Place.CENTRE),
    ALARMS(Material2MZ.NOTIFICATION_IMPORTANT, Place.CENTRE),
    INSPECTOR(Material2AL.FIND_IN_PAGE, Place.RIGHT),
    TIMELINE(Material2MZ.TIMELINE, Place.BOTTOM);

    /** Where a pane is docked until somebody moves it. */
    public enum Place {
        LEFT,
        CENTRE,
        RIGHT,
        BOTTOM
    }

    private static final Messages MESSAGES = Messages.of(ViewType.class);

    // An icon is a constant of its icon pack.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Ikon icon;

    private final Place place;

    ViewType(Ikon icon, Place place) {
        this.icon = icon;
        this.place = place;
    }

    /** For the command line and stored layouts, for example {@code "memory"}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return MESSAGES.get("view." + id());
    }

    public Ikon icon() {
        return icon;
    }

    public Place place() {
        return place;
    }

    public static Optional<ViewType> find(String id) {
        return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
    }
}
