package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.SpaceMapping.Piece;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

class SpaceMappingTest {
    private static final LinearSpace LINEAR = LinearSpace.virtual(false);

    private static SpaceMapping mapping(SparseMemory memory) {
        PageWalker walker = new PageWalker(memory, PagingContext.fourLevel(VirtualSpace.CR3));
        return SpaceMapping.of(walker.ranges(TableLimits.standard()), LINEAR, memory);
    }

    private static SparseMemory withHole(SparseMemory full) {
        SparseMemory memory =
                new SparseMemory(List.of(new AddressRange(0, 0x201000), new AddressRange(0x202000, 0x203000)));
        for (AddressRange range : memory.ranges()) {
            for (long page = range.start(); page < range.end(); page += 4096) {
                memory.put(
                        page, LoadedPage.copyOf(full.page(page), page).bytes().orElse(new byte[0]));
            }
        }
        return memory;
    }

    @Test
    void hasOnlyWhatWasCaptured() {
        SpaceMapping mapping = mapping(withHole(VirtualSpace.map(VirtualSpace.kernel(), 3, 0xa000)));
        long kernel = LINEAR.position(VirtualSpace.KERNEL).orElseThrow();
        assertEquals(
                List.of(
                        new Piece(0x403000, 0x1000, 0xa000),
                        new Piece(kernel, 0x1000, 0x200000),
                        new Piece(kernel + 0x2000, 0x1000, 0x202000)),
                mapping.pieces());
        assertTrue(mapping.complete());
        assertEquals(OptionalLong.of(0x202abc), mapping.physical(kernel + 0x2abc));
        assertEquals(OptionalLong.empty(), mapping.physical(kernel + 0x1000));
        assertEquals(OptionalLong.empty(), mapping.physical(0));
        assertEquals(0x3000, mapping.bytes());
    }

    @Test
    void saysThatItIsNotAllIfATableIsMissing() {
        assertFalse(mapping(VirtualSpace.kernel().putLong(0x1000, 0x7ff000 | VirtualSpace.PRESENT))
                .complete());
    }

    @Test
    void tablesThatMapThePageOverAndOverAreCut() {
        // Every entry of every table leads to the table itself: 512 to the power of 4 pages.
        SparseMemory memory = SparseMemory.ofSize(0x2000);
        for (int i = 0; i < 512; i++) {
            memory.putLong(0x1000 + 8L * i, 0x1000 | VirtualSpace.PRESENT);
        }
        SpaceMapping mapping = mapping(memory);
        assertFalse(mapping.complete());
        assertTrue(mapping.pieces().size() <= SpaceMapping.MOST_PIECES);
    }

    @Test
    void goesAroundFromAnyPosition() {
        SpaceMapping mapping =
                new SpaceMapping(List.of(new Piece(0, 0x3000, 0x10000), new Piece(0x8000, 0x1000, 0x5000)), true);
        assertEquals(
                List.of(
                        new Piece(0x1000, 0x2000, 0x11000),
                        new Piece(0x8000, 0x1000, 0x5000),
                        new Piece(0, 0x1000, 0x10000)),
                mapping.around(0x1000, true));
        assertEquals(
                List.of(
                        new Piece(0, 0x1000, 0x10000),
                        new Piece(0x8000, 0x1000, 0x5000),
                        new Piece(0x1000, 0x2000, 0x11000)),
                mapping.around(0x1000, false));
    }

    @Test
    void comparesMappingsThatBeginAndEndAnywhere() {
        SparseMemory old = SparseMemory.ofSize(0x10000);
        SparseMemory now = SparseMemory.ofSize(0x10000).put(0x3000, 1).put(0x9000, 2);
        SpaceMapping before =
                new SpaceMapping(List.of(new Piece(0x1000, 0x3000, 0x1000), new Piece(0x8000, 0x2000, 0x6000)), true);
        SpaceMapping after =
                new SpaceMapping(List.of(new Piece(0x2000, 0x4000, 0x2000), new Piece(0x8000, 0x2000, 0x8000)), true);
        PageChanges physical = PageChanges.ofRuns(List.of(
                new PageRun(0x3000, 1, PageRun.Change.CHANGED), new PageRun(0x9000, 1, PageRun.Change.CHANGED)));
        SpaceChanges changes = SpaceChanges.between(
                new SpaceChanges.Side(old, before),
                new SpaceChanges.Side(now, after),
                physical,
                ProgressMonitor.none());
        assertTrue(changes.complete());
        assertEquals(
                List.of(
                        new PageRun(0x1000, 1, PageRun.Change.VANISHED),
                        new PageRun(0x3000, 1, PageRun.Change.CHANGED),
                        new PageRun(0x4000, 2, PageRun.Change.APPEARED),
                        new PageRun(0x9000, 1, PageRun.Change.CHANGED)),
                changes.changes().runs());
    }
}
