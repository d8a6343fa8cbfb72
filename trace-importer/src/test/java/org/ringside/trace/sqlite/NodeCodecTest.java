package org.ringside.trace.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.trace.snapshot.MerkleTree;

class NodeCodecTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsEncodedIsDecoded(long seed) {
        Random random = new Random(seed);
        int[] pages = new int[MerkleTree.PAGES_PER_NODE];
        int next = 2 + random.nextInt(Integer.MAX_VALUE - 10_000);
        for (int i = 0; i < pages.length; i++) {
            pages[i] = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(2);
                case 1 -> 2 + random.nextInt(Integer.MAX_VALUE - 2_000);
                default -> next++;
            };
        }
        byte[] bytes = NodeCodec.encode(pages);
        assertTrue(bytes.length <= NodeCodec.MAXIMUM_BYTES);
        assertArrayEquals(pages, NodeCodec.decode(bytes));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(IllegalArgumentException.class, () -> NodeCodec.decode(cut));
        }
    }

    @Test
    void newPagesInOrderTakeAFewBytes() {
        int[] pages = new int[MerkleTree.PAGES_PER_NODE];
        Arrays.setAll(pages, i -> 1_000_000 + i);
        assertEquals(5, NodeCodec.encode(pages).length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyBytesAreANodeOrRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            try {
                assertEquals(MerkleTree.PAGES_PER_NODE, NodeCodec.decode(bytes).length);
            } catch (IllegalArgumentException expected) {
                assertTrue(expected.getMessage() != null);
            }
        }
    }
}
