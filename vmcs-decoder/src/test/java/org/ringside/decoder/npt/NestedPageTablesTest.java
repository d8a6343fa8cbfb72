package org.ringside.decoder.npt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.translation.WalkStop;

class NestedPageTablesTest {
    @ParameterizedTest
    @CsvFileSource(resources = "walks.csv", delimiter = '|')
    void walksAndAccesses(
            int levels, String features, String entries, String address, String expected, String accesses) {
        SparseMemory memory = new SparseMemory();
        if (entries != null) {
            for (String entry : entries.split(" ", -1)) {
                String[] at = entry.split("=", -1);
                memory.putLong(Long.decode(at[0]), Long.parseUnsignedLong(at[1].substring(2), 16));
            }
        }
        NptContext context = new NptContext(
                0x1000,
                levels,
                features.contains("gmet"),
                false,
                features.contains("rogpt"),
                features.contains("narrow") ? 40 : PagingContext.WIDEST);
        NestedPageTables tables = new NestedPageTables(memory, context);
        long guest = Long.decode(address);
        TableWalk walk = tables.walk(guest);
        String found = walk.result()
                .map(Translation::toString)
                .orElse(walk.stop().map(WalkStop::message).orElse(""));
        assertTrue(found.contains(expected), found);
        assertEquals(walk.result(), tables.translate(guest));
        assertEquals(
                accesses,
                String.join(
                        " ",
                        effect(tables.outcome(guest, NptAccess.user(NptAccess.Kind.WRITE))),
                        effect(tables.outcome(guest, NptAccess.supervisor(NptAccess.Kind.FETCH))),
                        effect(tables.outcome(guest, NptAccess.tableWalk()))));
    }

    private static String effect(NptOutcome outcome) {
        assertFalse(outcome.reason().isEmpty());
        return switch (outcome) {
            case NptOutcome.Allowed ignored -> "ok";
            case NptOutcome.NestedPageFault fault -> Long.toHexString(fault.exitInfo1());
            case NptOutcome.Unknown ignored -> "unknown";
        };
    }

    @Test
    void contextsThatCannotBeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> NptContext.of(0x1000, 3));
        assertThrows(IllegalArgumentException.class, () -> new NptContext(0x1000, 4, false, false, false, 53));
    }

    /** Nested tables at 0x10000 that map guest-physical 0 to 0x9fff to 0x100000 on; the guest's own tables at its 0x1000. */
    private static SparseMemory guest() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11007)
                .putLong(0x11000, 0x12007)
                .putLong(0x12000, 0x13007);
        for (int page = 0; page < 10; page++) {
            memory.putLong(0x13000 + 8 * page, 0x100000 + 0x1000 * page | 0x67);
            memory.zero(0x100000 + 0x1000 * page);
        }
        return memory.putLong(0x101000, 0x2007)
                .putLong(0x102000, 0x3007)
                .putLong(0x103000, 0x4007)
                .putLong(0x104000 + 8 * 5, 0x8067)
                .putLong(0x108010, 0x1234);
    }

    @Test
    void aJourneyGoesThroughTheGuestsTablesAndTheNestedOnes() {
        NestedGuests nested =
                NestedGuests.ofNestedPaging(guest(), List.of(NptContext.of(0x10000, 4)), TableLimits.standard());
        Journey journey = nested.virtual(1, PagingContext.fourLevel(0x1000), 0x5010);
        assertEquals(0x108010L, journey.hostPhysical().orElseThrow());
        assertEquals(2, journey.stages().size());
        assertEquals(0x8010L, journey.stages().getFirst().output().orElseThrow());
        Journey.Entry root = journey.stages().getFirst().entries().getFirst();
        assertEquals(0x1000, root.step().entryAddress());
        assertEquals(0x101000L, root.hostAddress().orElseThrow());
        assertEquals(
                new AddressSpace.GuestPhysical(0x10000),
                root.step().entry().span().orElseThrow().space());
        assertEquals(0x1234L, nested.memory(1).readLong(0x8010).orElseThrow());
        assertThrows(IllegalStateException.class, () -> nested.tables(1));
        assertEquals(0x100000L, nested.guestTables(1).translate(0).orElseThrow().output());
        assertFalse(nested.virtual(1, PagingContext.fourLevel(0x1000), 0x6000)
                .hostPhysical()
                .isKnown());
    }

    @Test
    void neighbouringPagesAreMergedInTheMap() {
        NptMap map = new NestedPageTables(guest(), NptContext.of(0x10000, 4)).map(TableLimits.standard());
        assertEquals(1, map.ranges().size());
        assertEquals(10 * 4096, map.ranges().getFirst().length());
        assertEquals(10, map.summary().leaves());
        assertTrue(map.summary().complete());
    }

    @Test
    void theLevelsAreFoundOut() {
        SparseMemory four = guest();
        for (int word = 0; word < 512; word++) {
            // What a guest keeps in its memory: addresses of its kernel, and text.
            four.putLong(0x109000 + 8 * word, word % 2 == 0 ? 0xffff_8880_0123_4561L : 0x6f6c_6c65_6874_2065L);
        }
        assertEquals(4, NptContext.assumedLevels(four, 0x10000));
        SparseMemory five = guest().putLong(0x20000, 0x10007);
        assertEquals(5, NptContext.assumedLevels(five, 0x20000));
        assertEquals(4, NptContext.assumedLevels(new SparseMemory(), 0x10000));
    }
}
