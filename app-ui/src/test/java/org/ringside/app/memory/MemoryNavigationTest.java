package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.HexRow.Change;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;

/** Going to places in memory. */
class MemoryNavigationTest {
    private final OpenMemory memory = new OpenMemory();

    @Test
    void showsAnyByteOf64GiB() throws IOException {
        memory.open(SparseMemory.ofSize(64L << 30).put(0xf_ffff_fff0L, 0xde, 0xad));
        assertEquals(Optional.empty(), memory.model().goTo("0xf_ffff_fff1"));
        memory.settle();
        assertEquals(0xf_ffff_fff1L, memory.model().window().caret().position());
        assertEquals(0xf_ffff_fff0L, memory.caretRow().address());
        assertEquals(0xad, memory.caretRow().value(Side.SHOWN, 1));
        assertEquals(Selection.physical(0xf_ffff_fff1L, 1), memory.workspace().selection());
        assertEquals((64L << 30) / 16 - 40, memory.model().window().scroll().top());
    }

    @Test
    void beginsWithMemoryThatWasCaptured() throws IOException {
        memory.open(new SparseMemory(List.of(new AddressRange(0x5000, 0x8000))));
        memory.settle();
        assertEquals(0x5000, memory.model().window().caret().position());
        assertEquals(new Selection.Nothing(), memory.workspace().selection());
    }

    @Test
    void goesToTheFirstByteThatChangedInAPage() throws IOException {
        memory.open(new MemoryTrace()
                .with("before", SparseMemory.ofSize(0x8000), MachineState.none())
                .with("after", SparseMemory.ofSize(0x8000).put(0x3456, 1, 2).put(0x6001, 9), MachineState.none()));
        memory.workspace().select(new Selection.Page(0x3000));
        memory.settle();
        assertEquals(0x3456, memory.model().window().caret().position());
        assertEquals(Change.CHANGED, memory.caretRow().change(6));
        assertEquals(Change.CHANGED, memory.caretRow().change(7));
        assertEquals(Change.NONE, memory.caretRow().change(8));
        assertTrue(memory.model().goToChange(true));
        memory.settle();
        assertEquals(0x6001, memory.model().window().caret().position());
        assertFalse(memory.model().goToChange(true));
        assertTrue(memory.model().goToChange(false));
        memory.settle();
        assertEquals(0x3456, memory.model().window().caret().position());
    }

    @Test
    void goesBeyondCapturedMemoryButNotToAddressesThatDoNotExist() throws IOException {
        memory.open(SparseMemory.ofSize(0x10000));
        assertEquals(Optional.empty(), memory.model().goTo("0xfed90000"));
        memory.settle();
        assertEquals(0xfed90000L, memory.caretRow().address());
        assertInstanceOf(
                Observed.NotCaptured.class,
                memory.caretRow().absence(Side.SHOWN).orElseThrow());
        assertTrue(memory.model().goTo("0xffffffff81000000").orElseThrow().contains("not an address"));
        assertEquals(
                "no register or symbol is called \"nonsense\"",
                memory.model().goTo("nonsense").orElseThrow());
        assertEquals(0xfed90000L, memory.model().window().caret().position());
    }

    @Test
    void goesToWhatChangedInVirtualMemory() throws IOException {
        SparseMemory before = VirtualSpace.map(VirtualSpace.kernel(), 0, 0xa000);
        VirtualSpace.map(before, 1, 0xb000);
        SparseMemory after = VirtualSpace.map(VirtualSpace.kernel().put(0x234567, 0xc3), 0, 0xa000);
        // The second page now leads to another frame with other bytes, a third one is new.
        VirtualSpace.map(VirtualSpace.map(after, 1, 0xc000).put(0xc010, 7), 2, 0xd000);
        memory.open(new MemoryTrace()
                .with("before", before, VirtualSpace.registers(VirtualSpace.CR3))
                .with("after", after, VirtualSpace.registers(VirtualSpace.CR3)));
        memory.model().goTo("0x400000");
        memory.settle();
        memory.model().show(memory.model().spacesProperty().get().get(1));
        memory.settle();
        assertFalse(memory.model().isPhysical());
        List<Long> visited = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertTrue(memory.model().goToChange(true));
            memory.settle();
            visited.add(memory.model().address(memory.model().window().caret().position()));
        }
        assertEquals(List.of(0x401010L, 0x402000L, VirtualSpace.KERNEL + 0x34567), visited);
        assertFalse(memory.model().goToChange(true));
        assertTrue(memory.workspace().notifications().all().getLast().title().contains("after the caret"));
        assertTrue(memory.model().goToChange(false));
        memory.settle();
        assertEquals(
                0x402000L,
                memory.model().address(memory.model().window().caret().position()));
    }
}
