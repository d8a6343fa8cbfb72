package org.ringside.decoder.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.ringside.decoder.memory.Observed;

final class DisassemblerFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void instructionsTileAnyBytes(FuzzedDataProvider data) {
        Disassembler.Mode mode = data.pickValue(Disassembler.Mode.values());
        long address = data.consumeLong();
        int most = data.consumeInt(0, 500);
        byte[] code = data.consumeRemainingAsBytes();
        Observed<Disassembler> opened = Disassembler.open(mode);
        Assumptions.assumeTrue(opened.isKnown(), opened.reason());
        try (Disassembler disassembler = opened.orElseThrow()) {
            List<Instruction> found = disassembler.disassemble(MemorySegment.ofArray(code), address, most);
            int offset = 0;
            HexFormat hex = HexFormat.ofDelimiter(" ");
            for (Instruction instruction : found) {
                assertEquals(address + offset, instruction.address());
                assertEquals(hex.formatHex(code, offset, offset + instruction.length()), instruction.bytes());
                assertTrue(!instruction.mnemonic().isEmpty());
                offset += instruction.length();
            }
            assertTrue(found.size() <= most);
            assertTrue(offset == code.length || found.size() == most, "all bytes are accounted for");
        }
    }
}
