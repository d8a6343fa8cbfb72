package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;

class MemorySearchTest {
    private static final AddressExpression.Names NAMES =
            name -> name.equals("lstar") ? OptionalLong.of(0xffffffff81c00080L) : OptionalLong.empty();

    private static List<Long> search(PhysicalMemory memory, SearchKind kind, String text, long from, boolean forward) {
        List<Long> found = new ArrayList<>();
        new MemorySearch(
                        SearchedSpace.physical(memory),
                        kind.pattern(text, NAMES),
                        hits -> hits.forEach(hit -> found.add(hit.address())),
                        ProgressMonitor.none())
                .run(from, forward);
        return found;
    }

    @Test
    void findsBytesWithWildcardsAlsoAcrossPages() {
        SparseMemory memory = SparseMemory.ofSize(5 * 4096)
                .put(0x10, 0x48, 0x8b, 0x05, 0x0f)
                .put(0xffe, 0x48, 0x8b, 0xff, 0x1f)
                .put(0x3000, 0x48, 0x8c, 0x05, 0x0f);
        assertEquals(List.of(0x10L, 0xffeL), search(memory, SearchKind.BYTES, "48 8b ?? ?f", 0, true));
        assertEquals(List.of(0x10L, 0xffeL, 0x3000L), search(memory, SearchKind.BYTES, "0x48 8? ? 0x?f", 0, true));
        assertEquals(List.of(0xffeL), search(memory, SearchKind.BYTES, "488bff1f", 0, true));
    }

    @Test
    void doesNotJoinPagesThatAreNotNeighbours() {
        SparseMemory memory = new SparseMemory(List.of(new AddressRange(0, 0x1000), new AddressRange(0x2000, 0x3000)))
                .put(0xfff, 0x11)
                .put(0x2000, 0x22);
        assertEquals(List.of(), search(memory, SearchKind.BYTES, "11 22", 0, true));
    }

    @Test
    void beginsAtTheGivenPageAndGoesAroundInBothDirections() {
        SparseMemory memory = SparseMemory.ofSize(8 * 4096);
        for (long page = 0; page < 8; page++) {
            memory.put(page * 4096 + 5, 0xaa).put(page * 4096 + 9, 0xaa);
        }
        assertEquals(
                List.of(0x3005L, 0x3009L, 0x4005L),
                search(memory, SearchKind.BYTES, "aa", 0x3abc, true).subList(0, 3));
        assertEquals(16, search(memory, SearchKind.BYTES, "aa", 0x3abc, true).size());
        assertEquals(
                List.of(0x3009L, 0x3005L, 0x2009L),
                search(memory, SearchKind.BYTES, "aa", 0x3abc, false).subList(0, 3));
        assertEquals(
                0x4005L, search(memory, SearchKind.BYTES, "aa", 0x3abc, false).getLast());
    }

    @Test
    void findsTextIntegersAndPointers() {
        SparseMemory memory = SparseMemory.ofSize(4 * 4096)
                .put(0x101, "swapper/0".getBytes(StandardCharsets.US_ASCII))
                .put(0x203, "ring".getBytes(StandardCharsets.UTF_16LE))
                .put(0x305, 0x78, 0x56, 0x34, 0x12)
                .put(0x1008, 0x80, 0x00, 0xc0, 0x81, 0xff, 0xff, 0xff, 0xff)
                .put(0x2010, 0x63, 0xe0, 0x1d, 0x06, 0, 0, 0, 0x80)
                .put(0x2021, 0x63, 0xe0, 0x1d, 0x06, 0, 0, 0, 0x80);
        assertEquals(List.of(0x101L), search(memory, SearchKind.TEXT, "swapper/0", 0, true));
        assertEquals(List.of(0x203L), search(memory, SearchKind.UTF16, "ring", 0, true));
        assertEquals(List.of(0x305L), search(memory, SearchKind.INTEGER_32, "0x12345678", 0, true));
        assertEquals(List.of(0x1008L), search(memory, SearchKind.INTEGER_64, "lstar", 0, true));
        assertEquals(List.of(0x1008L), search(memory, SearchKind.POINTERS, "lstar + 0xf00", 0, true));
        assertEquals(List.of(0x2010L), search(memory, SearchKind.REFERENCES, "0x61de123", 0, true));
    }

    @Test
    void stopsAtTheMostHitsAndCountsWhatItCouldNotRead() {
        SparseMemory memory = SparseMemory.ofSize(16 * 4096);
        List<MemorySearch.Hit> hits = new ArrayList<>();
        MemorySearch.Outcome outcome = new MemorySearch(
                        SearchedSpace.physical(memory),
                        SearchKind.BYTES.pattern("00", NAMES),
                        hits::addAll,
                        ProgressMonitor.none())
                .run(0, true);
        assertEquals(new MemorySearch.Outcome(MemorySearch.MAXIMUM_HITS, true, 0, true), outcome);
        assertEquals(MemorySearch.MAXIMUM_HITS, hits.size());

        SparseMemory broken = new SparseMemory(List.of(new AddressRange(0, 0x3000)), 0x1000L);
        outcome = new MemorySearch(
                        SearchedSpace.physical(broken),
                        SearchKind.BYTES.pattern("aa", NAMES),
                        hits::addAll,
                        ProgressMonitor.none())
                .run(0, true);
        assertEquals(new MemorySearch.Outcome(0, false, 1, true), outcome);
    }

    @Test
    void canBeCancelled() {
        ProgressMonitor cancelled = new ProgressMonitor() {
            @Override
            public void progress(String activity, long done, long total) {}

            @Override
            public boolean isCancelled() {
                return true;
            }
        };
        MemorySearch search = new MemorySearch(
                SearchedSpace.physical(SparseMemory.ofSize(4096)),
                SearchKind.BYTES.pattern("00", NAMES),
                hits -> {},
                cancelled);
        assertThrows(CancellationException.class, () -> search.run(0, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "48 8", "zz", "?? ?", "48 xx", "  "})
    void refusesBytesThatAreNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> SearchKind.BYTES.pattern(text, NAMES));
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> SearchKind.INTEGER_16.pattern("0x10000", NAMES));
        assertArrayEquals(
                new byte[] {-1, -1}, ((SearchPattern.Bytes) SearchKind.INTEGER_16.pattern("-1", NAMES)).value());
        assertThrows(IllegalArgumentException.class, () -> SearchKind.INTEGER_64.pattern("no_such", NAMES));
    }
}
