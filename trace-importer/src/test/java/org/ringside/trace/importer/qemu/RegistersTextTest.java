package org.ringside.trace.importer.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.RecordedTraces;

class RegistersTextTest {
    private static final String LONG_MODE = """
            (qemu) info registers -a

            CPU#0
            RAX=0000000017b75930 RBX=00000000005b5438 RCX=0000000000000000 RDX=00000000005eb230
            R8 =0000000000000007 R9 =0000000017b74970 R10=e7e8bcfbda5c2263 R11=0000000000000202
            RIP=ffffffff81c00be0 RFL=00000046 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
            ES =0000 0000000000000000 00000000 00000000
            CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
            GS =0000 ff1100000f400000 00000000 00000000
            LDT=0000 0000000000000000 00000000 00008200 DPL=0 LDT
            TR =0040 fffffe0000003000 00004087 00008900 DPL=0 TSS64-avl
            GDT=     fffffe0000001000 0000007f
            IDT=     fffffe0000000000 00000fff
            CR0=80050033 CR2=00000000005e3c80 CR3=0000000006a80000 CR4=00751ef0
            DR0=0000000000000000 DR1=0000000000000000 DR2=0000000000000000 DR3=0000000000000000\s
            DR6=00000000ffff0ff0 DR7=0000000000000400
            EFER=0000000000000d01
            FCW=037f FSW=0000 [ST=0] FTW=00 MXCSR=00001f80
            FPR0=8000000000000001 3fff FPR1=0000000000000000 0000
            YMM01=0000000000000003 0000000000000002 ffff000000000001 ffff000000000000
            XMM02=00000000000000020000000000000001
            IA32_LSTAR=ffffffff81c00080
            IA32_KERNEL_GS_BASE=0000000000000000

            CPU#1
            RAX=0000000000000001
            CR3=0000000000001000
            """;

