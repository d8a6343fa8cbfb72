package org.ringside.decoder.vtd;

import org.ringside.decoder.structure.BitFieldLayout;

/**
 * A register at a fixed place.
 *
 * @param offset bytes from the unit's base
 * @param layout its name, width and bits
 */
record UnitRegister(int offset, BitFieldLayout layout) {
    /** The table of a register's bits. */
    static BitFieldLayout.Builder register(String name, int width, String section) {
        return BitFieldLayout.of(VtdLayouts.AREA, name, width, VtdLayouts.spec(section));
    }
}
