package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.MachineState;

class DeviceSpaceTest {
    private static final long UNIT = 0xfed90000L;
    private static final int DEVICE = 2 << 3;
    private static final int PASSING = 3 << 3;
    private static final int TRANSLATION_ON = 0xc0000000;

    private final OpenMemory memory = new OpenMemory();

    /** Bus 0: 02.0 in domain 5, whose tables map DMA page 0x7000 to physical 0x9000; 03.0 passes through. */
    private static SparseMemory machine() {
        return SparseMemory.ofSize(0x20000)
                .putLong(0x1000, 0x2001)
                .putLong(0x2000 + DEVICE * 16L, 0x3001)
                .putLong(0x2000 + DEVICE * 16L + 8, 5 << 8 | 1)
                .putLong(0x2000 + PASSING * 16L, 0x9)
                .putLong(0x2000 + PASSING * 16L + 8, 6 << 8 | 1)
                .putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003)
                .putLong(0x5000 + 7 * 8, 0x9003)
                .put(0x9010, 0xd0, 0x0d);
    }

    private static MachineState registers(int status) {
        MemorySegment bank = MemorySegment.ofArray(new byte[0x230]);
        bank.set(LittleEndian.INT, 0, 0x10);
        bank.set(LittleEndian.LONG, 8, 0x00d2008c222f0686L);
        // Pass-through is supported.
        bank.set(LittleEndian.LONG, 16, 0xf0101aL | 1 << 6);
        bank.set(LittleEndian.INT, 0x1c, status);
        bank.set(LittleEndian.LONG, 0x20, 0x1000L);
        return new MachineState(List.of(), List.of(new DeviceRegisters("dmar0", UNIT, bank.asReadOnly())));
    }

    private void show(int device, long address) {
        AddressSpace space = new AddressSpace.DeviceVisible(UNIT, device);
        memory.workspace().select(new Selection.Bytes(new ByteSpan(space, address, 2)));
        memory.settle();
    }

    @Test
    void listsTheDevicesBehindAUnit() throws IOException {
        memory.open(new MemoryTrace().with("only", machine(), registers(TRANSLATION_ON)));
        assertEquals(
                List.of("Physical", "DMA, device 00:02.0", "DMA, device 00:03.0"),
                memory.model().spacesProperty().get().stream()
                        .map(SpaceChoice::title)
                        .toList());
        assertTrue(memory.model().spacesProperty().get().get(1).explanation().contains("0xfed90000 (domain 5)"));
    }

    @Test
    void showsWhatADeviceSees() throws IOException {
        memory.open(new MemoryTrace().with("only", machine(), registers(TRANSLATION_ON)));
        show(DEVICE, 0x7010);
        assertInstanceOf(DeviceSpace.class, memory.model().spaceProperty().get());
        assertEquals(0x7010, memory.caretRow().address());
        assertEquals(0xd0, memory.caretRow().value(Side.SHOWN, 0));
        assertTrue(
                memory.model().describe(0x7010).contains("physical 0x9010"),
                memory.model().describe(0x7010));
        show(DEVICE, 0x8000);
        assertTrue(
                memory.model().describe(0x8000).contains("not mapped"),
                memory.model().describe(0x8000));
        show(PASSING, 0x9010);
        assertEquals(0xd0, memory.caretRow().value(Side.SHOWN, 0));
    }

    @Test
    void searchesWhatADeviceSees() throws IOException {
        memory.open(new MemoryTrace().with("only", machine(), registers(TRANSLATION_ON)));
        show(DEVICE, 0x7000);
        SearchViewModel search = new SearchViewModel(memory.workspace(), memory.model());
        search.textProperty().set("d0 0d");
        search.find(true);
        memory.settle();
        assertEquals(
                List.of(0x7010L),
                search.hits().stream().map(MemorySearch.Hit::address).toList());
    }

    @Test
    void goesToWhatADeviceSeesChanged() throws IOException {
        memory.open(new MemoryTrace()
                .with("before", machine(), registers(TRANSLATION_ON))
                .with("after", machine().put(0x9010, 1).put(0xa000, 1), registers(TRANSLATION_ON)));
        show(DEVICE, 0);
        assertTrue(memory.model().goToChange(true));
        memory.settle();
        assertEquals(0x7010, memory.model().window().caret().position());
    }

    @Test
    void withoutTranslationADeviceSeesAllMemory() throws IOException {
        memory.open(new MemoryTrace().with("only", machine(), registers(0)));
        show(DEVICE, 0x9010);
        assertEquals(0xd0, memory.caretRow().value(Side.SHOWN, 0));
    }

    @Test
    void saysWhereTheUnitWasNotCapturedBefore() throws IOException {
        memory.open(new MemoryTrace()
                .with("before", machine(), MachineState.none())
                .with("after", machine(), registers(TRANSLATION_ON)));
        show(DEVICE, 0x7010);
        String why = memory.caretRow().absence(Side.BASELINE).orElseThrow().reason();
        assertTrue(why.contains("were not captured in this snapshot"), why);
    }
}
