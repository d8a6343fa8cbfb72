package org.ringside.app.palette;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ringside.app.shell.Views;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;

class PaletteViewModelTest {
    private static final long RIP = 0xffffffff81000100L;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final PaletteViewModel model = new PaletteViewModel(workspace);

    private void open(MachineState state) throws IOException {
        workspace.show(OpenTrace.read(new MemoryTrace()
                .with("quiet", new TinyKernel(), MachineState.none())
                .with("alarmed", new TinyKernel(), state)));
        workspace.show(SymbolTable.parse("ffffffff81000100 T __x64_sys_getppid\nffffffff82000000 D sys_call_table\n"));
        settle();
    }

    private static MachineState registers() {
        return new MachineState(
                List.of(new CpuRegisters(0, new TreeMap<>(Map.of("cr3", 0x1000L, "rip", RIP)))), List.of());
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().idle().get());
    }

    private PaletteEntry typed(String text, String title) {
        model.typedProperty().set(text);
        settle();
        return model.found().stream()
                .filter(entry -> entry.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        model.found().stream().map(PaletteEntry::title).toList().toString()));
    }

    @Test
    void findsActionsByTheirLettersAndRunsThem() {
        List<String> ran = new ArrayList<>();
        workspace.actions().register(Action.of("a", "View", "Reset the layout", "Ctrl+R", () -> ran.add("a")));
        workspace.actions().register(Action.of("b", "View", "Dark or light", "", () -> ran.add("b")));
        PaletteEntry reset = typed("rlay", "Reset the layout");
        assertEquals(1, model.found().size());
        assertEquals(Optional.of("Ctrl+R"), reset.key());
        assertFalse(reset.matched().isEmpty());
        reset.run().run();
        assertEquals(List.of("a"), ran);
    }

    @Test
    void hasTheActionsOfViewsThatWereNeverOpened() throws IOException {
        Views.standard(workspace).registerActions();
        assertFalse(typed("next changed page", "Next changed page").enabled(), "nothing is open");
        open(MachineState.none());
        assertTrue(typed("memory go to address", "Go to address…").enabled());
    }

    @Test
    void findsSnapshotsAndMovesThere() throws IOException {
        open(MachineState.none());
        typed("quiet", "quiet").run().run();
        assertEquals(Optional.of("quiet"), workspace.moment().snapshot().map(SnapshotInfo::name));
    }

    @Test
    void takesAnAddressExpressionAsPhysicalFirst() throws IOException {
        open(registers());
        List<String> views = new ArrayList<>();
        workspace.onShowView(views::add);
        model.typedProperty().set("0x2000+8*2");
        settle();
        model.found().getFirst().run().run();
        assertEquals(Selection.physical(0x2010, 8), workspace.selection());
        assertEquals(List.of("memory"), views);
    }

    @Test
    void takesAKernelAddressAsVirtualFirst() throws IOException {
        open(registers());
        model.typedProperty().set("rip");
        settle();
        model.found().getFirst().run().run();
        assertEquals(
                new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(0x1000), RIP, 8)), workspace.selection());
    }

    @Test
    void findsSymbolsInTheBackground() throws IOException {
        open(registers());
        typed("getppid", "__x64_sys_getppid").run().run();
        assertEquals(
                new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(0x1000), RIP, 8)), workspace.selection());
    }

    @Test
    void saysWhyATextIsNoAddressIfItIsNothingElse() throws IOException {
        open(MachineState.none());
        model.typedProperty().set("zzzz+");
        settle();
        assertEquals(List.of(), model.found());
        assertFalse(model.problemProperty().get().isEmpty());
        model.typedProperty().set("0x1000");
        assertEquals("", model.problemProperty().get());
    }

    @Test
    void showsNoMoreThanFits() {
        for (int i = 0; i < 2 * PaletteViewModel.MAXIMUM; i++) {
            workspace.actions().register(Action.of("a" + i, "View", "Action " + i, "", () -> {}));
        }
        model.typedProperty().set("action");
        assertEquals(PaletteViewModel.MAXIMUM, model.found().size());
    }
}
