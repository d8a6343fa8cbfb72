package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.importer.MemoryImage.FileExtent;

class ImageFormatsTest {
    @TempDir
    Path directory;

    private Path file(byte... bytes) throws IOException {
        return Files.write(directory.resolve("image"), bytes);
    }

    /** Pages, each filled with its number from 1. */
    private static byte[] pages(int count) {
        byte[] bytes = new byte[count * 4096];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 4096 + 1);
        }
        return bytes;
    }

    @Test
    void rawIsWhateverHasNoSignature() throws IOException {
        Path file = file(pages(3));
        try (MemoryImage image = ImageFormats.open(file)) {
            assertEquals("raw", image.format());
            assertEquals(List.of(new AddressRange(0, 0x3000)), image.ranges());
            assertEquals(Optional.of(List.of(new FileExtent(0, 0x3000, 0))), image.extents());
            assertEquals(List.of(), image.notes());
            assertEquals(0x0202020202020202L, image.readLong(0x1ff8).orElseThrow());
            assertEquals(0x0303030302020202L, image.readLong(0x1ffc).orElseThrow());
            MemorySegment page = image.page(0x2abc).orElseThrow();
            assertEquals(4096, page.byteSize());
            assertTrue(page.isReadOnly());
            assertTrue(page.isMapped(), "without a copy");
            assertEquals(new Observed.NotCaptured<>(0x3000, 4096), image.page(0x3fff));
            assertInstanceOf(Observed.NotCaptured.class, image.page(-1));
        }
    }

    @Test
    void aLastIncompletePageIsLeftOutWithANote() throws IOException {
        byte[] bytes = java.util.Arrays.copyOf(pages(3), 0x2345);
        try (MemoryImage image = ImageFormats.open(file(bytes))) {
            assertEquals(List.of(new AddressRange(0, 0x2000)), image.ranges());
            assertEquals(1, image.notes().size());
            assertTrue(image.notes().getFirst().contains("0x2000..0x2345"), image.notes()::toString);
        }
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        assertTrue(Refusal.of(directory).contains("is a directory"));
        assertTrue(Refusal.of(directory.resolve("none")).contains("does not exist"));
        assertTrue(Refusal.of(file()).contains("is empty"));
        assertTrue(Refusal.of(file((byte) 1, (byte) 2)).contains("2 bytes, less than one page"));
        Path device = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(device), "no /dev/zero here");
        assertTrue(Refusal.of(device).contains("not a regular file"));
    }

    @Test
    void aPipeIsRefusedWithoutWaitingForItsWriter() throws Exception {
        Path pipe = directory.resolve("pipe");
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
        Assumptions.assumeTrue(mkfifo.waitFor() == 0, "mkfifo is absent");
        assertTrue(Refusal.of(pipe).contains("not a regular file"));
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b0800, gzip",
        "28b52ffd, zstd",
        "fd377a585a0000, xz",
        "377abcaf271c, 7-Zip",
        "504b0304, ZIP",
        "d0bed2be, VMware",
        "d2bed2be, VMware",
        "5041474544553634, Windows",
        "514649fb, qcow2",
        "5145564d, savevm",
        "53514c69746520666f726d6174203300, SQLite",
    })
    void knownFormatsThatCannotBeReadAreNamed(String signature, String name) throws IOException {
        byte[] bytes = pages(2);
        byte[] head = HexFormat.of().parseHex(signature);
        System.arraycopy(head, 0, bytes, 0, head.length);
        Path file = file(bytes);
        String message = Refusal.of(file);
        assertTrue(message.contains(name), message);
        assertTrue(message.contains(file.toString()), message);

        Optional<MemoryMap> map = Optional.of(MemoryMap.parse(Path.of("map"), "0-1fff @0"));
        try (MemoryImage image = ImageFormats.open(file, map)) {
            assertEquals(List.of(new AddressRange(0, 0x2000)), image.ranges(), "a map says that it is raw");
        }
    }

    @Test
    void aMapPlacesTheBytesOfARawImage() throws IOException {
        Path file = file(pages(4));
        MemoryMap map = MemoryMap.parse(Path.of("map"), "0x0-0xfff @0x1000\n0x100000000-0x1000017ff @0x2000\n");
        try (MemoryImage image = ImageFormats.open(file, Optional.of(map))) {
            assertEquals(
                    List.of(new AddressRange(0, 0x1000), new AddressRange(0x100000000L, 0x100001000L)), image.ranges());
            assertEquals(0x02020202, image.readInt(0).orElseThrow());
            assertEquals(0x03030303, image.readInt(0x100000ffcL).orElseThrow());
            assertInstanceOf(Observed.NotCaptured.class, image.page(0x1000));
            assertTrue(image.notes().getFirst().contains("0x100001000..0x100001800"), image.notes()::toString);
        }
    }

    @Test
    void aMapThatReachesPastTheFileIsRefusedWithItsLine() throws IOException {
        Path file = file(pages(2));
        MemoryMap map = MemoryMap.parse(Path.of("ram.map"), "# low\n0-fff @0\n2000-2fff @2000\n");
        String message =
                Refusal.of(() -> ImageFormats.open(file, Optional.of(map)).close());
        assertTrue(message.contains("ram.map line 3"), message);
    }

    @Test
    void aFileOfMoreThanTwoGibibytesIsMappedWhole() throws IOException {
        Path file = directory.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(pages(1)), (9L << 30) - 4096);
        }
        try (MemoryImage image = ImageFormats.open(file)) {
            assertEquals(List.of(new AddressRange(0, 9L << 30)), image.ranges());
            assertEquals(0x01010101, image.readInt((9L << 30) - 4).orElseThrow());
            assertEquals(0, image.readInt(5L << 30).orElseThrow());
        }
    }

    @Test
    void aFileThatShrinksWhileOpenIsAnAnswerNotACrash() throws IOException {
        Path file = file(pages(64));
        try (MemoryImage image = ImageFormats.open(file)) {
            assertTrue(image.page(0x20000).isKnown());
            try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
                writer.setLength(0x10000);
            }
            assertTrue(image.page(0xf000).isKnown());
            Observed<MemorySegment> gone = image.page(0x20000);
            assertInstanceOf(Observed.Unreadable.class, gone);
            assertTrue(gone.reason().contains("became shorter"), gone::reason);
        }
    }

    @Test
    void closingUnmapsTheFile() throws IOException {
        MemoryImage image = ImageFormats.open(file(pages(2)));
        MemorySegment page = image.page(0).orElseThrow();
        image.close();
        assertThrows(IllegalStateException.class, () -> page.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    }
}
