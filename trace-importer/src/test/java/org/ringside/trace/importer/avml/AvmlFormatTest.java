package org.ringside.trace.importer.avml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.importer.Hostile;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.Patterns;

class AvmlFormatTest {
    private static final AvmlFormat FORMAT = new AvmlFormat();
    private static final byte[] LOW = Patterns.mixed(40, 1);
    private static final byte[] NEXT = Patterns.mixed(5, 2);
    private static final byte[] HIGH = Patterns.mixed(3, 3);
    private static final long NEXT_START = 0x1000L + LOW.length;
    private static final long HIGH_START = 0x1_0000_0000L;

    private static byte[] sample(int chunk) {
        return new AvmlWriter(chunk)
                .block(0x1000, LOW)
                .block(NEXT_START, NEXT)
                .block(HIGH_START, HIGH)
                .toBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 4096, 5000, 100, 16_384})
    void pagesAreUnpackedWhateverTheChunks(int chunk) throws IOException {
        try (MemoryImage image = Hostile.open(FORMAT, sample(chunk))) {
            assertEquals("AVML 2", image.format());
            assertEquals(
                    List.of(
                            new AddressRange(0x1000, NEXT_START + NEXT.length),
                            new AddressRange(HIGH_START, HIGH_START + HIGH.length)),
                    image.ranges());
            assertEquals(Optional.empty(), image.extents());
            assertArrayEquals(LOW, image.read(0x1000, LOW.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertArrayEquals(
                    NEXT, image.read(NEXT_START, NEXT.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertArrayEquals(
                    HIGH, image.read(HIGH_START, HIGH.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertInstanceOf(Observed.NotCaptured.class, image.page(0));
            assertEquals(List.of(), image.notes());
        }
    }

    @Test
    void pagesThatAreNotWholeAreLeftOutWithANote() throws IOException {
        byte[] bytes =
                new AvmlWriter(65_536).block(0x1800, Patterns.mixed(2, 4)).toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0x2000, 0x3000)), image.ranges());
            assertEquals(1, image.notes().size());
        }
    }

    @Test
    void damagedDataIsMalformedNotWrong() throws IOException {
        byte[] sample = sample(65_536);
        int damaged = 0;
        for (int at = 32 + 10 + 8; at < sample.length - 100; at += 997) {
            byte[] bytes = sample.clone();
            bytes[at] ^= 0x10;
            try (MemoryImage image = FORMAT.open(Hostile.FILE, java.lang.foreign.MemorySegment.ofArray(bytes))) {
                for (int page = 0; page < LOW.length; page += 4096) {
                    var seen = image.page(0x1000L + page);
                    if (seen instanceof Observed.Known<java.lang.foreign.MemorySegment>(var known)) {
                        assertArrayEquals(
                                Arrays.copyOfRange(LOW, page, page + 4096), known.toArray(ValueLayout.JAVA_BYTE));
                    } else {
                        assertInstanceOf(Observed.Malformed.class, seen);
                        damaged++;
                    }
                }
            } catch (org.ringside.trace.importer.ImportException refused) {
                damaged++;
            }
        }
        assertTrue(damaged > 0);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            4, 4, 1, version
            8, 8, -4096, s_addr
            16, 8, 0, e_addr
            16, 8, 0x30fff, chunk
            16, 8, 0x27fff, chunk
            16, 8, 0x29fff, chunk
            32, 1, 0x7f, chunk type
            33, 1, 5, stream identifier
            36, 1, 0x53, stream identifier
            43, 2, 4, chunk length
            45, 1, 0xff, chunk
            """)
    void aLyingHeaderIsRefusedByName(int offset, int width, long value, String field) {
        String message = Hostile.refusal(FORMAT, Hostile.with(sample(65_536), offset, width, value));
        assertTrue(message.contains(", " + field), message);
    }

    @Test
    void aWrongTrailingLengthIsRefused() {
        byte[] sample = sample(65_536);
        String message = Hostile.refusal(FORMAT, Hostile.with(sample, sample.length - 8, 8, 12));
        assertTrue(message.contains("compressed length"), message);
    }

    @Test
    void blocksThatGoBackAreRefused() {
        byte[] bytes =
                new AvmlWriter(65_536).block(0x4000, HIGH).block(0x5000, HIGH).toBytes();
        assertTrue(Hostile.refusal(FORMAT, bytes).contains("must rise"));
    }

    @Test
    void anyTruncationIsRefusedAndAnyDamageIsBorne() {
        byte[] sample = sample(16_384);
        byte[] first = new AvmlWriter(16_384).block(0x1000, LOW).toBytes();
        Hostile.truncate(FORMAT, sample, 32, 42, 46, 50, first.length - 8, first.length, first.length + 32);
        for (int length = 1; length < sample.length; length += 61) {
            assertTrue(!Hostile.opens(FORMAT, Arrays.copyOf(sample, length)), "cut at " + length);
        }
        Hostile.damage(FORMAT, sample, 4, 60, 2000);
        Hostile.damage(FORMAT, sample, first.length - 8, first.length + 60, 2000);
        Hostile.damage(FORMAT, sample, 0, sample.length, 500);
    }
}
