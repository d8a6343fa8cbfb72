package org.ringside.app.shell;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.geometry.Orientation;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.shell.ViewType.Place;

/** How panes are arranged until somebody moves them: the machine left, the working panes centre, the inspector right, the timeline below. */
final class StandardLayout {
    private static final double SIDE_PIXELS = 260;
    private static final double INSPECTOR_PIXELS = 330;
    private static final double TIMELINE_PIXELS = 210;

    /**
     * Views of hypervisors that open when somebody asks for them, by a link, a key or a command. All tabs at once have no room in a usual window, and
     * the first ones would be out of sight.
     */
    private static final Set<String> ON_DEMAND = Stream.of(
                    ViewType.EPT, ViewType.VMCB, ViewType.NESTING, ViewType.JOURNEY)
            .map(ViewType::id)
            .collect(Collectors.toUnmodifiableSet());

    private StandardLayout() {}

    /** For an area of this size. */
    static DockLayout of(double width, double height) {
        DockLayout working = tabs(Place.CENTRE);
        DockLayout upper = new DockLayout.Split(
                Orientation.HORIZONTAL,
                List.of(tabs(Place.LEFT), working, tabs(Place.RIGHT)),
                List.of(share(SIDE_PIXELS, width), 1 - share(INSPECTOR_PIXELS, width)));
        return new DockLayout.Split(
                Orientation.VERTICAL, List.of(upper, tabs(Place.BOTTOM)), List.of(1 - share(TIMELINE_PIXELS, height)));
    }

    /** Panes that belong to the same place, in order. */
    static List<String> at(Place place) {
        return Stream.of(ViewType.values())
                .filter(type -> type.place() == place)
                .map(ViewType::id)
                .toList();
    }

    private static DockLayout tabs(Place place) {
        List<String> ids =
                at(place).stream().filter(id -> !ON_DEMAND.contains(id)).toList();
        return new DockLayout.Tabs(ids, ids.getFirst());
    }

    private static double share(double pixels, double all) {
        return all <= 0 ? 0.25 : Math.clamp(pixels / all, 0.1, 0.35);
    }
}
