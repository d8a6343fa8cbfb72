package org.ringside.decoder.vtd.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureText;

final class InvalidationQueueTest {
    @ParameterizedTest
    @CsvFileSource(resources = "descriptors.csv", delimiter = '|', numLinesToSkip = 2)
    void readsEachVector(String low, String high, String meaning, String findings) {
        SparseMemory memory =
                new SparseMemory().putLong(0x1000, Long.decode(low)).putLong(0x1008, Long.decode(high));
        InvalidationQueue queue =
                InvalidationQueue.read(memory, 0x1000, 0, 0x10).orElseThrow();
        assertEquals(
                List.of(meaning),
                queue.pending().stream().map(InvalidationDescriptor::meaning).toList());
        assertEquals(
                findings.equals("-") ? List.of() : List.of(findings.split(" ", -1)),
                queue.findings().stream().map(Finding::code).toList());
        assertTrue(StructureText.print(queue.toStructure()).contains(meaning));
    }

    @Test
    void ringTurnsOver() {
        SparseMemory memory = new SparseMemory();
        for (int i = 0; i < 256; i++) {
            memory.putLong(0x1000 + 16L * i, 0x25 | (long) i << 32).putLong(0x1008 + 16L * i, 0x8000);
        }
        InvalidationQueue queue =
                InvalidationQueue.read(memory, 0x1000, 0xfe0, 0x20).orElseThrow();
        assertEquals(
                List.of(254, 255, 0, 1),
                queue.pending().stream().map(InvalidationDescriptor::index).toList());
        assertEquals(253, queue.done().getFirst().index());
        assertEquals(2, queue.done().getLast().index());
        assertEquals(252, queue.done().size());
    }

    @Test
    void wideDescriptorsHaveFourWords() {
        SparseMemory memory = new SparseMemory().putLong(0x1020, 0x37).putLong(0x1038, 1);
        InvalidationQueue queue =
                InvalidationQueue.read(memory, 0x1800, 0, 0x40).orElseThrow();
        assertEquals(128, queue.size());
        assertEquals(
                List.of(0, 1),
                queue.pending().stream().map(InvalidationDescriptor::index).toList());
        assertEquals(4, queue.pending().getLast().words().size());
        assertTrue(StructureText.print(queue.toStructure()).contains("bits 255:192"));
    }

    @Test
    void indexOutsideAndMissingPagesAreSaid() {
        InvalidationQueue queue = InvalidationQueue.read(new SparseMemory().zero(0x1000), 0x1001, 0x2000, 0x10)
                .orElseThrow();
        assertEquals(
                List.of("vtd.queue-index-outside", "vtd.queue-not-captured"),
                queue.findings().stream()
                        .map(Finding::code)
                        .filter(code -> !code.equals("vtd.descriptor-type"))
                        .toList());
        assertEquals(
                "not captured: 0x1000, 4096 bytes",
                InvalidationQueue.read(new SparseMemory(), 0x1000, 0, 0).reason());
    }

    /** Linux waits after each invalidation: the last thing done is a wait, and nothing is pending. */
    @Test
    void recordedQueueIsDone() throws Exception {
        InvalidationQueue queue = InvalidationQueue.read(Recording.raw("ram-before.bin"), 0x49b0000L, 0xc0, 0xc0)
                .orElseThrow();
        assertEquals(List.of(), queue.pending());
        assertEquals(List.of(), queue.findings());
        assertEquals(12, queue.head());
        assertEquals(InvalidationDescriptor.Type.WAIT, queue.done().getFirst().type());
        assertTrue(queue.done().stream().noneMatch(one -> one.type() == InvalidationDescriptor.Type.UNKNOWN));
    }
}
