package org.ringside.trace.importer.lime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.trace.importer.Hostile;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.importer.Patterns;

class LimeFormatTest {
    private static final LimeFormat FORMAT = new LimeFormat();
    private static final byte[] LOW = Patterns.mixed(3, 1);
    private static final byte[] HIGH = Patterns.mixed(4, 2);
    private static final long HIGH_START = 0x1_0000_0000L;

    private static byte[] sample() {
        return new LimeWriter().range(0x1000, LOW).range(HIGH_START, HIGH).toBytes();
    }

    @Test
    void rangesLieAtTheirAddresses() throws IOException {
        try (MemoryImage image = Hostile.open(FORMAT, sample())) {
            assertEquals("LiME", image.format());
            assertEquals(
                    List.of(new AddressRange(0x1000, 0x4000), new AddressRange(HIGH_START, HIGH_START + 0x4000)),
                    image.ranges());
            assertEquals(
                    Optional.of(List.of(
                            new FileExtent(0x1000, 0x3000, 32), new FileExtent(HIGH_START, 0x4000, 32 + 0x3000 + 32))),
                    image.extents());
            assertArrayEquals(LOW, image.read(0x1000, LOW.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertArrayEquals(
                    HIGH, image.read(HIGH_START, HIGH.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(List.of(), image.notes());
        }
    }

    @Test
    void incompletePagesAreLeftOutWithANote() throws IOException {
        byte[] bytes = new LimeWriter()
                .range(0x1000, Patterns.noise(0x1c00, 3))
                .range(0x3400, Patterns.noise(0xc00, 4))
                .toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0x1000, 0x2000)), image.ranges());
            assertTrue(image.notes().getFirst().contains("0x2000..0x2c00"), image.notes()::toString);
            assertTrue(image.notes().getLast().contains("0x3400..0x4000"), image.notes()::toString);
        }
    }

    @Test
    void theFirstOfTwoRangesForTheSameMemoryIsUsed() throws IOException {
        byte[] bytes = new LimeWriter().range(0x2000, LOW).range(0x1000, HIGH).toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0x1000, 0x5000)), image.ranges());
            assertArrayEquals(LOW, image.read(0x2000, LOW.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertTrue(image.notes().getFirst().contains("already given"), image.notes()::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            4, 4, 2, version
            8, 8, 0x5000, e_addr
            8, 8, -1, s_addr
            8, 8, 0x10000000000000, s_addr
            16, 8, 0xfff, e_addr
            16, 8, 0x3ffe, magic
            16, 8, 0x4000, magic
            16, 8, 0xfffffffff, range
            16, 8, -1, e_addr
            16, 8, 0x7fffffffffffffff, e_addr
            12320, 4, 0, magic
            12324, 4, 0, version
            """)
    void aLyingHeaderIsRefusedByName(int offset, int width, long value, String field) {
        String message = Hostile.refusal(FORMAT, Hostile.with(sample(), offset, width, value));
        assertTrue(message.contains(", " + field + ":"), message);
    }

    @Test
    void anyTruncationIsRefusedAndAnyDamageIsBorne() {
        byte[] sample = sample();
        Hostile.truncate(FORMAT, sample, 32, 32 + LOW.length, 64 + LOW.length);
        for (int length = 33; length < sample.length; length += 97) {
            if (length != 32 + LOW.length) {
                assertTrue(!Hostile.opens(FORMAT, java.util.Arrays.copyOf(sample, length)), "cut at " + length);
            }
        }
        Hostile.damage(FORMAT, sample, 4, 32, 2000);
        Hostile.damage(FORMAT, sample, 32 + LOW.length, 64 + LOW.length, 2000);
    }
}
