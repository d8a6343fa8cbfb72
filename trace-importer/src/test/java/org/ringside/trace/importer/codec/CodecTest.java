package org.ringside.trace.importer.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ringside.trace.importer.Patterns;

class CodecTest {
    /** Long and short matches, near and far, and literal runs of every length class. */
    private static byte[] varied(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int part = Math.min(length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 700));
            if (at > 0 && random.nextInt(3) > 0) {
                int from = random.nextInt(at);
                for (int i = 0; i < part; i++) {
                    bytes[at + i] = bytes[from + i];
                }
            } else {
                for (int i = 0; i < part; i++) {
                    bytes[at + i] = (byte) random.nextInt();
                }
            }
            at += part;
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherImplementationPacksIsUnpacked(Codec codec) throws CorruptDataException {
        for (int seed = 0; seed < 60; seed++) {
            byte[] bytes = varied(1 + seed * 1117, seed);
            assertArrayEquals(bytes, codec.unpack(Packing.pack(codec, bytes), bytes.length), "seed " + seed);
        }
        byte[] zeros = new byte[65_536];
        assertArrayEquals(zeros, codec.unpack(Packing.pack(codec, zeros), zeros.length));
        byte[] noise = Patterns.noise(4096, 5);
        assertArrayEquals(noise, codec.unpack(Packing.pack(codec, noise), noise.length));
    }

    @ParameterizedTest
    @EnumSource
    void anotherLengthThanExpectedIsCorrupt(Codec codec) {
        byte[] packed = Packing.pack(codec, Patterns.text(4096, 1));
        assertThrows(CorruptDataException.class, () -> codec.unpack(packed, 4095));
        assertThrows(CorruptDataException.class, () -> codec.unpack(packed, 4097));
        assertThrows(IllegalArgumentException.class, () -> codec.unpack(packed, -1));
        assertThrows(IllegalArgumentException.class, () -> codec.unpack(packed, Codec.MAXIMUM_BLOCK + 1));
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsCorrupt(Codec codec) {
        byte[] packed = Packing.pack(codec, varied(5000, 9));
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThrows(CorruptDataException.class, () -> codec.unpack(cut, 5000), "cut at " + length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void damageEndsInBytesOrCorruptData(Codec codec) {
        Random random = new Random(7);
        byte[] packed = Packing.pack(codec, varied(3000, 11));
        int corrupt = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = packed.clone();
            for (int j = random.nextInt(6); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertEquals(3000, codec.unpack(damaged, 3000).length);
            } catch (CorruptDataException expected) {
                corrupt++;
            }
        }
        assertEquals(true, corrupt > 0);
    }

    /** Worked by hand from the format's description, one instruction class each; 11 00 00 ends the stream. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            15 41 42 43 44 110000, 41424344
            01 41 42 43 44 110000, 41424344
            15 41 42 43 44 4c 00 110000, 41424344 414243
            15 41 42 43 44 6c 00 110000, 41424344 41424344
            15 41 42 43 44 8c 00 110000, 41424344 4142434441
            15 41 42 43 44 26 0c00 110000, 41424344 4142434441424344
            15 41 42 43 44 26 0d00 45 110000, 41424344 4142434441424344 45
            12 41 00 00 110000, 41 4141
            13 41 42 04 00 110000, 4142 4142
            """)
    void lzoInstructionsDoWhatTheDescriptionSays(String packed, String unpacked) throws CorruptDataException {
        byte[] expected = HexFormat.of().parseHex(unpacked.replace(" ", ""));
        byte[] actual = Codec.LZO.unpack(HexFormat.of().parseHex(packed.replace(" ", "")), expected.length);
        assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(actual));
    }

    @Test
    void snappyElementsDoWhatTheDescriptionSays() throws CorruptDataException {
        // Length 12: literal "abcd"; copy of 4 from 4 back with a 1-byte offset; copy of 2 from 8 back, 2 bytes; of 2
        // from 1 back, 4 bytes.
        byte[] packed = HexFormat.of().parseHex("0c" + "0c61626364" + "0104" + "060800" + "0701000000");
        assertEquals(
                "abcdabcdabbb",
                new String(Codec.SNAPPY.unpack(packed, 12), java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(0xffff_ffffL, Snappy.unpackedLength(HexFormat.of().parseHex("ffffffff0f")));
        assertThrows(
                CorruptDataException.class,
                () -> Snappy.unpackedLength(HexFormat.of().parseHex("ffffffff1f")));
        assertThrows(
                CorruptDataException.class,
                () -> Snappy.unpackedLength(HexFormat.of().parseHex("ffffffffff01")));
    }
}
