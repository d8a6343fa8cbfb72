package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.ringside.app.workspace.Selection;

/** Searching the shown memory. */
class SearchViewModelTest {
    private final OpenMemory memory = new OpenMemory();

    @Test
    void findsForwardAndBackward() throws IOException {
        memory.open(SparseMemory.ofSize(0x8000).put(0x1004, 0xfe, 0xed).put(0x5004, 0xfe, 0xed));
        SearchViewModel search = new SearchViewModel(memory.workspace(), memory.model());
        memory.workspace().select(Selection.physical(0x3000, 1));
        search.textProperty().set("fe ed");
        search.find(true);
        memory.settle();
        assertEquals(2, search.hits().size());
        assertEquals("2 found", search.statusProperty().get());
        assertEquals(0x5004, memory.model().window().caret().position());
        search.find(true);
        assertEquals(0x1004, memory.model().window().caret().position());
        search.find(false);
        assertEquals(0x5004, memory.model().window().caret().position());
        search.textProperty().set("fe e");
        search.find(true);
        assertTrue(search.statusProperty().get().contains("odd number"));
    }
}
