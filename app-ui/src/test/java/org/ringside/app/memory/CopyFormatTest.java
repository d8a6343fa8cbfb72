package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CopyFormatTest {
    private static final byte[] BYTES = {(byte) 0xb8, 0x37, 0x13, 0, 0, (byte) 0xc3, 'A', '\n'};

    @Test
    void hexIsPairsWithBlanks() {
        assertEquals("b8 37 13 00 00 c3 41 0a", CopyFormat.HEX.format(BYTES, 0x10be3a0));
    }

    @Test
    void aDumpHasWholeRowsAndLeavesBlankWhatWasNotSelected() {
        assertEquals("""
                010be3a0                                             b8 37  |              .7|
                010be3b0  13 00 00 c3 41 0a                                 |....A.          |
                """, CopyFormat.HEX_DUMP.format(BYTES, 0x10be3ae));
    }

    @Test
    void cAndPythonAreProgramText() {
        assertEquals("""
                static const unsigned char bytes_10be3a0[8] = {
                    0xb8, 0x37, 0x13, 0x00, 0x00, 0xc3, 0x41, 0x0a,
                };
                """, CopyFormat.C_ARRAY.format(BYTES, 0x10be3a0));
        assertEquals("""
                bytes_10be3a0 = bytes.fromhex(
                    "b8371300" "00c3410a"
                )
                """.replace("\" \"", ""), CopyFormat.PYTHON.format(BYTES, 0x10be3a0));
    }

    @Test
    void textKeepsLinesAndHidesTheRest() {
        assertEquals(".7....A\n", CopyFormat.ASCII.format(BYTES, 0));
    }
}
