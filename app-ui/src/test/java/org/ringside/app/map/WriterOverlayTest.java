package org.ringside.app.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.map.WriterOverlay.Writers;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

final class WriterOverlayTest {
    private static final long BUFFER = 0x20000;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());

    private static TinyKernel machine() {
        return new TinyKernel()
                .device(2, 0)
                .device(3, 0)
                .reach(1, BUFFER)
                .reach(2, BUFFER + 0x1000)
                .reach(7, BUFFER);
    }

    private OpenTrace open() throws IOException {
        OpenTrace trace = OpenTrace.read(new MemoryTrace().with("now", machine(), TinyKernel.withUnit()));
        workspace.show(trace);
        return trace;
    }

    @Test
    void countsDevicesOfEachPageOnce() throws IOException {
        OpenTrace trace = open();
        SnapshotInfo snapshot = trace.snapshots().getFirst();
        PhysicalMemory memory = trace.trace().memory(snapshot.id());
        List<FoundUnit> units = FoundUnit.of(trace, snapshot, memory);
        WriterOverlay all = WriterOverlay.of(memory, units, Optional.empty(), ProgressMonitor.none());
        // Two devices share a domain; that one page is mapped twice makes them no more.
        assertEquals(2, all.pages(Writers.FEW));
        assertEquals(0, all.pages(Writers.MANY));
        PageCells cells = all.cells();
        assertEquals(Writers.FEW.code(), cells.code(0, cells.column(BUFFER), cells.row(BUFFER)));
        assertEquals(Writers.NONE.code(), cells.code(0, cells.column(BUFFER - 0x1000), cells.row(BUFFER - 0x1000)));
        WriterOverlay one =
                WriterOverlay.of(memory, units, Optional.of(RequesterId.of(0, 2, 0)), ProgressMonitor.none());
        assertEquals(2, one.pages(Writers.ONE));
        WriterOverlay other =
                WriterOverlay.of(memory, units, Optional.of(RequesterId.of(0, 9, 0)), ProgressMonitor.none());
        assertEquals(0, other.pages(Writers.ONE));
    }

    @Test
    void mapShowsWritersAndNamesThem() throws IOException {
        MapViewModel model = new MapViewModel(workspace);
        model.resize(64, 48);
        model.attach();
        open();
        ui.runUntil(() -> model.contentProperty().get() != null
                && workspace.tasks().idle().get());
        assertNull(model.overlayProperty().get());
        model.writersProperty().set(true);
        ui.runUntil(() -> model.overlayProperty().get() != null
                && workspace.tasks().idle().get());
        assertEquals(
                Objects.requireNonNull(model.overlayProperty().get()).cells(),
                model.picture().cellsProperty().get());
        assertTrue(
                model.describe(BUFFER).endsWith("devices that can write it: 00:02.0, 00:03.0"), model.describe(BUFFER));
        assertTrue(model.describe(BUFFER - 0x1000).endsWith("no device can write it"));
        assertNotNull(model.picture().pictureProperty().get());
        model.writersProperty().set(false);
        ui.runUntil(() -> workspace.tasks().idle().get());
        assertEquals(
                Objects.requireNonNull(model.contentProperty().get()).pyramid(),
                model.picture().cellsProperty().get());
    }
}
