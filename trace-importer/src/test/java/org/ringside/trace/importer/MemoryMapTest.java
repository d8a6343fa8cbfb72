package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryMapTest {
    /** As QEMU 7.2 prints it for a q35 machine with 6 GiB, shortened. */
    private static final String MTREE = """
            (qemu) info mtree -f
            FlatView #0
             AS "vga-vbe", root: bus master container
             Root memory region: (none)
              No rendered FlatView

            FlatView #1
             AS "memory", root: system
             AS "cpu-memory-0", root: system
             Root memory region: system
              0000000000000000-000000000009ffff (prio 0, ram): pc.ram
              00000000000a0000-00000000000affff (prio 2, ram): vga.chain4 KVM
              00000000000b0000-00000000000bffff (prio 1, i/o): vga-lowmem @0000000000010000
              00000000000c0000-00000000000cafff (prio 0, rom): pc.ram @00000000000c0000
              00000000000cb000-000000007fffffff (prio 0, ram): pc.ram @00000000000cb000 KVM
              00000000fed00000-00000000fed003ff (prio 0, i/o): hpet
              00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios
              0000000100000000-00000001ffffffff (prio 0, ram): pc.ram @0000000080000000

            FlatView #2
             AS "other", root: other
             Root memory region: other
              0000000000000000-00000000ffffffff (prio 0, ram): pc.ram
            """;

    private static final String IOMEM = """
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            000a0000-000bffff : PCI Bus 0000:00
              000a0000-000bffff : Video RAM area
            00100000-0fffffff : System RAM
              01000000-01e00000 : Kernel code
            fed90000-fed90fff : dmar0
            """;

    private static MemoryMap parse(String text) throws ImportException {
        return MemoryMap.parse(Path.of("ram.map"), text);
    }

    private static List<String> places(MemoryMap map, long size) throws ImportException {
        return map.place(Path.of("image"), size).stream()
                .map(region -> "%x+%x@%x"
                        .formatted(
                                region.start(), region.length(), region.offset().orElseThrow()))
                .toList();
    }

    @Test
    void ownTextGivesAddressesAndOffsets() throws ImportException {
        MemoryMap map = parse("""
                # the machine's low and high memory
                0-9ffff @0            # conventional
                0x100000-0x7fffffff @ 0x100000

                100000000-17fffffff@80000000
                """);
        assertEquals(List.of("0+a0000@0", "100000+7ff00000@100000", "100000000+80000000@80000000"), places(map, 0));
        assertEquals(5, map.regions().getLast().line());
    }

    @Test
    void qemuMemoryTreeIsTheLargestBlockOfTheMemoryView() throws ImportException {
        MemoryMap map = parse(MTREE);
        assertEquals(
                List.of("0+a0000@0", "c0000+b000@c0000", "cb000+7ff35000@cb000", "100000000+100000000@80000000"),
                places(map, 0));
        assertTrue(map.notes().stream().anyMatch(note -> note.contains("\"pc.ram\"")), map.notes()::toString);
        assertTrue(map.notes().stream().anyMatch(note -> note.contains("\"vga.chain4\"")), map.notes()::toString);
    }

    @Test
    void linuxIomemIsPlacedByTheSizeOfTheFile() throws ImportException {
        MemoryMap map = parse(IOMEM);
        assertEquals(List.of("1000+9ec00@1000", "100000+ff00000@100000"), places(map, 0x10000000));
        assertEquals(List.of("1000+9ec00@0", "100000+ff00000@9ec00"), places(map, 0x9ec00 + 0xff00000));
        String message = Refusal.of(() -> places(map, 0x5000));
        assertTrue(message.contains("0x10000000") && message.contains("0xff9ec00"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0-fff @0~bytes here              | line 2
            0-fff @0~2000-1fff @1000         | line 2 ends before it starts
            0-1fff @0~1000-2fff @2000        | line 2 overlaps the range of line 1
            1000-2fff @2000~0-1fff @0        | line 1 overlaps the range of line 2
            0-fff @0~1000-1fff               | line 2 has no offset
            0-fff~1000-1fff @0               | line 2 has an offset
            0-ffffffffffffffff @0            | line 1 goes past the 52 bits
            0-10000000000000 @0              | line 1 goes past the 52 bits
            0-fff @ffffffffffffffff          | line 1 has an offset that no file reaches
            00000000-00000000 : System RAM   | read it as root
            # nothing                        | names no memory
            0-fff @11112222333344445         | line 1
            """)
    void whatIsWrongIsNamedWithItsLine(String text, String expected) {
        String message = Refusal.of(() -> parse(text.replace('~', '\n')));
        assertTrue(message.contains("ram.map"), message);
        assertTrue(message.contains(expected), message);
    }
}
