package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.HexRow.Change;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.MachineState;

/** What is shown of a snapshot, its baseline and its address spaces. */
class ShownMemoryTest {
    private final OpenMemory memory = new OpenMemory();

    @Test
    void whatIsNotKnownIsNeverZero() throws IOException {
        SparseMemory physical =
                new SparseMemory(List.of(new AddressRange(0, 0x1000), new AddressRange(0x2000, 0x4000)), 0x3000L);
        memory.open(physical);
        memory.model().goTo("0x1000");
        memory.settle();
        assertInstanceOf(
                Observed.NotCaptured.class,
                memory.caretRow().absence(Side.SHOWN).orElseThrow());
        assertEquals(HexRow.UNKNOWN, memory.caretRow().value(Side.SHOWN, 0));
        memory.model().goTo("0x3000");
        memory.settle();
        assertInstanceOf(
                Observed.Unreadable.class, memory.caretRow().absence(Side.SHOWN).orElseThrow());
        assertTrue(
                memory.model().describe(0x3000).contains("hash does not match"),
                memory.model().describe(0x3000));
        memory.model().goTo("0x1010");
        assertTrue(memory.model().goToCaptured(true));
        assertEquals(0x2000, memory.model().window().caret().position());
        assertTrue(memory.model().goToCaptured(false));
        assertEquals(0, memory.model().window().caret().position());
    }

    @Test
    void bytesThatWereCapturedOnlyOnceHaveAppearedOrVanished() throws IOException {
        SparseMemory before = new SparseMemory(List.of(new AddressRange(0, 0x1000)));
        SparseMemory after = new SparseMemory(List.of(new AddressRange(0x1000, 0x2000)));
        memory.open(new MemoryTrace()
                .with("before", before, MachineState.none())
                .with("after", after, MachineState.none()));
        memory.model().goTo("0");
        memory.settle();
        assertEquals(Change.VANISHED, memory.caretRow().change(0));
        memory.model().goTo("0x1000");
        memory.settle();
        assertEquals(Change.APPEARED, memory.caretRow().change(0));
    }

    @Test
    void showsVirtualMemoryThroughThePageTables() throws IOException {
        SparseMemory physical = VirtualSpace.kernel();
        physical.put(0x234567, 0xc3);
        MachineState state = VirtualSpace.registers(0x1000);
        memory.open(new MemoryTrace().with("only", physical, state));
        assertEquals(2, memory.model().spacesProperty().get().size());
        assertEquals(Optional.empty(), memory.model().goTo("RIP"));
        memory.settle();
        assertFalse(memory.model().isPhysical());
        assertEquals(0xffffffff80034560L, memory.caretRow().address());
        assertEquals(0xc3, memory.caretRow().value(Side.SHOWN, 7));
        assertTrue(memory.model()
                .describe(memory.model().window().caret().position())
                .contains("physical 0x234567"));
        assertEquals(Optional.empty(), memory.model().goTo("0xffffffff80200000"));
        memory.settle();
        assertTrue(memory.model()
                .describe(memory.model().window().caret().position())
                .contains("not mapped"));
    }

    @Test
    void assumesThePagingModeFromTheTablesWhereNoRegistersSayItAndSaysSo() throws IOException {
        memory.open(VirtualSpace.kernel().put(0x234567, 0xc3));
        AddressSpace space = new AddressSpace.Virtual(0x1000);
        memory.workspace().select(new Selection.Bytes(new ByteSpan(space, 0xffffffff80034567L, 1)));
        assertTrue(memory.model().isPhysical(), "reading page tables is no work for the UI thread");
        memory.settle();
        SpaceChoice.Virtual shown = assertInstanceOf(
                SpaceChoice.Virtual.class, memory.model().spaceProperty().get());
        assertEquals(SpaceChoice.Basis.ASSUMED, shown.basis());
        assertEquals(PagingMode.FOUR_LEVEL, shown.context().mode());
        assertEquals("Virtual, CR3 0x1000 (assumed: 4-level paging)", shown.title());
        assertTrue(shown.explanation().contains("No registers"), shown.explanation());
        assertEquals(0xc3, memory.caretRow().value(Side.SHOWN, 7));
        assertEquals(2, memory.model().spacesProperty().get().size(), "it stays in the list");
    }

    @Test
    void assumesFiveLevelsWhereTheTablesHoldUpAsSuch() throws IOException {
        SparseMemory five = VirtualSpace.kernel().putLong(0x4000 + 511 * 8, 0x1000 | VirtualSpace.PRESENT);
        memory.open(five);
        memory.workspace()
                .select(new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(0x4000), 0xffffffff80000000L, 1)));
        memory.settle();
        SpaceChoice.Virtual shown = assertInstanceOf(
                SpaceChoice.Virtual.class, memory.model().spaceProperty().get());
        assertEquals(PagingMode.FIVE_LEVEL, shown.context().mode());
        assertEquals(0, memory.caretRow().value(Side.SHOWN, 0));
    }

    @Test
    void translatesAnotherSpaceOfAMachineAsItsProcessorDoes() throws IOException {
        memory.open(new MemoryTrace().with("only", VirtualSpace.kernel(), VirtualSpace.registers(0x8000)));
        memory.workspace()
                .select(new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(0x1000), 0xffffffff80000000L, 1)));
        SpaceChoice.Virtual shown = assertInstanceOf(
                SpaceChoice.Virtual.class, memory.model().spaceProperty().get());
        assertEquals(SpaceChoice.Basis.SAME_MACHINE, shown.basis());
        assertEquals("Virtual, CR3 0x1000", shown.title());
        assertEquals(OptionalInt.empty(), shown.vcpu());
    }
}
