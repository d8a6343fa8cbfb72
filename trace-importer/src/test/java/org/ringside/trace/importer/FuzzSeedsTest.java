package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ringside.trace.importer.avml.AvmlWriter;
import org.ringside.trace.importer.codec.Codec;
import org.ringside.trace.importer.codec.Packing;
import org.ringside.trace.importer.elf.ElfWriter;
import org.ringside.trace.importer.kdump.KdumpWriter;
import org.ringside.trace.importer.lime.LimeWriter;

/** The inputs that the fuzz tests start from are what the writers write. Run with {@code -Dringside.remake=true} to make them anew. */
class FuzzSeedsTest {
    private static final byte[] TEXT = Patterns.text(4096, 1);
    private static final byte[] NOISE = Patterns.noise(4096, 2);

    @TestFactory
    Stream<DynamicTest> eachSeedIsWhatItsWriterWrites() {
        return seeds().entrySet().stream()
                .map(seed -> DynamicTest.dynamicTest(seed.getKey(), () -> check(seed.getKey(), seed.getValue())));
    }

    private static void check(String name, byte[] expected) throws IOException {
        if (Boolean.getBoolean("ringside.remake")) {
            Path file = Path.of("src/test/resources/org/ringside/trace/importer", name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, expected);
            return;
        }
        try (InputStream in = Objects.requireNonNull(FuzzSeedsTest.class.getResourceAsStream(name), name)) {
            assertArrayEquals(expected, in.readAllBytes());
        }
    }

    private static Map<String, byte[]> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        byte[] notes = notes();
        String images = "FuzzTestInputs/anyBytesAreReadOrRefused/";
        for (boolean is64 : new boolean[] {true, false}) {
            seeds.put("elf/ElfCore" + images + (is64 ? "elf64" : "elf32"), elf(is64, notes));
            byte[] kdump = new KdumpWriter(is64, is64 ? 6 : 5, 4096, 2)
                    .machine(is64 ? "x86_64" : "i686")
                    .page(1, TEXT, Codec.LZO)
                    .page(3, TEXT, Codec.ZLIB)
                    .page(4, TEXT, Codec.SNAPPY)
                    .page(90, TEXT, Codec.ZSTD)
                    .exclude(5)
                    .notes(notes)
                    .toBytes();
            seeds.put("kdump/Kdump" + images + (is64 ? "v6-64" : "v5-32"), kdump);
            seeds.put("kdump/Flattened" + images + (is64 ? "v6-64" : "v5-32"), KdumpWriter.flatten(kdump, 7000));
        }
        seeds.put(
                "lime/Lime" + images + "two-ranges",
                new LimeWriter().range(0x1000, NOISE).range(0x5000, TEXT).toBytes());
        seeds.put(
                "avml/Avml" + images + "two-blocks",
                new AvmlWriter(3000).block(0x1000, NOISE).block(0x5000, TEXT).toBytes());
        for (Codec codec : Codec.values()) {
            seeds.put("codec/CodecFuzzTestInputs/anyBytesAreUnpackedOrRefused/" + codec, codec(codec));
        }
        seeds.put(
                "MemoryMapFuzzTestInputs/anyTextIsAMapOrRefused/own",
                ascii("# low\n0-0x9ffff @0\n100000-fffff000 @ 0xa0000\n"));
        seeds.put(
                "MemoryMapFuzzTestInputs/anyTextIsAMapOrRefused/iomem",
                ascii("00001000-0009fbff : System RAM\n  00001000-00002000 : Kernel\n"));
        seeds.put("MemoryMapFuzzTestInputs/anyTextIsAMapOrRefused/mtree", ascii("""
                        FlatView #1
                         AS "memory", root: system
                          0000000000000000-000000000009ffff (prio 0, ram): pc.ram @0000000000010000 KVM
                        """));
        seeds.put(
                "qemu/RegistersTextFuzzTestInputs/anyTextIsReadAsFarAsItGoes/long-mode",
                ascii(Samples.text("qemu-long-mode.registers.txt")
                        + "00000000fed90000: 0x00000010 0x00000000 0x222f0686 0x00d2008c\n"));
        seeds.put(
                "qemu/RegistersTextFuzzTestInputs/anyTextIsReadAsFarAsItGoes/real-mode",
                ascii(Samples.text("qemu-real-mode.registers.txt")));
        return seeds;
    }

    private static byte[] notes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ElfWriter.note("CORE", 1, new byte[336]));
        byte[] qemu = new byte[440];
        qemu[0] = 1;
        out.writeBytes(ElfWriter.note("QEMU", 0, qemu));
        out.writeBytes(ElfWriter.note("VMCOREINFO", 0, ascii("OSRELEASE=6.1.0\n")));
        return out.toByteArray();
    }

    private static byte[] elf(boolean is64, byte[] notes) {
        return new ElfWriter(is64, !is64)
                .notes(notes)
                .load(0x1000, TEXT, 0x2000)
                .load(0x1800, NOISE, 0x1000)
                .toBytes();
    }

    private static byte[] codec(Codec codec) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(List.of(Codec.values()).indexOf(codec));
        out.write(0);
        out.write(0x10);
        out.writeBytes(Packing.pack(codec, TEXT));
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
