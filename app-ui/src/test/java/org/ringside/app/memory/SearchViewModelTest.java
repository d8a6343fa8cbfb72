package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;

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

    @Test
    void findsInVirtualMemoryWhatIsMappedAndInItsOrder() throws IOException {
        SparseMemory physical = VirtualSpace.kernel().put(0x9004, 0xfe, 0xed).put(0x201ffe, 0xfe, 0xed);
        VirtualSpace.map(physical, 0, 0xa000).put(0xa100, 0xfe, 0xed);
        // Not mapped: neighbours in physical memory that are none in virtual memory.
        physical.put(0xafff, 0xfe).put(0xb000, 0xed);
        VirtualSpace.map(physical, 1, 0xc000).put(0xc000, 0xed);
        memory.open(new MemoryTrace().with("only", physical, VirtualSpace.registers(VirtualSpace.CR3)));
        memory.model().goTo("rip");
        memory.settle();
        SearchViewModel search = new SearchViewModel(memory.workspace(), memory.model());
        search.textProperty().set("fe ed");
        search.find(true);
        memory.settle();
        assertEquals(
                List.of(0x400100L, 0x400fffL, VirtualSpace.KERNEL + 0x1ffe),
                search.hits().stream().map(MemorySearch.Hit::address).toList());
        assertEquals("3 found", search.statusProperty().get());
        AddressSpace space = new AddressSpace.Virtual(VirtualSpace.CR3);
        assertEquals(
                new Selection.Bytes(new ByteSpan(space, 0x400100L, 2)),
                memory.workspace().selection(),
                "from the caret on and around the end");
        search.find(false);
        assertEquals(
                new Selection.Bytes(new ByteSpan(space, VirtualSpace.KERNEL + 0x1ffe, 2)),
                memory.workspace().selection());
    }

    @Test
    void saysThatPartOfTheTablesCouldNotBeRead() throws IOException {
        SparseMemory physical = VirtualSpace.kernel().putLong(0x1000 + 8, 0x7ff000 | VirtualSpace.PRESENT);
        memory.open(new MemoryTrace().with("only", physical, VirtualSpace.registers(VirtualSpace.CR3)));
        memory.model().goTo("rip");
        memory.settle();
        SearchViewModel search = new SearchViewModel(memory.workspace(), memory.model());
        search.textProperty().set("fe ed");
        search.find(true);
        memory.settle();
        assertTrue(
                search.statusProperty().get().contains("part of the tables"),
                search.statusProperty().get());
    }

    @Test
    void anotherSpaceIsAnotherQuestion() throws IOException {
        SparseMemory physical = VirtualSpace.kernel().put(0x9004, 0xfe, 0xed);
        memory.open(new MemoryTrace().with("only", physical, VirtualSpace.registers(VirtualSpace.CR3)));
        SearchViewModel search = new SearchViewModel(memory.workspace(), memory.model());
        search.textProperty().set("fe ed");
        search.find(true);
        memory.settle();
        assertEquals(1, search.hits().size());
        memory.model().goTo("rip");
        memory.settle();
        search.find(true);
        memory.settle();
        assertEquals(List.of(), search.hits());
    }
}
