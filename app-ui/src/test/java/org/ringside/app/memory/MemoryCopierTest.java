package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.ByteSpan;

/** Copying bytes. */
class MemoryCopierTest {
    private final OpenMemory memory = new OpenMemory();

    @Test
    void copiesWhatIsSelectedAndRefusesWhatIsNotCaptured() throws IOException {
        memory.open(SparseMemory.ofSize(0x2000).put(0xffe, 1, 2, 3, 4));
        memory.workspace().select(Selection.physical(0xffe, 4));
        List<String> copied = new ArrayList<>();
        memory.model().copy(CopyFormat.HEX, copied::add);
        memory.settle();
        assertEquals(List.of("01 02 03 04"), copied);
        memory.workspace().select(new Selection.Bytes(ByteSpan.physical(0x1ffe, 4)));
        memory.model().copy(CopyFormat.HEX, copied::add);
        memory.settle();
        assertEquals(1, copied.size());
        assertTrue(memory.workspace().notifications().all().getLast().message().contains("0x2000"));
    }
}
