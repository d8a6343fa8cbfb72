package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HexGeometryTest {
    @ParameterizedTest
    @CsvSource({"8, 1", "16, 1", "16, 2", "32, 1", "32, 2"})
    void everyByteIsHitWhereItIsDrawn(int columns, int panels) {
        HexGeometry geometry = new HexGeometry(7.8, 19, 9, columns, panels);
        for (int panel = 0; panel < panels; panel++) {
            for (int column = 0; column < columns; column++) {
                Optional<HexGeometry.Hit> expected = Optional.of(new HexGeometry.Hit(3, column, panel));
                double y = geometry.rowY(3) + 9;
                assertEquals(expected, geometry.hit(geometry.hexX(panel, column) + 1, y));
                assertEquals(expected, geometry.hit(geometry.hexX(panel, column) + 15, y));
                assertEquals(expected, geometry.hit(geometry.textX(panel, column) + 4, y));
            }
        }
        assertEquals(Optional.empty(), geometry.hit(3, 100));
        assertEquals(Optional.empty(), geometry.hit(200, 5));
    }

    @ParameterizedTest
    @CsvSource({"300, 8", "700, 16", "1200, 32", "4000, 32"})
    void aRowHasAsManyBytesAsFit(double width, int columns) {
        assertEquals(columns, HexGeometry.columnsFor(width, 7.8, 9, 1));
        assertTrue(columns == 8 || new HexGeometry(7.8, 19, 9, columns, 1).width() <= width);
    }
}
