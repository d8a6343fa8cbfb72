package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {
    private static final long ROWS_OF_64_GIB = (64L << 30) / 16;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_294_967_295L, 2_147_483_648L, ROWS_OF_64_GIB - 50, 1L << 40})
    void everyRowCanBeOnTop(long row) {
        RowScroll scroll = new RowScroll(ROWS_OF_64_GIB, 50, 0).withTop(row);
        assertEquals(Math.min(row, ROWS_OF_64_GIB - 50), scroll.top());
        assertEquals(Math.min(row + 1, ROWS_OF_64_GIB - 50), scroll.by(1).top());
    }

    @Test
    void theThumbReachesBothEndsExactlyAndCanBeCaught() {
        RowScroll scroll = new RowScroll(ROWS_OF_64_GIB, 50, 12345);
        double track = 700;
        assertEquals(RowScroll.SHORTEST_THUMB, scroll.thumbLength(track));
        assertEquals(0, scroll.withThumbAt(-5, track).top());
        double way = track - scroll.thumbLength(track);
        assertEquals(ROWS_OF_64_GIB - 50, scroll.withThumbAt(way, track).top());
        RowScroll middle = scroll.withThumbAt(way / 2, track);
        assertEquals(way / 2, middle.thumbStart(track), 1e-6);
    }

    @Test
    void aListThatFitsDoesNotScroll() {
        RowScroll scroll = new RowScroll(10, 50, 7);
        assertEquals(0, scroll.top());
        assertEquals(0, scroll.by(5).top());
        assertEquals(300, scroll.thumbLength(300));
        assertEquals(0, scroll.withThumbAt(20, 300).top());
    }

    @Test
    void farJumpsDoNotWrapAround() {
        RowScroll scroll = new RowScroll(1L << 53, 50, 1L << 52);
        assertEquals(scroll.lastTop(), scroll.by(Long.MAX_VALUE).top());
        assertEquals(0, scroll.by(Long.MIN_VALUE / 2).top());
    }

    @Test
    void revealingScrollsNoFurtherThanNeeded() {
        RowScroll scroll = new RowScroll(1000, 10, 100);
        assertEquals(100, scroll.revealing(109).top());
        assertEquals(101, scroll.revealing(110).top());
        assertEquals(99, scroll.revealing(99).top());
        assertEquals(497, scroll.centring(500).top());
        assertEquals(100, scroll.centring(104).top());
    }

    @Test
    void virtualMemoryIsOneLineWithoutTheAddressesThatDoNotExist() {
        LinearSpace space = LinearSpace.virtual(false);
        assertEquals(OptionalLong.of(0x7fff_ffff_ffffL), space.position(0x7fff_ffff_ffffL));
        assertEquals(OptionalLong.of(0x8000_0000_0000L), space.position(0xffff_8000_0000_0000L));
        assertEquals(OptionalLong.of(space.extent() - 1), space.position(-1L));
        assertEquals(OptionalLong.empty(), space.position(0x8000_0000_0000L));
        assertEquals(OptionalLong.empty(), space.position(0x1234_0000_0000_0000L));
        for (long address : new long[] {0, 0x400000, 0xffff_ffff_810b_e3a0L, -1}) {
            assertEquals(address, space.address(space.position(address).orElseThrow()));
        }
        assertTrue(LinearSpace.virtual(true).position(0x00ff_0000_0000_0000L).isPresent());
    }

    @Test
    void physicalMemoryIsWholePagesAndAtMost52Bits() {
        assertEquals(4096, LinearSpace.physical(0).extent());
        assertEquals(8192, LinearSpace.physical(4097).extent());
        assertEquals(1L << 52, LinearSpace.physical(-1L).extent());
        assertEquals(OptionalLong.empty(), LinearSpace.physical(8192).position(8192));
        assertEquals(OptionalLong.empty(), LinearSpace.physical(8192).position(-1));
        assertEquals(9, LinearSpace.physical(64L << 30).digits());
    }
}
