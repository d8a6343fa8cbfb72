package org.ringside.decoder.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.SparseMemory;

class RangeListTest {
    @Test
    void keepsEveryPartOfARange() {
        List<MappedRange> ranges = new ArrayList<>();
        RangeList list = new RangeList();
        for (int i = 0; i < 10_000; i++) {
            MappedRange range = new MappedRange(
                    (long) i << 47,
                    0x000f_ffff_ffff_f000L - i,
                    Long.MAX_VALUE - i,
                    new AccessRights(i & 31),
                    i % 2 == 0 ? -i : i,
                    1L << 40 | i,
                    4096,
                    1L << 30);
            ranges.add(range);
            list.append(
                    range.input(),
                    range.output(),
                    range.length(),
                    range.rights().mask(),
                    range.attributes(),
                    range.leaves(),
                    range.smallestPage(),
                    range.largestPage());
        }
        assertEquals(ranges, list);
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(10_000));
        assertThrows(UnsupportedOperationException.class, () -> list.remove(0));
    }

    @Test
    void drainingGivesWhatIteratingGives() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000, 0x2000 | 7)
                .putLong(0x2000, 0x3000 | 7)
                .putLong(0x3000, 0x4000 | 7)
                .putLong(0x3008, 0x20_0000 | 0xb7);
        for (int i = 0; i < 512; i++) {
            memory.putLong(0x4000 + 8 * i, (i * 7 % 512) * 0x1000L | 0x30 | (i % 3 == 0 ? 5 : 7));
        }
        ExtendedPageTables tables = new ExtendedPageTables(memory, EptContext.of(0x101e));
        List<MappedRange> iterated = new ArrayList<>();
        TableRanges one = tables.ranges(TableLimits.standard());
        one.forEachRemaining(iterated::add);
        TableRanges other = tables.ranges(TableLimits.standard());
        assertTrue(other.hasNext());
        assertEquals(iterated, other.drain());
        assertFalse(other.hasNext());
        assertEquals(one.summary(), other.summary());
        TableRanges cut = tables.ranges(TableLimits.standard().withRanges(10));
        assertEquals(iterated.subList(0, 10), cut.drain());
        assertFalse(cut.summary().complete());
    }
}
