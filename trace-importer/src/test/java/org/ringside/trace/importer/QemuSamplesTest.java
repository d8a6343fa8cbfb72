package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.importer.qemu.RegistersText;

/** One machine at one moment, written by QEMU and makedumpfile in each format: all must show the same bytes and registers. */
class QemuSamplesTest {
    private static final int MEMORY = 2 << 20;
    private static final AddressRange FIRMWARE = new AddressRange(0xffff0000L, 0x1_0000_0000L);

    @TempDir
    Path directory;

    private MemoryImage open(String name, byte[] bytes) throws IOException {
        return ImageFormats.open(Files.write(directory.resolve(name), bytes));
    }

    private static byte[] bytes(MemoryImage image, long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        for (long page = from; page < to; page += 4096) {
            byte[] one = image.page(page).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
            System.arraycopy(one, 0, bytes, (int) (page - from), 4096);
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-long-mode, elf, ELF core (QEMU dump-guest-memory)",
        "qemu-long-mode, kdump-zlib, kdump-compressed (QEMU dump-guest-memory)",
        "qemu-long-mode, kdump-zlib-flat, 'kdump-compressed, flattened (QEMU dump-guest-memory)'",
        "qemu-real-mode, elf, ELF core (QEMU dump-guest-memory)",
        "qemu-real-mode, kdump-zlib, kdump-compressed (QEMU dump-guest-memory)",
        "qemu-real-mode, kdump-zlib-flat, 'kdump-compressed, flattened (QEMU dump-guest-memory)'",
    })
    void everyPageIsThatOfTheRawMemory(String machine, String form, String format) throws IOException {
        byte[] raw = Samples.image(machine + ".raw");
        try (MemoryImage image = open("named-like-nothing", Samples.image(machine + "." + form))) {
            assertEquals(format, image.format());
            assertEquals(List.of(new AddressRange(0, MEMORY), FIRMWARE), image.ranges());
            // The CPU sees the firmware's last 64 KiB at 0xf0000 too; the dump has the RAM that is hidden below.
            assertArrayEquals(copy(raw, 0, 0xe0000), bytes(image, 0, 0xe0000));
            assertArrayEquals(copy(raw, 0x100000, MEMORY), bytes(image, 0x100000, MEMORY));
            assertArrayEquals(copy(raw, 0xf0000, 0x100000), bytes(image, FIRMWARE.start(), FIRMWARE.end()));
            assertInstanceOf(Observed.NotCaptured.class, image.page(MEMORY));
            assertEquals(List.of(), image.notes());
            assertEquals(form.equals("elf"), image.extents().isPresent());
        }
    }

    private static byte[] copy(byte[] raw, int from, int to) {
        return java.util.Arrays.copyOfRange(raw, from, to);
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-long-mode, elf",
        "qemu-long-mode, kdump-zlib-flat",
        "qemu-real-mode, elf",
        "qemu-real-mode, kdump-zlib",
    })
    void registersAreThoseOfTheMonitor(String machine, String form) throws IOException {
        List<CpuRegisters> monitor = RegistersText.read(Samples.text(machine + ".registers.txt"))
                .state()
                .cpus();
        try (MemoryImage image = open("dump", Samples.image(machine + "." + form))) {
            List<CpuRegisters> dumped = image.state().cpus();
            assertEquals(2, dumped.size());
            for (int cpu = 0; cpu < 2; cpu++) {
                int compared = 0;
                for (Map.Entry<String, Long> register :
                        monitor.get(cpu).values().entrySet()) {
                    String name = register.getKey().replaceFirst("^e(?=[a-ds][xpi]|bp|di)", "r");
                    Optional<Long> value = dumped.get(cpu).get(name).toOptional();
                    if (value.isPresent()) {
                        assertEquals(register.getValue(), value.get(), name + " of CPU " + cpu);
                        compared++;
                    }
                }
                int expected = machine.equals("qemu-long-mode") && cpu == 0 ? 16 : 8;
                assertEquals(expected + 2 + 8 * 4 + 2 * 2 + 4, compared, "registers compared");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qemu-long-mode", "qemu-real-mode"})
    void noteOfTheCpusIsReadWhereQemusOwnIsMissing(String machine) throws IOException {
        byte[] core = Samples.image(machine + ".elf");
        for (int i = 0; i + 4 < 4096; i++) {
            if (core[i] == 'Q' && core[i + 1] == 'E' && core[i + 2] == 'M' && core[i + 3] == 'U') {
                core[i] = 'X';
            }
        }
        try (MemoryImage image = open("core", core)) {
            CpuRegisters first = image.state().cpus().getFirst();
            assertEquals(2, image.state().cpus().size());
            if (machine.equals("qemu-long-mode")) {
                assertEquals(0x0123456789abcdefL, first.get("rbx").orElseThrow());
                assertEquals(0xfedcba9876543210L, first.get("r15").orElseThrow());
                assertEquals(8, first.get("cs.selector").orElseThrow());
            } else {
                assertEquals(0x52494e47, first.get("ebx").orElseThrow());
                assertEquals(0xf000, first.get("cs.selector").orElseThrow());
            }
            assertEquals(2, image.notes().size(), image.notes()::toString);
            assertTrue(image.notes().getFirst().contains("\"XEMU\""), image.notes()::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qemu-long-mode", "qemu-real-mode"})
    void theMachinesOwnMemoryTreeIsAMap(String machine) throws IOException {
        MemoryMap map = MemoryMap.parse(Path.of("mtree"), Samples.text(machine + ".mtree.txt"));
        Path file = Files.write(directory.resolve("ram"), Samples.image(machine + ".raw"));
        try (MemoryImage image = ImageFormats.open(file, Optional.of(map))) {
            List<AddressRange> ranges = new ArrayList<>(image.ranges());
            assertEquals(0, ranges.getFirst().start());
            assertEquals(MEMORY, ranges.getLast().end());
            assertEquals(0x20000, image.readInt(0x20000).orElseThrow());
        }
    }
}
