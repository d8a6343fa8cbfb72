package org.ringside.app.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;

class KernelNamesTest {
    private static final SymbolTable SYMBOLS =
            SymbolTable.parse("ffffffff81000000 T kernel_function\nffffffffc0200000 d __this_module [crc64]\n");

    private static Optional<String> name(long address) {
        return KernelNames.of(address, SYMBOLS).map(SymbolPlace::toString);
    }

    @Test
    void namesWhatASymbolCovers() {
        assertEquals(Optional.of("kernel_function+0x690"), name(0xffff_ffff_8100_0690L));
        assertEquals(Optional.of("__this_module [crc64]+0x40"), name(0xffff_ffff_c020_0040L));
    }

    @Test
    void doesNotNameAModuleThatWasLoadedSinceAfterItsNeighbour() {
        assertEquals(Optional.empty(), name(0xffff_ffff_c025_a000L));
    }

    @Test
    void doesNotNameWhatIsFarBehindTheKernelsLastSymbol() {
        assertEquals(Optional.empty(), name(0xffff_ffff_8110_0000L));
        assertEquals(Optional.empty(), name(0));
    }
}
