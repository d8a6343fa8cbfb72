package org.ringside.decoder.symbol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

final class SymbolTableFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void anyTextGivesATableThatFindsItsSymbols(FuzzedDataProvider data) throws IOException {
        long address = data.consumeLong();
        String query = data.consumeString(8);
        SymbolTable table = SymbolTable.read(new ByteArrayInputStream(data.consumeRemainingAsBytes()));
        assertTrue(table.findings().size() < 20);
        table.nearest(address)
                .ifPresent(place -> assertEquals(address - place.symbol().address(), place.offset()));
        table.search(query, 10);
        for (int i = 0; i < Math.min(table.size(), 50); i++) {
            Symbol symbol = table.symbol(i);
            assertEquals(0, table.nearest(symbol.address()).orElseThrow().offset());
            assertTrue(i == 0 || Long.compareUnsigned(table.symbol(i - 1).address(), symbol.address()) <= 0);
        }
    }
}
