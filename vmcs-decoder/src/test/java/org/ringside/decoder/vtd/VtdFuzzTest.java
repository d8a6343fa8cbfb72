package org.ringside.decoder.vtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.FuzzedMemory;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.TableLimits;

final class VtdFuzzTest {
    private static final TableLimits LIMITS =
            TableLimits.standard().withTables(300).withRanges(500);

    @FuzzTest(maxDuration = "3m")
    void anyUnitIsDecodedInBoundedWork(FuzzedDataProvider data) {
        boolean registers = data.consumeBoolean();
        RequesterId device = new RequesterId(data.consumeInt(0, 0xffff));
        long address = data.consumeLong();
        long root = (long) data.consumeInt(0, FuzzedMemory.PAGES - 1) << 12;
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
                DmaWalk walk = DmaWalk.of(memory, unit, reach.devices().getFirst(), reach.dmaAddress());
                assertEquals(address & -4096L, walk.result().orElseThrow().output());
            }
        }
    }
}
