package org.ringside.app.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.PageChanges;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

class MapViewModelTest {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final MapViewModel model = new MapViewModel(workspace);

    /** Pages filled with a value; 0 for a zero page, negative for none. */
    private static final class Filled implements PhysicalMemory {
        private final int[] values;

        Filled(int... values) {
            this.values = values;
        }

        @Override
        public List<AddressRange> ranges() {
            return IntStream.range(0, values.length)
                    .filter(page -> values[page] >= 0)
                    .mapToObj(page -> AddressRange.ofLength((long) page * PAGE, PAGE))
                    .toList();
        }

        @Override
        public List<AddressRange> zeroRanges() {
            return ranges().stream()
                    .filter(range -> values[(int) (range.start() / PAGE)] == 0)
                    .toList();
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            int page = (int) (address / PAGE);
            if (page >= values.length || values[page] < 0) {
                return new Observed.NotCaptured<>(address & -PAGE, PAGE);
            }
            return Observed.known(MemorySegment.ofArray(new byte[PAGE])
                    .fill((byte) values[page])
                    .asReadOnly());
        }
    }

    private void open(PhysicalMemory... memories) throws IOException {
        MemoryTrace trace = new MemoryTrace();
        for (int i = 0; i < memories.length; i++) {
            trace.with("snapshot " + i, memories[i], MachineState.none());
        }
        model.resize(64, 48);
        model.attach();
        workspace.show(OpenTrace.read(trace));
        ui.runUntil(() -> model.contentProperty().get() != null
                && workspace.tasks().idle().get());
    }

    private PagePyramid pyramid() {
        return Objects.requireNonNull(model.contentProperty().get()).pyramid();
    }

    @Test
    void countsEveryPageOnce() throws IOException {
        open(new Filled(1, 2, 0, 0, -1, 5, 6, -1), new Filled(1, 9, 0, 7, 4, -1, 0, -1, 8));
        assertEquals(3, pyramid().count(PageState.CHANGED));
        assertEquals(2, pyramid().count(PageState.APPEARED));
        assertEquals(1, pyramid().count(PageState.VANISHED));
        assertEquals(1, pyramid().count(PageState.ZERO));
        assertEquals(1, pyramid().count(PageState.UNCHANGED));
        assertEquals(1, pyramid().count(PageState.NOT_CAPTURED));
        assertEquals(9, pyramid().pages());
        assertEquals(
                PageState.VANISHED,
                pyramid().state(0, pyramid().column(5 * PAGE), pyramid().row(5 * PAGE)));
    }

    @Test
    void aClickSelectsThePageUnderIt() throws IOException {
        open(new Filled(1, 2, 3, 4), new Filled(1, 2, 7, 4));
        MapViewport viewport = model.viewportProperty().get();
        long page = 2 * PAGE;
        double x = viewport.paneX(pyramid().column(page)) + 1;
        double y = viewport.paneY(pyramid().row(page)) + 1;
        assertEquals(OptionalLong.of(page), model.pageAt(x, y));
        model.select(page);
        assertEquals(new Selection.Page(page), workspace.selection());
        assertEquals(page, model.cursorProperty().get());
        assertTrue(model.describe(page).contains("changed"));
    }

    @Test
    void stepsFromChangeToChangeAndFollowsTheSelection() throws IOException {
        open(new Filled(1, 2, 3, 4, 5), new Filled(1, 9, 3, 9, 5));
        assertTrue(model.goToChange(true));
        assertEquals(PAGE, model.cursorProperty().get());
        assertTrue(model.goToChange(true));
        assertEquals(3 * PAGE, model.cursorProperty().get());
        assertFalse(model.goToChange(true));
        workspace.select(Selection.physical(4 * PAGE + 17, 3));
        assertEquals(4 * PAGE, model.cursorProperty().get());
        assertTrue(model.goToChange(false));
        assertEquals(3 * PAGE, model.cursorProperty().get());
    }

    @Test
    void comparesWithAnotherBaseline() throws IOException {
        open(new Filled(1, 2), new Filled(1, 3), new Filled(1, 2));
        assertEquals(1, pyramid().count(PageState.CHANGED));
        assertEquals(2, model.baselines().size());
        model.compareWith(model.baselines().getFirst());
        ui.runUntil(() -> pyramid().count(PageState.CHANGED) == 0);
        assertEquals(2, pyramid().count(PageState.UNCHANGED));
    }

    @Test
    void oneChangedPageOf64GiBIsSeenAtEverySize() {
        long address = 0xabcdef000L;
        PageChanges changes = PageChanges.of(new SnapshotDiff(
                new SnapshotId(1), new SnapshotId(2), List.of(new PageRun(address, 1, PageRun.Change.CHANGED))));
        List<AddressRange> all = List.of(new AddressRange(0, 64L << 30));
        PagePyramid pyramid = PagePyramid.build(all, all, List.of(), changes, ProgressMonitor.none());
        assertEquals(1, pyramid.pagesPerCell());
        assertEquals(1 << 24, (long) pyramid.columns() * pyramid.rows());
        assertEquals(address, pyramid.address(pyramid.column(address), pyramid.row(address)));
        for (int level = 0; level <= pyramid.coarsest(); level++) {
            assertEquals(
                    PageState.CHANGED,
                    pyramid.state(level, pyramid.column(address) >> level, pyramid.row(address) >> level));
        }
        MapViewport viewport = MapViewport.fitting(pyramid, 800, 600);
        assertTrue(viewport.pictureWidth(pyramid) <= 800 && viewport.pictureHeight(pyramid) <= 600);
        MapPalette palette =
                new MapPalette(0xff000000, 0xff111111, 0xff222222, 0xff333333, 0xffffff00, 0xff00ff00, 0xffff0000);
        int[] pixels = MapPicture.draw(pyramid, viewport, palette, false).pixels();
        int x = (int) viewport.paneX(pyramid.column(address));
        int y = (int) viewport.paneY(pyramid.row(address));
        assertEquals(0xffffff00, pixels[y * 800 + x]);
        assertEquals(0xff333333, pixels[y * 800 + x + 1]);
        int[] emphasised = MapPicture.draw(pyramid, viewport, palette, true).pixels();
        assertEquals(0xff999919, emphasised[y * 800 + x + 1]);
    }

    @Test
    void zoomingKeepsTheCellUnderThePointer() {
        List<AddressRange> all = List.of(new AddressRange(0, 1L << 30));
        PagePyramid pyramid = PagePyramid.build(all, List.of(), all, PageChanges.NONE, ProgressMonitor.none());
        assertEquals(PageState.ZERO, pyramid.state(3, 7, 7));
        MapViewport viewport = MapViewport.fitting(pyramid, 400, 300);
        long column = viewport.column(200);
        long row = viewport.row(150);
        for (int zoom = viewport.zoom() + 1; zoom <= MapViewport.CLOSEST; zoom++) {
            MapViewport closer = viewport.zoomed(pyramid, zoom, 200, 150);
            // To the cell, or where a pixel was several cells to the first of them.
            assertTrue(Math.abs(column - closer.column(200)) < 1 << viewport.level());
            assertTrue(Math.abs(row - closer.row(150)) < 1 << viewport.level());
        }
    }
}
