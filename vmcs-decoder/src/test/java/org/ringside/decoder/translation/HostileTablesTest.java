package org.ringside.decoder.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;

/** Tables made to keep a reader busy end within the limits, with findings that say what they are. */
final class HostileTablesTest {
    private static PageWalker walker(PhysicalMemory memory, PagingMode mode) {
        return new PageWalker(memory, new PagingContext(mode, 0x1000, true, true, PagingContext.WIDEST));
    }

    /** Every page of memory has the same bytes. */
    private record Everywhere(MemorySegment page) implements PhysicalMemory {
        static Everywhere filledWith(long entry) {
            long[] words = new long[PAGE_SIZE / 8];
            Arrays.fill(words, entry);
            MemorySegment page = MemorySegment.ofArray(new byte[PAGE_SIZE]);
            MemorySegment.copy(MemorySegment.ofArray(words), 0, page, 0, PAGE_SIZE);
            return new Everywhere(page.asReadOnly());
        }

        @Override
        public List<AddressRange> ranges() {
            return List.of(new AddressRange(0, 1L << 52));
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            return Observed.known(page);
        }
    }

    private static void assertBounded(TableRanges ranges, TableLimits limits) {
        long count = 0;
        while (ranges.hasNext()) {
            ranges.next();
            count++;
        }
        TableSummary summary = ranges.summary();
        assertEquals(count, summary.ranges());
        assertTrue(summary.tables() <= limits.tables(), () -> "" + summary);
        assertTrue(count <= limits.ranges() + 1, () -> "" + summary);
        assertTrue(summary.findings().size() < 40, "findings are counted, not hoarded");
        assertFalse(ranges.hasNext(), "the end stays the end");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void tableFullOfItselfEnds(PagingMode mode) {
        TableLimits limits = TableLimits.standard().withTables(2000);
        // In 32-bit paging each half of the word is an entry.
        TableRanges ranges =
                walker(Everywhere.filledWith(0x0000_1001_0000_1001L), mode).ranges(limits);
        assertBounded(ranges, limits);
        if (mode != PagingMode.PAE) {
            List<String> codes = ranges.summary().findings().stream()
                    .map(f -> f.code())
                    .distinct()
                    .toList();
            assertTrue(codes.contains("translation.self-reference"), codes::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void allOnesEnd(PagingMode mode) {
        TableLimits limits = TableLimits.standard().withTables(2000).withRanges(5000);
        assertBounded(walker(Everywhere.filledWith(-1L), mode).ranges(limits), limits);
    }

    @Test
    void limitsAndCancellingAreSaid() {
        PhysicalMemory memory = Everywhere.filledWith(0x1003);
        TableLimits few = TableLimits.standard().withTables(100);
        TableRanges cut = walker(memory, PagingMode.FOUR_LEVEL).ranges(few);
        cut.forEachRemaining(range -> {});
        assertFalse(cut.summary().complete());
        assertEquals(
                "the listing was cut after 100 tables",
                cut.summary().findings().getFirst().message());
        AtomicInteger asked = new AtomicInteger();
        TableRanges cancelled = walker(memory, PagingMode.FOUR_LEVEL)
                .ranges(TableLimits.standard().cancelledBy(() -> asked.incrementAndGet() > 10));
        cancelled.forEachRemaining(range -> {});
        assertFalse(cancelled.summary().complete());
        assertTrue(
                cancelled.summary().findings().stream().anyMatch(f -> f.code().equals("translation.cancelled")));
        TableRanges ranges = walker(memory, PagingMode.FOUR_LEVEL)
                .ranges(TableLimits.standard().withRanges(7));
        assertEquals(7, ranges.stream().count());
        assertFalse(ranges.summary().complete());
    }

    @Test
    void selfMapOfAnHonestKernelIsListedOnce() {
        // The root's last entry refers to the root: its tables appear as pages at the top of the address space.
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000, 0x2003)
                .putLong(0x1ff8, 0x1003)
                .putLong(0x2000, 0x3003)
                .putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003);
        TableRanges ranges = walker(memory, PagingMode.FOUR_LEVEL).ranges(TableLimits.standard());
        List<MappedRange> found = ranges.stream().toList();
        assertTrue(found.size() < 12, found::toString);
        assertTrue(ranges.summary().complete());
        assertEquals(0x0L, found.getFirst().input());
        assertEquals(0xffff_ffff_ffff_f000L, found.getLast().input());
        assertEquals(0x1000L, found.getLast().output());
        assertTrue(ranges.summary().findings().stream().anyMatch(f -> f.code().equals("translation.self-reference")));
    }

    @Test
    void missingTablesAreNamedAndTheRestIsListed() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000, 0x9003)
                .putLong(0x1008, 0x2003)
                .putLong(0x2000, 0x40000083);
        TableRanges ranges = walker(memory, PagingMode.FOUR_LEVEL).ranges(TableLimits.standard());
        assertEquals(1, ranges.stream().count());
        assertFalse(ranges.summary().complete());
        assertEquals(
                "the table of PDPTEs at 0x9000, for addresses from 0x0, could not be read: not captured: 0x9000, 4096 bytes",
                ranges.summary().findings().getFirst().message());
    }

    @Test
    void absentRootGivesNothingButAFinding() {
        TableRanges ranges = walker(new SparseMemory(), PagingMode.FIVE_LEVEL).ranges(TableLimits.standard());
        assertFalse(ranges.hasNext());
        assertFalse(ranges.summary().complete());
        assertEquals(1, ranges.summary().findings().size());
    }
}
