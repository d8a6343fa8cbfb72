package org.ringside.trace.importer.kdump;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.importer.Hostile;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.Patterns;
import org.ringside.trace.importer.Samples;
import org.ringside.trace.importer.codec.Codec;
import org.ringside.trace.importer.elf.ElfWriter;

class KdumpFormatTest {
    private static final KdumpFormat FORMAT = new KdumpFormat();
    private static final FlattenedFormat FLATTENED = new FlattenedFormat();
    private static final byte[] TEXT = Patterns.text(4096, 1);
    private static final byte[] NOISE = Patterns.noise(4096, 2);
    private static final byte[] ZERO = new byte[4096];

    /** Pages 1, 2, 3, 70 and the bitmap's last; 4 and 5 excluded. */
    private static KdumpWriter writer(boolean is64, int version, Codec codec) {
        return new KdumpWriter(is64, version, 4096, 2)
                .machine(is64 ? "x86_64" : "i686")
                .page(1, TEXT, codec)
                .page(2, NOISE)
                .page(3, ZERO, codec)
                .page(70, NOISE, codec)
                .page(32_767, TEXT, codec)
                .exclude(4)
                .exclude(5);
    }

    private static byte[] page(MemoryImage image, int number) {
        return image.page(number * 4096L).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
    }

    private static void checkWriters(MemoryImage image) {
        assertEquals(
                List.of(
                        new AddressRange(0x1000, 0x4000),
                        new AddressRange(0x46000, 0x47000),
                        new AddressRange(0x7fff000, 0x8000000)),
                image.ranges());
        assertArrayEquals(TEXT, page(image, 1));
        assertArrayEquals(NOISE, page(image, 2));
        assertArrayEquals(ZERO, page(image, 3));
        assertArrayEquals(NOISE, page(image, 70));
        assertArrayEquals(TEXT, page(image, 32_767));
        for (int absent : new int[] {0, 4, 5, 69, 71, 32_766, 32_768}) {
            assertInstanceOf(Observed.NotCaptured.class, image.page(absent * 4096L), "page " + absent);
        }
        assertInstanceOf(Observed.NotCaptured.class, image.page(-1));
    }

