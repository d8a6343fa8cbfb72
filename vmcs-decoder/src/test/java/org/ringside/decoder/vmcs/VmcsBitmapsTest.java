package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;

class VmcsBitmapsTest {
    private static List<String> names(StructureNode node) {
        return node.children().stream().map(StructureNode::name).toList();
    }

    @Test
    void msrsByNameAndDirection() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000 + 0x10 / 8, 1L)
                .putLong(0x1400 + 0x80 / 8, 0b101L)
                .putLong(0x1c00, -1L);
        StructureNode.Structure node = VmcsBitmaps.msrs(memory, 0x1000);
        assertEquals(
                List.of("IA32_TIME_STAMP_COUNTER (0x10)"), names(node.children().get(0)));
        assertEquals(
                List.of("IA32_EFER (0xc0000080)", "IA32_LSTAR (0xc0000082)"),
                names(node.children().get(1)));
        assertEquals("none", node.children().get(2).meaning());
        assertEquals("64 of 8192", node.children().get(3).meaning());
    }

    @Test
    void portsByRange() {
        SparseMemory memory =
                new SparseMemory().putLong(0x1000 + 0x3f8 / 8, 0xffL).zero(0x2000);
        StructureNode.Structure node = VmcsBitmaps.ports(memory, 0x1000, 0x2000);
        StructureNode a = node.children().get(0).children().getFirst();
        assertEquals(List.of("0x3f8 to 0x3ff"), names(a));
        assertEquals("none", node.children().get(1).children().getFirst().meaning());
        assertTrue(VmcsBitmaps.ports(memory, 0x1000, 0x9000)
                .children()
                .get(1)
                .meaning()
                .contains("not captured"));
    }

    @Test
    void fieldsOfAShadowVmcsInTheRecording() throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-nested-kvm.physmem");
        StructureNode.Structure reads = VmcsBitmaps.fields(memory, 0xf025000, "VMREAD bitmap");
        StructureNode.Structure writes = VmcsBitmaps.fields(memory, 0xf024000, "VMWRITE bitmap");
        List<String> readable = names(reads.children().getFirst());
        List<String> writable = names(writes.children().getFirst());
        assertTrue(readable.contains(VmcsField.GUEST_RIP.title()), readable.toString());
        assertTrue(readable.contains(VmcsField.EXIT_REASON.title()));
        assertTrue(writable.contains(VmcsField.GUEST_RIP.title()), writable.toString());
        assertFalse(readable.contains(VmcsField.HOST_RIP.title()));
    }

    @Test
    void msrBitmapOfTheRecording() throws IOException, InterruptedException {
        StructureNode.Structure node = VmcsBitmaps.msrs(Recording.raw("bochs-nested-kvm.physmem"), 0xf000000);
        // KVM lets its guest use these without exits
        assertFalse(names(node.children().get(0)).contains("IA32_SYSENTER_CS (0x174)"));
        assertFalse(names(node.children().get(1)).contains("IA32_GS_BASE (0xc0000101)"));
        assertTrue(StructureText.print(node).contains("of 8192"));
    }

    @Test
    void eoiExitVectors() {
        VmcsValues values = field -> Observed.known(
                switch (field) {
                    case EOI_EXIT_BITMAP0 -> 0x6L << 32;
                    case EOI_EXIT_BITMAP3 -> 1L << 63;
                    default -> 0L;
                });
        assertEquals(List.of("vector 0x21 to vector 0x22", "vector 0xff"), names(VmcsBitmaps.eoiExits(values)));
    }

    @Test
    void msrAreas() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000, 0xc0000080L)
                .putLong(0x1008, 0xd01)
                .putLong(0x1010, 0x174)
                .putLong(0x1018, 0x10);
        StructureNode.Structure area = VmcsBitmaps.msrArea(memory, "VM-entry MSR-load area", 0x1000, 2);
        assertEquals("IA32_EFER = 0xd01", area.children().get(0).meaning());
        assertEquals("IA32_SYSENTER_CS = 0x10", area.children().get(1).meaning());
        assertEquals(
                4096,
                VmcsBitmaps.msrArea(memory, "long", 0x1000, 5000).children().size());
        assertEquals(
                0,
                VmcsBitmaps.msrArea(memory, "negative", 0x1000, -1).children().size());
    }

    @Test
    void modificationLogAndPostedInterrupts() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x1000 + 8 * 510, 0x5000)
                .putLong(0x1000 + 8 * 511, 0x4000)
                .putLong(0x2000 + 4, 1L << 16)
                .putLong(0x2020, 0x00f2_0001L | 7L << 32);
        StructureNode.Structure log = VmcsBitmaps.pageModificationLog(memory, 0x1000, 509);
        assertEquals(2, log.children().size());
        StructureNode.Structure posted = VmcsBitmaps.postedInterrupts(memory, 0x2000);
        assertEquals(List.of("vector 0x30"), names(posted.children().getFirst()));
        Map<String, Long> found = Map.of("ON", 1L, "NV", 0xf2L, "NDST", 7L);
        posted.children().get(1).children().forEach(bit -> {
            Long expected = found.get(bit.name());
            if (expected != null) {
                assertEquals(Observed.known(expected), ((StructureNode.Field) bit).value());
            }
        });
    }
}
