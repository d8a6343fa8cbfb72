package org.ringside.app.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import javafx.geometry.Orientation;
import org.junit.jupiter.api.Test;
import org.ringside.app.dock.DockLayout.Split;
import org.ringside.app.dock.DockLayout.Tabs;

class DockLayoutTest {
    private final DockLayout layout = new Split(
            Orientation.HORIZONTAL,
            List.of(Tabs.of("machine"), new Tabs(List.of("memory", "diff"), "diff"), Tabs.of("inspector")),
            List.of(0.2, 0.7));

    @Test
    void leavesOutUnknownPanesAndTheRoomTheyHad() {
        assertEquals(
                Optional.of(new Split(
                        Orientation.HORIZONTAL, List.of(Tabs.of("machine"), Tabs.of("memory")), List.of(0.2))),
                layout.retain(view -> view.equals("machine") || view.equals("memory")));
        assertEquals(Optional.of(Tabs.of("diff")), layout.retain("diff"::equals));
        assertEquals(Optional.empty(), layout.retain(view -> false));
    }

    @Test
    void keepsAPaneThatIsListedTwiceOnce() {
        DockLayout twice =
                new Split(Orientation.VERTICAL, List.of(Tabs.of("map", "map"), Tabs.of("map")), List.of(0.5));
        assertEquals(Optional.of(Tabs.of("map")), twice.retain(view -> true));
    }

    @Test
    void addsATabBesideItsNeighboursInFront() {
        DockLayout changed = layout.withTab("map", List.of("vtd", "memory")).orElseThrow();
        assertEquals(List.of("machine", "memory", "diff", "map", "inspector"), changed.views());
        assertEquals(Optional.empty(), layout.withTab("map", List.of("timeline")));
    }

    @Test
    void addsAPaneAlongAnEdge() {
        assertEquals(
                new Split(Orientation.VERTICAL, List.of(layout, Tabs.of("timeline")), List.of(0.75)),
                layout.withEdge("timeline", Orientation.VERTICAL, true, 0.25));
        assertEquals(
                2, layout.withEdge("timeline", Orientation.VERTICAL, true, 0.25).depth());
    }

    @Test
    void refusesDividersThatDoNotGoWithTheParts() {
        assertThrows(
                IllegalArgumentException.class, () -> new Split(Orientation.VERTICAL, List.of(layout), List.of(0.5)));
        assertThrows(IllegalArgumentException.class, () -> new Tabs(List.of("map"), "diff"));
    }
}
