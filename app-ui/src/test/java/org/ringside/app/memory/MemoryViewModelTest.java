package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.HexRow.Change;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.MachineState;

class MemoryViewModelTest {
    private static final long PRESENT = 3;
    private static final long LARGE = 1 << 7;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final MemoryViewModel model = new MemoryViewModel(workspace);

    private void open(MemoryTrace trace) throws IOException {
        model.attach();
        model.resize(40, 16);
        workspace.show(OpenTrace.read(trace));
        ui.runUntil(() -> model.evidenceProperty().get() != null
                && workspace.tasks().idle().get());
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().idle().get());
    }

    private void open(PhysicalMemory memory) throws IOException {
        open(new MemoryTrace().with("only", memory, MachineState.none()));
    }

    private HexRow caretRow() {
        long row = model.caret().first() / 16;
        return model.row((int) (row - model.scroll().top())).orElseThrow();
    }

    @Test
    void showsAnyByteOf64GiB() throws IOException {
        open(SparseMemory.ofSize(64L << 30).put(0xf_ffff_fff0L, 0xde, 0xad));
        assertEquals(Optional.empty(), model.goTo("0xf_ffff_fff1"));
        settle();
        assertEquals(0xf_ffff_fff1L, model.caret().position());
        assertEquals(0xf_ffff_fff0L, caretRow().address());
        assertEquals(0xad, caretRow().value(Side.SHOWN, 1));
        assertEquals(Selection.physical(0xf_ffff_fff1L, 1), workspace.selection());
        assertEquals((64L << 30) / 16 - 40, model.scroll().top());
    }

    @Test
    void theCaretStaysInTheSpaceAndInItsColumn() throws IOException {
        open(SparseMemory.ofSize(0x4000));
        model.moveCaretTo(5, false);
        model.moveCaret(-16, false);
        assertEquals(5, model.caret().position());
        model.moveCaret(-6, false);
        assertEquals(0, model.caret().position());
        model.moveCaretTo(Long.MAX_VALUE, false);
        assertEquals(0x3fff, model.caret().position());
        model.moveCaret(16 * 40, true);
        assertEquals(0x3fff, model.caret().position());
        model.moveCaretTo(0x3ff3, false);
        model.moveCaret(16 * 40, false);
        assertEquals(0x3ff3, model.caret().position());
        model.moveCaret(-3, true);
        assertEquals(new HexCaret(0x3ff3, 0x3ff0), model.caret());
        assertEquals(4, model.caret().length());
    }

    @Test
    void goesToTheFirstByteThatChangedInAPage() throws IOException {
        open(new MemoryTrace()
                .with("before", SparseMemory.ofSize(0x8000), MachineState.none())
                .with("after", SparseMemory.ofSize(0x8000).put(0x3456, 1, 2).put(0x6001, 9), MachineState.none()));
        workspace.select(new Selection.Page(0x3000));
        settle();
        assertEquals(0x3456, model.caret().position());
        assertEquals(Change.CHANGED, caretRow().change(6));
        assertEquals(Change.CHANGED, caretRow().change(7));
        assertEquals(Change.NONE, caretRow().change(8));
        assertTrue(model.goToChange(true));
        settle();
        assertEquals(0x6001, model.caret().position());
        assertFalse(model.goToChange(true));
        assertTrue(model.goToChange(false));
        settle();
        assertEquals(0x3456, model.caret().position());
    }

    @Test
    void whatIsNotKnownIsNeverZero() throws IOException {
        SparseMemory memory =
                new SparseMemory(List.of(new AddressRange(0, 0x1000), new AddressRange(0x2000, 0x4000)), 0x3000L);
        open(memory);
        model.goTo("0x1000");
        settle();
        assertInstanceOf(
                Observed.NotCaptured.class, caretRow().absence(Side.SHOWN).orElseThrow());
        assertEquals(HexRow.UNKNOWN, caretRow().value(Side.SHOWN, 0));
        model.goTo("0x3000");
        settle();
        assertInstanceOf(
                Observed.Unreadable.class, caretRow().absence(Side.SHOWN).orElseThrow());
        assertTrue(model.describe(0x3000).contains("hash does not match"), model.describe(0x3000));
        model.goTo("0x1010");
        assertTrue(model.goToCaptured(true));
        assertEquals(0x2000, model.caret().position());
        assertTrue(model.goToCaptured(false));
        assertEquals(0, model.caret().position());
    }

    @Test
    void bytesThatWereCapturedOnlyOnceHaveAppearedOrVanished() throws IOException {
        SparseMemory before = new SparseMemory(List.of(new AddressRange(0, 0x1000)));
        SparseMemory after = new SparseMemory(List.of(new AddressRange(0x1000, 0x2000)));
        open(new MemoryTrace().with("before", before, MachineState.none()).with("after", after, MachineState.none()));
        model.goTo("0");
        settle();
        assertEquals(Change.VANISHED, caretRow().change(0));
        model.goTo("0x1000");
        settle();
        assertEquals(Change.APPEARED, caretRow().change(0));
    }

    @Test
    void goesBeyondCapturedMemoryButNotToAddressesThatDoNotExist() throws IOException {
        open(SparseMemory.ofSize(0x10000));
        assertEquals(Optional.empty(), model.goTo("0xfed90000"));
        settle();
        assertEquals(0xfed90000L, caretRow().address());
        assertInstanceOf(
                Observed.NotCaptured.class, caretRow().absence(Side.SHOWN).orElseThrow());
        assertTrue(model.goTo("0xffffffff81000000").orElseThrow().contains("not an address"));
        assertEquals(
                "no register or symbol is called \"nonsense\"",
                model.goTo("nonsense").orElseThrow());
        assertEquals(0xfed90000L, model.caret().position());
    }

    @Test
    void showsVirtualMemoryThroughThePageTables() throws IOException {
        SparseMemory memory = SparseMemory.ofSize(0x400000);
        entry(memory, 0x1000 + 511 * 8, 0x2000 | PRESENT);
        entry(memory, 0x2000 + 510 * 8, 0x3000 | PRESENT);
        entry(memory, 0x3000, 0x200000 | PRESENT | LARGE);
        memory.put(0x234567, 0xc3);
        TreeMap<String, Long> registers = new TreeMap<>(
                Map.of("cr0", 0x80000001L, "cr3", 0x1000L, "cr4", 0x20L, "efer", 0x500L, "rip", 0xffffffff80034567L));
        MachineState state = new MachineState(List.of(new CpuRegisters(0, registers)), List.of());
        open(new MemoryTrace().with("only", memory, state));
        assertEquals(2, model.spacesProperty().get().size());
        assertEquals(Optional.empty(), model.goTo("RIP"));
        settle();
        assertFalse(model.isPhysical());
        assertEquals(0xffffffff80034560L, caretRow().address());
        assertEquals(0xc3, caretRow().value(Side.SHOWN, 7));
        assertTrue(model.describe(model.caret().position()).contains("physical 0x234567"));
        assertEquals(Optional.empty(), model.goTo("0xffffffff80200000"));
        settle();
        assertTrue(model.describe(model.caret().position()).contains("not mapped"));
    }

    private static void entry(SparseMemory memory, long address, long value) {
        for (int i = 0; i < 8; i++) {
            memory.put(address + i, (int) (value >>> (8 * i)));
        }
    }

    @Test
    void staysWhereItIsWhilePinned() throws IOException {
        open(SparseMemory.ofSize(0x10000));
        workspace.select(Selection.physical(0x2000, 4));
        model.pinnedProperty().set(true);
        workspace.select(Selection.physical(0x5000, 4));
        assertEquals(0x2000, model.caret().position());
        model.pinnedProperty().set(false);
        assertEquals(0x5000, model.caret().position());
        assertEquals(4, model.caret().length());
    }

    @Test
    void copiesWhatIsSelectedAndRefusesWhatIsNotCaptured() throws IOException {
        open(SparseMemory.ofSize(0x2000).put(0xffe, 1, 2, 3, 4));
        workspace.select(Selection.physical(0xffe, 4));
        List<String> copied = new ArrayList<>();
        model.copy(CopyFormat.HEX, copied::add);
        settle();
        assertEquals(List.of("01 02 03 04"), copied);
        workspace.select(new Selection.Bytes(ByteSpan.physical(0x1ffe, 4)));
        model.copy(CopyFormat.HEX, copied::add);
        settle();
        assertEquals(1, copied.size());
        assertTrue(workspace.notifications().all().getLast().message().contains("0x2000"));
    }

    @Test
    void findsForwardAndBackward() throws IOException {
        open(SparseMemory.ofSize(0x8000).put(0x1004, 0xfe, 0xed).put(0x5004, 0xfe, 0xed));
        SearchViewModel search = new SearchViewModel(workspace, model);
        workspace.select(Selection.physical(0x3000, 1));
        search.textProperty().set("fe ed");
        search.find(true);
        settle();
        assertEquals(2, search.hits().size());
        assertEquals("2 found", search.statusProperty().get());
        assertEquals(0x5004, model.caret().position());
        search.find(true);
        assertEquals(0x1004, model.caret().position());
        search.find(false);
        assertEquals(0x5004, model.caret().position());
        search.textProperty().set("fe e");
        search.find(true);
        assertTrue(search.statusProperty().get().contains("odd number"));
    }
}
