package org.ringside.decoder.translation;

import java.util.function.BooleanSupplier;

/**
 * How much work a listing of mappings may be: tables may loop and refer to each other at will.
 *
 * @param tables tables read at most, counting a table again for each way to it
 * @param ranges ranges returned at most
 * @param cancelled asked once a table; {@code true} ends the listing
 */
public record TableLimits(long tables, long ranges, BooleanSupplier cancelled) {
    /** Enough for 512 GiB in 4 KiB pages; a hostile table ends it within a second or so. A list of all ranges takes at most some 100 MB. */
    public static TableLimits standard() {
        return new TableLimits(1L << 18, 1L << 20, () -> false);
    }

    public TableLimits withTables(long most) {
        return new TableLimits(most, ranges, cancelled);
    }

    public TableLimits withRanges(long most) {
        return new TableLimits(tables, most, cancelled);
    }

    public TableLimits cancelledBy(BooleanSupplier whether) {
        return new TableLimits(tables, ranges, whether);
    }
}
