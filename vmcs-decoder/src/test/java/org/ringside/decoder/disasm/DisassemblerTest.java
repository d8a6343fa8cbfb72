package org.ringside.decoder.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.Observed;

final class DisassemblerTest {
    private static Disassembler open(Disassembler.Mode mode) {
        Observed<Disassembler> opened = Disassembler.open(mode);
        Assumptions.assumeTrue(opened.isKnown(), opened.reason());
        return opened.orElseThrow();
    }

    private static MemorySegment bytes(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BITS_64 | 0f 1f 44 00 00 | nop dword ptr [rax + rax]",
                "BITS_64 | b8 37 13 00 00 | mov eax, 0x1337",
                "BITS_64 | c3 | ret",
                "BITS_64 | 0f 01 c1 | vmcall",
                "BITS_64 | 0f 78 d8 | vmread rax, rbx",
                "BITS_64 | 0f 22 d8 | mov cr3, rax",
                "BITS_32 | 66 b8 34 12 | mov ax, 0x1234",
                "BITS_16 | b8 34 12 | mov ax, 0x1234",
                "BITS_64 | 06 | .byte 0x06",
                "BITS_64 | e8 11 | .byte 0xe8; .byte 0x11",
                "BITS_64 | 48 b8 11 22 | .byte 0x48; .byte 0xb8; adc dword ptr [rdx], esp",
                "BITS_64 | 48 | .byte 0x48",
                "BITS_64 | 0f | .byte 0x0f",
            })
    void decodesEachVector(String mode, String hex, String expected) {
        try (Disassembler disassembler = open(Disassembler.Mode.valueOf(mode))) {
            List<Instruction> found = disassembler.disassemble(bytes(hex), 0x1000, 100);
            assertEquals(
                    expected,
                    String.join("; ", found.stream().map(Instruction::text).toList()));
            assertEquals(
                    hex, String.join(" ", found.stream().map(Instruction::bytes).toList()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "e8 fb ff ff ff | 0xffffffff81000000 | 0xffffffff81000000",
                "eb fe | 0x1000 | 0x1000",
                "74 10 | 0x1000 | 0x1012",
                "3e ff e0 | 0x1000 | ",
                "ff 15 00 01 00 00 | 0x1000 | ",
                "e9 00 00 00 80 | 0xffffffff81000000 | 0xffffffff01000005",
                "74 fe | 0x2 | 0x2",
            })
    void namesTheTargetOfDirectBranchesOnly(String hex, String address, @Nullable String target) {
        try (Disassembler disassembler = open(Disassembler.Mode.BITS_64)) {
            Instruction instruction =
                    disassembler.disassemble(bytes(hex), number(address), 1).getFirst();
            assertEquals(
                    target == null ? OptionalLong.empty() : OptionalLong.of(number(target)),
                    instruction.branchTarget());
        }
    }

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }

    @Test
    void namesMemoryRelativeToTheInstructionPointer() {
        try (Disassembler disassembler = open(Disassembler.Mode.BITS_64)) {
            // mov rax, [rip + 0x100]; mov rax, [rip - 0x10]; lea rax, [rip]; mov rax, [rip + 5]
            List<Instruction> found = disassembler.disassemble(
                    bytes("488b0500010000 488b05f0ffffff 488d0500000000 488b0505000000"), 0x1000, 4);
            assertEquals(
                    List.of(
                            OptionalLong.of(0x1107),
                            OptionalLong.of(0xffe),
                            OptionalLong.of(0x1015),
                            OptionalLong.of(0x1021)),
                    found.stream().map(Instruction::memoryTarget).toList());
        }
    }

    @Test
    void stopsAtTheNumberAskedFor() {
        try (Disassembler disassembler = open(Disassembler.Mode.BITS_64)) {
            MemorySegment nops = bytes("90".repeat(10_000));
            assertEquals(7, disassembler.disassemble(nops, 0, 7).size());
            assertEquals(0, disassembler.disassemble(nops, 0, 0).size());
            assertEquals(
                    10_000, disassembler.disassemble(nops, 0, Integer.MAX_VALUE).size());
            assertEquals(
                    0,
                    disassembler
                            .disassemble(MemorySegment.ofArray(new byte[0]), 0, 5)
                            .size());
        }
    }

    @Test
    void anotherThreadIsRefused() throws InterruptedException {
        try (Disassembler disassembler = open(Disassembler.Mode.BITS_64)) {
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread other = Thread.ofVirtual().start(() -> {
                try {
                    disassembler.disassemble(bytes("90"), 0, 1);
                } catch (WrongThreadException e) {
                    thrown.set(e);
                }
            });
            other.join();
            assertTrue(thrown.get() instanceof WrongThreadException);
        }
    }

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsRefused() {
        Disassembler disassembler = open(Disassembler.Mode.BITS_64);
        disassembler.close();
        disassembler.close();
        assertThrows(IllegalStateException.class, () -> disassembler.disassemble(bytes("90"), 0, 1));
    }

    @Test
    void missingLibrarySaysWhatToInstall() {
        Observed<Capstone> missing =
                Capstone.loadFirst(List.of("libnosuchthing.so.9", "/nonexistent/libcapstone.so.5"));
        assertFalse(missing.isKnown());
        assertTrue(missing.reason().contains("apt install libcapstone5"), missing.reason());
        assertTrue(missing.reason().contains("libcapstone4"), missing.reason());
        assertTrue(missing.reason().contains("libnosuchthing.so.9"), missing.reason());
    }

    @Test
    void libraryThatIsNotCapstoneIsNamed() {
        Observed<Capstone> other = Capstone.load("libc.so.6");
        Assumptions.assumeFalse(other.reason().endsWith("could not be loaded"), "no libc.so.6");
        assertEquals("libc.so.6 has no function cs_version", other.reason());
    }

    @ParameterizedTest
    @CsvSource({"4, 16, 34, 66", "5, 24, 42, 74"})
    void readsTheStructureOfBothVersions(int version, int room, int mnemonicAt, int operandsAt) {
        InstructionLayout layout = version == 4 ? InstructionLayout.VERSION_4 : InstructionLayout.VERSION_5;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment insn = arena.allocate(256);
            insn.set(ValueLayout.JAVA_LONG, 8, 0xffffffff810be3a0L);
            insn.set(ValueLayout.JAVA_SHORT, 16, (short) 5);
            MemorySegment.copy(bytes("b837130000"), 0, insn, 18, 5);
            put(insn, mnemonicAt, "mov");
            put(insn, operandsAt, "eax, 0x1337");
            assertEquals(room, layout.bytesLength());
            assertEquals(
                    new Instruction(
                            0xffffffff810be3a0L,
                            5,
                            "b8 37 13 00 00",
                            "mov",
                            "eax, 0x1337",
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            false),
                    layout.read(insn));
        }
    }

    private static void put(MemorySegment insn, int offset, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(MemorySegment.ofArray(ascii), 0, insn, offset, ascii.length);
    }
}
