package org.ringside.decoder.vtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.acpi.AcpiTable;
import org.ringside.decoder.acpi.AcpiTables;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.FuzzedMemory;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.dmar.BusTopology;
import org.ringside.decoder.vtd.dmar.ConfigurationSpace;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;

final class VtdFuzzTest {
    private static final TableLimits LIMITS =
            TableLimits.standard().withTables(300).withRanges(500);

    @FuzzTest(maxDuration = "3m")
    void anyUnitIsDecodedInBoundedWork(FuzzedDataProvider data) {
        boolean registers = data.consumeBoolean();
        RequesterId device = new RequesterId(data.consumeInt(0, 0xffff));
        long address = data.consumeLong();
        long root = (long) data.consumeInt(0, FuzzedMemory.PAGES - 1) << 12 | (data.consumeBoolean() ? 0x400 : 0);
        byte[] bank = data.consumeBytes(registers ? 0x300 : 0);
        SparseMemory memory = FuzzedMemory.of(data);
        RemappingUnit unit = registers
                ? RemappingUnit.decode(memory, new DeviceRegisters("dmar0", 0xfed90000L, MemorySegment.ofArray(bank)))
                : RemappingUnit.atRoot(memory, root);
        assertTrue(unit.allFindings().size() < 5000);
        assertTrue(!StructureText.print(unit.toStructure()).isEmpty());
        DmaWalk.of(memory, unit, device, address).toStructure();
        DevicesReaching reaching = DevicesReaching.of(memory, unit, LIMITS);
        for (DeviceReach reach : reaching.page(address)) {
            if (unit.translationEnabled().orElse(true)) {
                DmaWalk walk = DmaWalk.of(memory, unit, reach.domain().sources().getFirst(), reach.dmaAddress());
                assertEquals(address & -4096L, walk.result().orElseThrow().output());
            }
        }
    }

    @FuzzTest(maxDuration = "2m")
    void anyTableOfTheFirmwareIsDecoded(FuzzedDataProvider data) {
        boolean checksum = data.consumeBoolean();
        byte[] table = data.consumeBytes(4096);
        SparseMemory memory = new SparseMemory().page(0x1000, table);
        AcpiTable.at(memory, 0x1000).toOptional().ifPresent(found -> {
            AcpiTable read = new AcpiTable(found.signature(), found.address(), found.bytes(), checksum);
            BusTopology topology = bridge -> Optional.of(new BusTopology.Buses(bridge.bus() + 1 & 0xff, 0xff));
            for (BusTopology known : List.of(BusTopology.UNKNOWN, topology)) {
                DmarTable dmar = DmarTable.parse(read, "fuzzed", known);
                assertTrue(dmar.findings().size() <= 65);
                assertTrue(!StructureText.print(dmar.toStructure()).isEmpty());
                dmar.units().forEach(unit -> dmar.coverage(unit, new RequesterId(0x123)));
            }
        });
        AcpiTables.find(memory, "DMAR", () -> false);
        ConfigurationSpace.of(memory).behind(new RequesterId(0));
    }

    @FuzzTest(maxDuration = "2m")
    void anyInterruptTableAndQueueAreDecodedInBoundedWork(FuzzedDataProvider data) {
        long table = (long) data.consumeInt(0, FuzzedMemory.PAGES - 1) << 12 | data.consumeInt(0, 0xfff);
        long head = data.consumeLong();
        long tail = data.consumeLong();
        SparseMemory memory = FuzzedMemory.of(data);
        InterruptRemappingTable.read(memory, table).toOptional().ifPresent(found -> {
            assertTrue(found.entries().size() <= found.size());
            assertTrue(!StructureText.print(found.toStructure(memory)).isEmpty());
        });
        InvalidationQueue.read(memory, table, head, tail).toOptional().ifPresent(found -> {
            assertTrue(found.descriptors().size() <= found.size());
            assertEquals(
                    found.descriptors().size(),
                    found.pending().size() + found.done().size());
            assertTrue(!StructureText.print(found.toStructure()).isEmpty());
        });
    }
}
