package org.ringside.app.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeViewportTest {
    private static final long NOW = 1_763_900_000_000_000_123L;

    @Test
    void tellsNeighbouringNanosecondsApart() {
        TimeViewport viewport = new TimeViewport(NOW, 0.05);
        assertEquals(20, viewport.x(NOW + 1), 1e-9);
        assertEquals(NOW + 1, viewport.time(20));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 0.5, 16, 1e-6, 1e6})
    void keepsTheMomentUnderThePointerWhenZooming(double factor) {
        TimeViewport viewport = new TimeViewport(NOW, 1000);
        long under = viewport.time(300);
        TimeViewport zoomed = viewport.zoomedAt(300, factor);
        assertEquals(300, zoomed.x(under), 1.0 / zoomed.nanosecondsPerPixel() + 1e-6);
    }

    @Test
    void showsWholeRangeWithMargins() {
        TimeViewport viewport = TimeViewport.showing(NOW, NOW + 1_000_000, 1000);
        assertEquals(24, viewport.x(NOW), 0.5);
        assertEquals(976, viewport.x(NOW + 1_000_000), 0.5);
    }

    @Test
    void showsOneMomentInTheMiddle() {
        TimeViewport viewport = TimeViewport.showing(NOW, NOW, 1000);
        assertEquals(500, viewport.x(NOW), 20);
    }

    @Test
    void staysInsideTimeAtItsEnds() {
        TimeViewport viewport = new TimeViewport(0, 1).zoomedAt(500, 0);
        assertEquals(TimeViewport.COARSEST, viewport.nanosecondsPerPixel());
        assertEquals(Long.MAX_VALUE, viewport.panned(1e9).time(1e9));
        assertEquals(Long.MIN_VALUE, viewport.panned(-1e9).time(-1e9));
        assertTrue(viewport.panned(-1e9).x(Long.MAX_VALUE) > 0);
    }

    @Test
    void movesOnlyWhenTheMomentIsOffTheScreen() {
        TimeViewport viewport = new TimeViewport(NOW, 1000);
        assertEquals(viewport, viewport.revealing(NOW + 500_000, 0, 1000));
        TimeViewport moved = viewport.revealing(NOW + 5_000_000, 0, 1000);
        assertEquals(500, moved.x(NOW + 5_000_000), 1);
    }
}
