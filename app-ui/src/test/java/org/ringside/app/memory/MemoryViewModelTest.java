package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.trace.MachineState;

/** The memory view as a whole. */
class MemoryViewModelTest {
    private final OpenMemory memory = new OpenMemory();

    @Test
    void staysWhereItIsWhilePinned() throws IOException {
        memory.open(SparseMemory.ofSize(0x10000));
        memory.workspace().select(Selection.physical(0x2000, 4));
        memory.model().pinnedProperty().set(true);
        memory.workspace().select(Selection.physical(0x5000, 4));
        assertEquals(0x2000, memory.model().window().caret().position());
        memory.model().pinnedProperty().set(false);
        assertEquals(0x5000, memory.model().window().caret().position());
        assertEquals(4, memory.model().window().caret().length());
    }

    @Test
    void drawsEachSideInTurnIfThereIsABaseline() throws IOException {
        memory.open(new MemoryTrace()
                .with("before", SparseMemory.ofSize(0x1000), MachineState.none())
                .with("after", SparseMemory.ofSize(0x1000).put(0, 9), MachineState.none()));
        assertEquals(DrawnSides.SHOWN, memory.model().drawnSidesProperty().get());
        memory.model().nextDrawnSides();
        assertEquals(DrawnSides.BOTH, memory.model().drawnSidesProperty().get());
        memory.model().nextDrawnSides();
        List<String> copied = new ArrayList<>();
        memory.model().copy(CopyFormat.HEX, copied::add);
        memory.settle();
        assertEquals(List.of("00"), copied, "the baseline is drawn, so it is copied");
        memory.model().nextDrawnSides();
        assertEquals(DrawnSides.SHOWN, memory.model().drawnSidesProperty().get());
    }

    @Test
    void drawsOneSideWhereThereIsNoBaseline() throws IOException {
        memory.open(SparseMemory.ofSize(0x1000));
        memory.model().nextDrawnSides();
        assertEquals(DrawnSides.SHOWN, memory.model().drawnSidesProperty().get());
    }
}
