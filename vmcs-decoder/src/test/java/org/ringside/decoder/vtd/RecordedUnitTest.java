package org.ringside.decoder.vtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

/** A real remapping unit's registers and tables, as Linux set them up under QEMU. */
final class RecordedUnitTest {
    private static DeviceRegisters registers() throws Exception {
        return RecordedRegisters.of("regs-before.txt");
    }

    @Test
    void decodesTheUnit() throws Exception {
        RemappingUnit unit = RemappingUnit.decode(Recording.raw("ram-before.bin"), registers());
        assertEquals(RemappingMode.LEGACY, unit.mode());
        assertEquals(Observed.known(true), unit.translationEnabled());
        RemappingTables tables = unit.tables().orElseThrow();
        assertEquals(0x61cc000L, tables.root());
        assertEquals(1, tables.buses().size());
        assertEquals(0x61e4000L, tables.buses().getFirst().entry().contextTable());
        assertEquals(9, tables.devices().count());
        List<Integer> sizes = tables.domains().stream()
                .map(domain -> domain.devices().size())
                .sorted()
                .toList();
        assertEquals(List.of(1, 1, 1, 1, 1, 1, 3), sizes);
        assertEquals(List.of(), unit.allFindings());
        assertTrue(RemappingUnit.recognises(registers()));
    }

    @Test
    void rootTableAddressAloneGivesTheSameTables() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        assertEquals(
                RemappingUnit.decode(memory, registers()).tables().orElseThrow().buses(),
                RemappingUnit.atRoot(memory, 0x61cc000L).tables().orElseThrow().buses());
    }

    @Test
    void listsWhatEachDomainReaches() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        RemappingTables tables =
                RemappingUnit.atRoot(memory, 0x61cc000L).tables().orElseThrow();
        List<Long> leaves = new ArrayList<>();
        for (DmaDomain domain : tables.domains()) {
            DomainMap map = domain.map(memory, TableLimits.standard());
            assertTrue(map.summary().complete());
            leaves.add(map.summary().leaves());
            for (MappedRange range : map.ranges()) {
                DmaWalk first =
                        DmaWalk.of(memory, unit(memory), domain.devices().getFirst(), range.input());
                assertEquals(range.output(), first.result().orElseThrow().output());
            }
        }
        // The host bridge's domain is empty; the others map from a single page to the 16 MiB of the ISA bridge's.
        assertEquals(
                List.of(0L, 1L, 2L, 25L, 258L, 320L, 4096L),
                leaves.stream().sorted().toList());
    }

    private static RemappingUnit unit(PhysicalMemory memory) {
        return RemappingUnit.atRoot(memory, 0x61cc000L);
    }

    @Test
    void devicesReachingAPageAgreeWithEveryDomain() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        RemappingUnit unit = unit(memory);
        DevicesReaching reaching = DevicesReaching.of(memory, unit, TableLimits.standard());
        assertTrue(reaching.complete());
        List<DmaDomain> domains = unit.tables().orElseThrow().domains();
        for (DmaDomain domain : domains) {
            List<MappedRange> ranges =
                    domain.map(memory, TableLimits.standard()).ranges();
            if (ranges.isEmpty()) {
                continue;
            }
            MappedRange range = ranges.getFirst();
            List<DeviceReach> found = reaching.page(range.output());
            assertTrue(found.stream().anyMatch(reach -> reach.domain().equals(domain)), domain::toString);
            for (DeviceReach reach : found) {
                DmaWalk walk = DmaWalk.of(memory, unit, reach.devices().getFirst(), reach.dmaAddress());
                assertEquals(
                        range.output() & -4096L, walk.result().orElseThrow().output());
                assertEquals(reach.rights(), walk.result().orElseThrow().rights());
            }
        }
        // The kernel's text is no device's business.
        assertEquals(List.of(), reaching.page(0x10be3a0L));
    }

    @Test
    void everyRegisterIsDecodedWithoutComplaint() throws Exception {
        StructureNode.Structure tree = new UnitRegisters(registers()).toStructure();
        assertEquals(List.of(), Findings.of(tree));
        String text = StructureText.print(tree);
        for (String expected : List.of(
                "RTADDR_REG = 0x61cc000",
                "FRO [33:24] = 0x22 — fault-recording registers: at offset 0x220",
                "TES [31] = 1 — DMA translation: on",
                "S [3:0] = 0xf — size: 65536 entries",
                "MGAW [21:16] = 0x2f — maximum guest address width: 48 bits")) {
            assertTrue(text.contains(expected), () -> expected + " is missing in\n" + text);
        }
    }

    @Test
    void blockedRequestsSayWhichEntryBlocksThem() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        RequesterId absent = RequesterId.parse("05:00.0").orElseThrow();
        assertEquals(
                "the root entry of bus 05 at 0x61cc050 is not present: the request is blocked",
                DmaWalk.of(memory, unit(memory), absent, 0x1000).result().reason());
        RequesterId function = RequesterId.parse("00:1e.7").orElseThrow();
        assertEquals(
                "the context entry of 00:1e.7 at 0x61e4f70 is not present: the request is blocked",
                DmaWalk.of(memory, unit(memory), function, 0x1000).result().reason());
    }

    @Test
    void treeNamesBusDevicesAndDomains() throws Exception {
        StructureNode.Structure tree = RemappingUnit.decode(Recording.raw("ram-before.bin"), registers())
                .toStructure();
        List<String> names = tree.children().stream().map(StructureNode::name).toList();
        assertEquals(List.of("Registers of dmar0", "Root Table", "Domains"), names);
        String buses = tree.children().get(1).children().stream()
                .map(StructureNode::name)
                .collect(Collectors.joining(" "));
        assertEquals("Bus 00", buses);
    }
}
