package org.ringside.app.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.machine.MachineViewModel.Role;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.Annotations;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;

class MachineViewModelTest {
    private static final long CR3 = 0x1003;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final MachineViewModel model = new MachineViewModel(workspace);

    private void open() throws IOException {
        MachineState registers = new MachineState(
                List.of(new CpuRegisters(0, new TreeMap<>(Map.of("cr3", CR3, "rip", -0x1000L, "rax", 7L)))), List.of());
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace()
                .with("before", new TinyKernel(), MachineState.none())
                .with("after", new TinyKernel(), registers)));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().idle().get());
    }

    private static Stream<MachineItem> all(MachineItem item) {
        return Stream.concat(Stream.of(item), item.children().stream().flatMap(MachineViewModelTest::all));
    }

    private MachineItem item(Kind kind, String title) {
        return all(Objects.requireNonNull(model.rootProperty().get()))
                .filter(item -> item.kind() == kind && item.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private Optional<String> shown() {
        return workspace.moment().snapshot().map(SnapshotInfo::name);
    }

    @Test
    void hasTheMachineItsSnapshotsAndRegisters() throws IOException {
        open();
        assertEquals(
                List.of("before", "after"),
                item(Kind.MACHINE, "machine").children().stream()
                        .map(MachineItem::title)
                        .toList());
        assertTrue(
                item(Kind.SNAPSHOT, "before").children().stream().noneMatch(row -> row.kind() == Kind.CPU),
                "no registers were captured");
        assertEquals(
                List.of("Page tables", "rip", "cr3", "More registers"),
                item(Kind.CPU, "vCPU 0").children().stream()
                        .map(MachineItem::title)
                        .toList());
        workspace.close();
        assertNull(model.rootProperty().get());
    }

    @Test
    void aRegisterLeadsToTheBytesItPointsTo() throws IOException {
        open();
        model.choose(item(Kind.REGISTER, "rip"));
        assertEquals(
                new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(CR3), -0x1000L, 8)), workspace.selection());
        model.choose(item(Kind.REGISTER, "cr3"));
        assertEquals(Selection.physical(0x1000, 8), workspace.selection());
        model.choose(item(Kind.PAGE_TABLES, "Page tables"));
        assertEquals(Selection.physical(0x1000, 4096), workspace.selection());
    }

    @Test
    void choosingMovesInTimeAndOpeningBringsUpAView() throws IOException {
        open();
        List<String> views = new ArrayList<>();
        workspace.onShowView(views::add);
        MachineItem before = item(Kind.SNAPSHOT, "before");
        assertEquals(Role.BASELINE, model.role(before));
        model.choose(before);
        assertEquals(Optional.of("before"), shown());
        assertEquals(Role.SHOWN, model.role(before));
        assertEquals(List.of(), views);
        model.open(item(Kind.MACHINE, "machine"));
        assertEquals(List.of("map"), views);
        assertEquals(Optional.of("before"), shown(), "a machine is of no moment");
    }

    @Test
    void comparesWithAnyOtherSnapshot() throws IOException {
        open();
        model.choose(item(Kind.SNAPSHOT, "before"));
        MachineItem after = item(Kind.SNAPSHOT, "after");
        assertFalse(model.canCompareWith(item(Kind.SNAPSHOT, "before")));
        assertFalse(model.canCompareWith(item(Kind.MACHINE, "machine")));
        assertTrue(model.canCompareWith(after));
        model.compareWith(after);
        assertEquals(Role.BASELINE, model.role(after));
        model.choose(item(Kind.SNAPSHOT, "before"));
        assertEquals(Role.BASELINE, model.role(after), "a row of the shown snapshot leaves the baseline alone");
    }

    @Test
    void keepsBookmarksUntilTheyAreRemoved() throws IOException {
        open();
        workspace.select(Selection.physical(0x2040, 16));
        new Annotations(workspace).bookmarkSelection();
        settle();
        MachineItem bookmark = item(Kind.BOOKMARKS, "Bookmarks").children().getFirst();
        workspace.select(Selection.nothing());
        model.choose(bookmark);
        assertEquals(Selection.physical(0x2040, 16), workspace.selection());
        assertTrue(model.canRename(bookmark));
        assertFalse(model.canRename(item(Kind.MACHINE, "machine")));
        model.renameBookmark(bookmark, "the hook");
        settle();
        assertEquals(
                Selection.physical(0x2040, 16),
                item(Kind.BOOKMARK, "the hook").target().orElseThrow().selection());
        model.removeBookmark(bookmark);
        settle();
        assertEquals(List.of(), item(Kind.BOOKMARKS, "Bookmarks").children());
        workspace.undo().undo();
        settle();
        assertEquals(1, item(Kind.BOOKMARKS, "Bookmarks").children().size());
    }

    @Test
    void remembersWhatWasFolded() throws IOException {
        open();
        MachineItem cpu = item(Kind.CPU, "vCPU 0");
        assertFalse(model.isExpanded("cpu", cpu));
        assertTrue(model.isExpanded("machine", item(Kind.MACHINE, "machine")));
        model.setExpanded("cpu", true);
        assertTrue(model.isExpanded("cpu", cpu));
    }
}
