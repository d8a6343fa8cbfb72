package org.ringside.trace.importer.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.Hostile;
import org.ringside.trace.importer.ImageFormats;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.Patterns;
import org.ringside.trace.importer.Samples;

class ElfCoreFormatTest {
    private static final ElfCoreFormat FORMAT = new ElfCoreFormat();
    private static final byte[] LOW = Patterns.mixed(3, 1);
    private static final byte[] HIGH = Patterns.mixed(2, 2);
    private static final long HIGH_START = 0x8000_0000L;
    private static final byte[] VMCOREINFO =
            ElfWriter.note("VMCOREINFO", 0, "OSRELEASE=6.1.0\nPAGESIZE=4096\n".getBytes(StandardCharsets.US_ASCII));

    private static ElfWriter writer(boolean is64, boolean countInSection) {
        return new ElfWriter(is64, countInSection)
                .notes(VMCOREINFO)
                .load(0x1000, LOW, LOW.length)
                .load(HIGH_START, HIGH, HIGH.length);
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void segmentsLieAtTheirPhysicalAddresses(boolean is64, boolean countInSection) throws IOException {
        try (MemoryImage image =
                Hostile.open(FORMAT, writer(is64, countInSection).toBytes())) {
            assertEquals("ELF core (Linux vmcore)", image.format());
            assertEquals(
                    List.of(new AddressRange(0x1000, 0x4000), new AddressRange(HIGH_START, HIGH_START + 0x2000)),
                    image.ranges());
            assertArrayEquals(LOW, image.read(0x1000, LOW.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertArrayEquals(
                    HIGH, image.read(HIGH_START, HIGH.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(List.of("VMCOREINFO: OSRELEASE=6.1.0; PAGESIZE=4096"), image.notes());
            assertEquals(MachineState.none(), image.state());
        }
    }

    @Test
    void memoryThatASegmentClaimsButDoesNotHoldWasNotCaptured() throws IOException {
        byte[] bytes =
                new ElfWriter(true, false).load(0, LOW, LOW.length + 0x5000).toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0, LOW.length)), image.ranges());
            assertInstanceOf(Observed.NotCaptured.class, image.page(LOW.length));
            assertTrue(image.notes().getFirst().contains("not captured"), image.notes()::toString);
        }
    }

    @Test
    void overlappingSegmentsKeepTheFirstAndSaySo() throws IOException {
        byte[] bytes = new ElfWriter(true, false)
                .load(0x2000, HIGH, HIGH.length)
                .load(0x1000, LOW, LOW.length)
                .load(0x1000, LOW, LOW.length)
                .toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0x1000, 0x4000)), image.ranges());
            assertArrayEquals(
                    Arrays.copyOf(LOW, 4096), image.page(0x1000).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertArrayEquals(
                    HIGH, image.read(0x2000, HIGH.length).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(2, image.notes().size(), image.notes()::toString);
            assertTrue(image.notes().getFirst().contains("0x2000 bytes"), image.notes()::toString);
            assertTrue(image.notes().getLast().contains("0x3000 bytes"), image.notes()::toString);
        }
    }

    @Test
    void incompletePagesAreLeftOutButNeighboursInTheFileAreJoined() throws IOException {
        byte[] bytes = new ElfWriter(true, false)
                .load(0x1800, Arrays.copyOf(LOW, 0x1000), 0x1000)
                .load(0x2800, Arrays.copyOfRange(LOW, 0x1000, 0x2000), 0x1000)
                .toBytes();
        try (MemoryImage image = Hostile.open(FORMAT, bytes)) {
            assertEquals(List.of(new AddressRange(0x2000, 0x3000)), image.ranges());
            assertArrayEquals(
                    Arrays.copyOfRange(LOW, 0x800, 0x1800),
                    image.page(0x2000).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(2, image.notes().size(), image.notes()::toString);
        }
    }

    @Test
    void theCoreOfAProcessIsNoMemoryImage() {
        byte[] bytes = new ElfWriter(true, false)
                .process(0x400000, LOW)
                .process(0x7ff000000000L, HIGH)
                .toBytes();
        assertTrue(Hostile.refusal(FORMAT, bytes).contains("core of a process"));
    }

    /** Offsets in the 64-bit writer's output: program header 0 (notes) at 128, 1 at 184, 2 at 240. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            4, 1, 3, EI_CLASS
            5, 1, 2, EI_DATA
            16, 2, 2, e_type
            18, 2, 183, e_machine
            32, 8, 0x7fffffffffffffff, e_phoff
            32, 8, -1, e_phoff
            54, 2, 0, e_phentsize
            56, 2, 0, e_phnum
            56, 2, 0xfffe, e_phoff: program headers
            56, 2, 1, e_phnum
            136, 8, 0xffffff, PT_NOTE
            160, 8, -1, PT_NOTE
            160, 8, 20, n_namesz
            192, 8, -8, PT_LOAD
            192, 8, 0x7fffffffffffffff, PT_LOAD
            208, 8, -1, PT_LOAD
            208, 8, 0xfffffffffffff, PT_LOAD
            216, 8, -1, PT_LOAD
            216, 8, 0x1000000, PT_LOAD
            216, 8, 0x7fffffffffffffff, PT_LOAD
            296, 4, 0xffffffff, n_namesz
            300, 4, 0x7fffffff, n_namesz
            """)
    void aLyingHeaderIsRefusedByName(int offset, int width, long value, String field) {
        byte[] bytes = Hostile.with(writer(true, false).toBytes(), offset, width, value);
        String message = Hostile.refusal(FORMAT, bytes);
        assertTrue(message.contains(field), message);
    }

    @ParameterizedTest
    @CsvSource({"44, 0xffffffff", "44, 0x100000", "40, 0x7fffffffffffffff"})
    void aLyingSectionHeaderIsRefused(int offsetInSection, long value) {
        byte[] bytes = writer(true, true).toBytes();
        byte[] lying = offsetInSection == 40
                ? Hostile.with(bytes, 40, 8, value)
                : Hostile.with(bytes, 64 + offsetInSection, 4, value);
        String message = Hostile.refusal(FORMAT, lying);
        assertTrue(message.contains("e_ph") || message.contains("sh_info"), message);
    }

    @Test
    void anyTruncationIsRefusedAndAnyDamageIsBorne() {
        for (boolean is64 : new boolean[] {true, false}) {
            ElfWriter writer = writer(is64, false);
            byte[] bytes = writer.toBytes();
            Hostile.truncate(
                    FORMAT,
                    bytes,
                    writer.programHeader(0),
                    writer.programHeader(1),
                    writer.data(0),
                    writer.data(1),
                    writer.data(2));
            for (int length = 0; length < bytes.length; length += 53) {
                assertTrue(!Hostile.opens(FORMAT, Arrays.copyOf(bytes, length)), "cut at " + length);
            }
            Hostile.damage(FORMAT, bytes, 4, writer.data(1), 4000);
        }
        byte[] recorded = Samples.image("qemu-long-mode.elf");
        Hostile.truncate(FORMAT, recorded, 192, 360, 0x7c8);
        Hostile.damage(FORMAT, recorded, 4, 0x7c8, 1000);
    }

    /** Ten GiB of holes: what is read must not depend on the size, and nothing is copied. */
    @Test
    void aSparseCoreOfManyGibibytesIsReadInPlace(@TempDir Path directory) throws IOException {
        long size = 10L << 30;
        byte[] head = Arrays.copyOf(
                new ElfWriter(true, false).load(0, new byte[0], size).toBytes(), 4096);
        byte[] sized = Hostile.with(Hostile.with(head, 128 + 32, 8, size), 128 + 8, 8, 4096);
        Path file = directory.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(sized), 0);
            channel.write(ByteBuffer.wrap(Patterns.noise(4096, 8)), 4096 + size - 4096);
        }
        try (MemoryImage image = ImageFormats.open(file)) {
            assertEquals(List.of(new AddressRange(0, size)), image.ranges());
            assertArrayEquals(
                    Patterns.noise(4096, 8), image.page(size - 1).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertTrue(image.page(0).orElseThrow().isMapped());
        }
    }
}