    private static long register(MachineState state, int vcpu, String name) {
        return state.cpus().get(vcpu).get(name).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            rax, 17b75930
            r8, 7
            r10, e7e8bcfbda5c2263
            rip, ffffffff81c00be0
            rflags, 46
            hlt, 1
            cs.selector, 10
            cs.limit, ffffffff
            cs.access, a09b
            gs.base, ff1100000f400000
            ldtr.access, 82
            tr.base, fffffe0000003000
            tr.limit, 4087
            tr.access, 89
            gdtr.base, fffffe0000001000
            gdtr.limit, 7f
            idtr.limit, fff
            cr0, 80050033
            cr3, 6a80000
            cr4, 751ef0
            dr6, ffff0ff0
            efer, d01
            mxcsr, 1f80
            fpr0.mantissa, 8000000000000001
            fpr0.exponent, 3fff
            ymm1.0, ffff000000000000
            ymm1.3, 3
            xmm2.0, 1
            xmm2.1, 2
            ia32_lstar, ffffffff81c00080
            ia32_kernel_gs_base, 0
            """)
    void everyRegisterIsRead(String name, String value) {
        RegistersText text = RegistersText.read(LONG_MODE);
        assertEquals(Long.parseUnsignedLong(value, 16), register(text.state(), 0, name));
    }

    @Test
    void cpusAreKeptApartAndOtherLinesAreNoted() {
        RegistersText text = RegistersText.read(LONG_MODE);
        assertEquals(
                List.of(0, 1),
                text.state().cpus().stream().map(CpuRegisters::vcpu).toList());
        assertEquals(1, register(text.state(), 1, "rax"));
        assertInstanceOf(Observed.Unreadable.class, text.state().cpus().get(1).get("rbx"));
        assertEquals(1, text.notes().size(), text.notes()::toString);
        assertTrue(text.notes().getFirst().startsWith("Line 1 was not understood"), text.notes()::toString);
    }

    @Test
    void thirtyTwoBitRegistersKeepTheirNames() {
        MachineState state = RegistersText.read("""
                EAX=00000001 EBX=00000002 ECX=00000003 EDX=00000663
                EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0
                CS =f000 ffff0000 0000ffff 00009b00
                GDT=     00000000 0000ffff
                """).state();
        assertEquals(1, register(state, 0, "eax"));
        assertFalse(state.cpus().getFirst().get("rax").isKnown(), "the upper half was not shown");
        assertEquals(0xfff0, register(state, 0, "rip"));
        assertEquals(2, register(state, 0, "rflags"));
        assertEquals(0xffff0000L, register(state, 0, "cs.base"));
        assertEquals(0xffff, register(state, 0, "gdtr.limit"));
    }

    @Test
    void aCpuGivenTwiceKeepsTheFirst() {
        RegistersText text =
                RegistersText.read("CPU#0\nRAX=0000000000000001\nCPU#0\nRAX=0000000000000002\nRBX=0000000000000003\n");
        assertEquals(1, register(text.state(), 0, "rax"));
        assertFalse(text.state().cpus().getFirst().get("rbx").isKnown());
        assertTrue(text.notes().getFirst().contains("Line 3"), text.notes()::toString);
    }

    @Test
    void aHostileTextStaysSmall() {
        assertEquals(
                200 + 1, RegistersText.read("a\n".repeat(2_000_000)).notes().size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 600_000; i++) {
            text.append("Z%07d=0\n".formatted(i));
        }
        RegistersText read = RegistersText.read(text.toString());
        assertEquals(1 << 19, read.state().cpus().getFirst().values().size());
        assertEquals(1, read.notes().size(), read.notes()::toString);
    }

    @Test
    void dumpsBecomeDevices() {
        RegistersText text = RegistersText.read("""
                00000000fed90000: 0x00000010 0x00000000 0x222f0686 0x00d2008c
                00000000fed90010: 0x00f00f4a 0x00000000
                00000000fbffc000: 0x0000000000000010 0x00c40780106f0462
                00000000fec00000: 0x12 0x34
                00000000fec00002: 0x5678
                00000000fec00002: 0x9999
                00000000fec00004: 0x123
                """);
        List<DeviceRegisters> devices = text.state().devices();
        assertEquals(
                List.of("dmar0 fbffc000 16", "mmio-fec00000 fec00000 4", "dmar1 fed90000 24"),
                devices.stream()
                        .map(device -> "%s %x %d"
                                .formatted(
                                        device.name(),
                                        device.base(),
                                        device.bytes().byteSize()))
                        .toList());
        assertEquals(0x56783412, devices.get(1).bytes().get(LittleEndian.INT, 0));
        assertTrue(devices.get(1).bytes().isReadOnly());
        assertEquals(2, text.notes().size(), text.notes()::toString);
        assertTrue(text.notes().getFirst().startsWith("Line 7"), text.notes()::toString);
        assertTrue(text.notes().getLast().contains("0xfec00002"), text.notes()::toString);
    }

    @Test
    void theRecordedRegistersAreReadWhole() throws IOException {
        RegistersText before = RegistersText.read(RecordedTraces.require("regs-before.txt"));
        assertEquals(List.of(), before.notes());
        assertEquals(0x6a80000, register(before.state(), 0, "cr3"));
        assertEquals(0x751ef0, register(before.state(), 0, "cr4"));
        DeviceRegisters unit = before.state().devices().getFirst();
        assertEquals("dmar0", unit.name());
        assertEquals(0xfed90000L, unit.base());
        assertEquals(0x100, unit.bytes().byteSize());
        assertEquals(0x61cc000, unit.bytes().get(LittleEndian.LONG, 0x20));
        assertEquals(
                List.of(),
                RegistersText.read(RecordedTraces.require("regs-after.txt")).notes());
    }

    @Test
    void aFileWithoutRegistersIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("letter.txt"), "Dear Sir,\nRAX is a register.\n");
        assertThrows(ImportException.class, () -> RegistersText.parse(file));
        assertThrows(ImportException.class, () -> RegistersText.parse(directory));
        assertThrows(ImportException.class, () -> RegistersText.parse(directory.resolve("none")));
    }
}
