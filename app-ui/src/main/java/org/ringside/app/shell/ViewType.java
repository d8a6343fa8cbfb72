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
    MACHINE(Material2AL.ACCOUNT_TREE, Place.LEFT, "1"),
    MEMORY(Material2MZ.MEMORY, Place.CENTRE, "2"),
    MAP(Material2AL.GRID_ON, Place.CENTRE, "3"),
    VMCS(Material2MZ.TUNE, Place.CENTRE, "9"),
    EPT(Material2AL.LAYERS, Place.CENTRE, "0"),
    VMCB(Material2AL.DEVELOPER_BOARD, Place.CENTRE, "Shift+9"),
    NESTING(Material2MZ.VIEW_COLUMN, Place.CENTRE, "Shift+J"),
    JOURNEY(Material2AL.LINEAR_SCALE, Place.CENTRE, "J"),
    DIFF(Material2AL.COMPARE_ARROWS, Place.CENTRE, "4"),
    VTD(Material2MZ.SECURITY, Place.CENTRE, "5"),
    ALARMS(Material2MZ.NOTIFICATION_IMPORTANT, Place.CENTRE, "6"),
    INSPECTOR(Material2AL.FIND_IN_PAGE, Place.RIGHT, "7"),
    TIMELINE(Material2MZ.TIMELINE, Place.BOTTOM, "8");

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
    private final String key;

    ViewType(Ikon icon, Place place, String key) {
        this.icon = icon;
        this.place = place;
        this.key = key;
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

    /** The key that brings it up, together with Ctrl or Command. */
    public String key() {
        return key;
    }

    public static Optional<ViewType> find(String id) {
        return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
    }
}