    @ParameterizedTest
    @EnumSource
    void pagesAreUnpackedWithEachCodec(Codec codec) throws IOException {
        try (MemoryImage image = Hostile.open(FORMAT, writer(true, 6, codec).toBytes())) {
            assertEquals("kdump-compressed", image.format());
            checkWriters(image);
            assertTrue(image.extents().isEmpty());
            assertEquals(
                    "Recorded from Linux 6.1.0 #1 SMP x86_64 guest.",
                    image.notes().getFirst());
            assertTrue(image.notes().get(1).startsWith("2 pages were left out"), image.notes()::toString);
            assertTrue(image.notes().get(1).contains("free pages"), image.notes()::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, 1", "true, 2", "true, 3", "true, 4", "true, 5", "true, 6",
        "false, 1", "false, 2", "false, 3", "false, 4", "false, 5", "false, 6",
    })
    void everyVersionOfEitherWordSizeIsRead(boolean is64, int version) throws IOException {
        byte[] notes = ElfWriter.note("VMCOREINFO", 0, "OSRELEASE=6.1.0\n".getBytes(StandardCharsets.US_ASCII));
        try (MemoryImage image = Hostile.open(
                FORMAT, writer(is64, version, Codec.ZLIB).notes(notes).toBytes())) {
            checkWriters(image);
            assertEquals(version >= 4, image.notes().stream().anyMatch(note -> note.contains("OSRELEASE")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 100, 4096, 5000, 1 << 20})
    void recordsInAnyOrderArePutTogether(int recordSize) throws IOException {
        byte[] flat = KdumpWriter.flatten(writer(true, 6, Codec.SNAPPY).toBytes(), recordSize);
        try (MemoryImage image = Hostile.open(FLATTENED, flat)) {
            assertEquals("kdump-compressed, flattened", image.format());
            checkWriters(image);
        }
    }

    @Test
    void largerPagesAreReadInParts() throws IOException {
        byte[] block = Patterns.mixed(16, 5);
        KdumpWriter writer = new KdumpWriter(true, 6, 65_536, 2).page(2, block, Codec.LZO);
        try (MemoryImage image = Hostile.open(FORMAT, writer.toBytes())) {
            assertEquals(List.of(new AddressRange(0x20000, 0x30000)), image.ranges());
            assertArrayEquals(block, image.read(0x20000, 65_536).orElseThrow().toArray(ValueLayout.JAVA_BYTE));
            assertInstanceOf(Observed.NotCaptured.class, image.page(0x30000));
        }
    }

    @Test
    void pagesAboveTheLastAreLeftOutWithANote() throws IOException {
        try (MemoryImage image =
                Hostile.open(FORMAT, writer(true, 6, Codec.ZLIB).pageCount(71).toBytes())) {
            assertEquals(0x47000, image.ranges().getLast().end());
            assertArrayEquals(NOISE, page(image, 70));
            assertTrue(
                    image.notes().stream().anyMatch(note -> note.contains("above max_mapnr")), image.notes()::toString);
        }
    }

    @Test
    void anIncompleteDumpKeepsWhatItHas() throws IOException {
        KdumpWriter writer = writer(true, 6, Codec.ZLIB);
        byte[] bytes = Hostile.with(writer.toBytes(), writer.status(), 4, 0x9);
        int last = writer.descriptors() + 4 * 24;
        byte[] cut = Hostile.with(Hostile.with(bytes, last, 8, 0), last + 8, 4, 0);
        try (MemoryImage image = Hostile.open(FORMAT, cut)) {
            assertArrayEquals(TEXT, page(image, 1));
            assertInstanceOf(Observed.Unreadable.class, image.page(32_767 * 4096L));
            assertTrue(image.notes().stream().anyMatch(note -> note.contains("incomplete")), image.notes()::toString);
        }
        assertTrue(Hostile.refusal(FORMAT, Hostile.with(cut, writer.status(), 4, 1))
                .contains("page_desc.size"));
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedPageIsMalformed(Codec codec) throws IOException {
        KdumpWriter writer = writer(true, 6, codec);
        byte[] bytes = writer.toBytes();
        int first = writer.descriptors() + 5 * 24;
        byte[] damaged = Hostile.with(bytes, first, 8, -1);
        try (MemoryImage image = FORMAT.open(Hostile.FILE, MemorySegment.ofArray(damaged))) {
            Observed<MemorySegment> page = image.page(0x1000);
            assertInstanceOf(Observed.Malformed.class, page);
            assertTrue(page.reason().contains(Hostile.FILE.toString()), page::reason);
            assertArrayEquals(NOISE, page(image, 2));
        }
    }

    @Test
    void flagsThatMakeNoSenseAreMalformed() throws IOException {
        KdumpWriter writer = writer(true, 6, Codec.ZLIB);
        byte[] bytes = Hostile.with(writer.toBytes(), writer.descriptors() + 12, 4, 0x3);
        byte[] two = Hostile.with(bytes, writer.descriptors() + 24 + 8, 4, 4095);
        try (MemoryImage image = FORMAT.open(Hostile.FILE, MemorySegment.ofArray(two))) {
            assertInstanceOf(Observed.Malformed.class, image.page(0x1000));
            assertInstanceOf(Observed.Malformed.class, image.page(0x2000));
        }
    }

    /** The sub header begins at 4096, the bitmaps at 8192, the descriptors at 16384. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            8, 4, 0, header_version
            8, 4, 7, header_version
            8, 4, -1, header_version
            428, 4, 0, block_size
            428, 4, 4095, block_size
            428, 4, 0x80000000, block_size
            428, 4, 8192, bitmap
            432, 4, 0, block_size
            432, 4, 0xffff, bitmap
            436, 4, 0, block_size
            436, 4, 0x7fffffff, bitmap
            436, 4, 4, page descriptors
            4108, 4, 1, split
            4128, 8, 0, none
            4136, 8, 10, none
            4144, 8, -1, none
            4152, 8, 20, offset_note
            4152, 8, 0x7fffffffffffffff, offset_note
            4192, 8, 32769, max_mapnr
            4192, 8, -1, max_mapnr
            4192, 8, 0x7fffffffffffffff, max_mapnr
            16384, 8, 0, page_desc.offset
            16384, 8, 16384, page_desc.offset
            16384, 8, -1, page_desc.offset
            16384, 8, 0x7fffffffffffffff, page_desc.offset
            16392, 4, 0, page_desc.size
            16392, 4, -1, page_desc.size
            16392, 4, 8193, page_desc.size
            """)
    void aLyingHeaderIsRefusedByName(int offset, int width, long value, String field) {
        byte[] bytes = Hostile.with(writer(true, 6, Codec.ZLIB).toBytes(), offset, width, value);
        if (field.equals("none")) {
            assertTrue(Hostile.opens(FORMAT, bytes), "the size beside it is 0");
        } else {
            String message = Hostile.refusal(FORMAT, bytes);
            assertTrue(message.contains(field), message);
        }
    }

    @Test
    void otherMachinesAreRefused() {
        byte[] bytes = writer(true, 6, Codec.ZLIB).machine("aarch64").toBytes();
        assertTrue(Hostile.refusal(FORMAT, bytes).contains("utsname.machine"));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 0, type",
        "24, 2, version",
        "4096, -2, record offset",
        "4104, -2, record offset",
        "4104, 0x7fffffff, record"
    })
    void aLyingFlattenedHeaderIsRefusedByName(int offset, long value, String field) {
        byte[] flat = KdumpWriter.flatten(writer(true, 6, Codec.ZLIB).toBytes(), 4096);
        String message = Hostile.refusal(FLATTENED, Hostile.with(flat, offset, 8, Long.reverseBytes(value)));
        assertTrue(message.contains(field), message);
    }

    @Test
    void flattenedElfIsRefusedWithWhatToDo() {
        byte[] flat = KdumpWriter.flatten(
                new ElfWriter(true, false).load(0, ZERO, 4096).toBytes(), 512);
        assertTrue(Hostile.refusal(FLATTENED, flat).contains("makedumpfile -R"));
    }

    @Test
    void aFlattenedFileWithAMissingRecordIsRefused() {
        byte[] file = writer(true, 6, Codec.ZLIB).toBytes();
        byte[] flat = KdumpWriter.flatten(file, 4096);
        // The first record after the wrong header holds the file's end: move it far away.
        int record = 4096 + 16 + 4096;
        byte[] moved = Hostile.with(flat, record, 8, Long.reverseBytes(1L << 40));
        assertTrue(Hostile.refusal(FLATTENED, moved).contains("page_desc.offset"));
    }

    @Test
    void anyTruncationIsRefusedAndAnyDamageIsBorne() {
        KdumpWriter writer = writer(true, 6, Codec.LZO);
        byte[] bytes = writer.toBytes();
        Hostile.truncate(FORMAT, bytes, 424, 464, 4096, 8192, 12_288, 16_384, writer.descriptors() + 5 * 24);
        for (int length = 0; length < bytes.length; length += 101) {
            assertTrue(!Hostile.opens(FORMAT, Arrays.copyOf(bytes, length)), "cut at " + length);
        }
        Hostile.damage(FORMAT, bytes, 8, 12, 50);
        Hostile.damage(FORMAT, bytes, 400, 464, 2000);
        Hostile.damage(FORMAT, bytes, 4096, 4200, 2000);
        Hostile.damage(FORMAT, bytes, 8192, 8300, 500);
        Hostile.damage(FORMAT, bytes, writer.descriptors(), bytes.length, 3000);
    }

    @Test
    void damageToAFlattenedFileIsBorne() {
        byte[] flat = KdumpWriter.flatten(writer(true, 6, Codec.ZSTD).toBytes(), 3000);
        Hostile.truncate(FLATTENED, flat, 32, 4096, 4112, 4096 + 16 + 3000);
        for (int length = 0; length < flat.length; length += 101) {
            assertTrue(!Hostile.opens(FLATTENED, Arrays.copyOf(flat, length)), "cut at " + length);
        }
        Hostile.damage(FLATTENED, flat, 16, flat.length, 2000);
    }

    @Test
    void recordedFilesBearDamage() {
        damage(FORMAT, Samples.image("qemu-long-mode.kdump-zlib"));
        damage(FLATTENED, Samples.image("qemu-long-mode.kdump-zlib-flat"));
    }

    private static void damage(ImageFormat format, byte[] image) {
        Hostile.truncate(format, image, 4096, 8192, 16_384);
        Hostile.damage(format, image, 8, 12_000, 300);
        Hostile.damage(format, image, 8, image.length, 300);
    }
}
