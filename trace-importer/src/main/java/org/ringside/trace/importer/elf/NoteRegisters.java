package org.ringside.trace.importer.elf;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;

/** Registers in the notes of cores, by the layouts' field order. */
final class NoteRegisters {
    /** {@code QEMUCPUState} version 1: version and size (4 bytes each), then these (8 bytes each). */
    private static final List<String> QEMU_GENERAL = List.of(
            "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "rip", "rflags");

    /** Then these: selector, limit, flags, padding (4 bytes each), base (8 bytes). */
    private static final List<String> QEMU_SEGMENTS =
            List.of("cs", "ds", "es", "fs", "gs", "ss", "ldtr", "tr", "gdtr", "idtr");

    /** Then CR0 to CR4, CR1 being a filler, and the base that SWAPGS exchanges; the last is missing in old versions. */
    private static final int QEMU_CONTROL = 8 + 18 * 8 + 10 * 24;

    private static final int QEMU_SIZE = QEMU_CONTROL + 5 * 8;

    /** {@code elf_prstatus} of x86-64: 112 bytes of signal and process, then {@code user_regs_struct}. */
    private static final List<String> PRSTATUS_64 = List.of(
            "r15",
            "r14",
            "r13",
            "r12",
            "rbp",
            "rbx",
            "r11",
            "r10",
            "r9",
            "r8",
            "rax",
            "rcx",
            "rdx",
            "rsi",
            "rdi",
            "orig_rax",
            "rip",
            "cs.selector",
            "rflags",
            "rsp",
            "ss.selector",
            "fs.base",
            "gs.base",
            "ds.selector",
            "es.selector",
            "fs.selector",
            "gs.selector");

    private static final int PRSTATUS_64_SIZE = 336;
    private static final int PRSTATUS_64_REGISTERS = 112;

    /** {@code elf_prstatus} of i386: 72 bytes, then these (4 bytes each). */
    private static final List<String> PRSTATUS_32 = List.of(
            "ebx",
            "ecx",
            "edx",
            "esi",
            "edi",
            "ebp",
            "eax",
            "ds.selector",
            "es.selector",
            "fs.selector",
            "gs.selector",
            "orig_eax",
            "rip",
            "cs.selector",
            "rflags",
            "esp",
            "ss.selector");

    private static final int PRSTATUS_32_SIZE = 144;
    private static final int PRSTATUS_32_REGISTERS = 72;

    private NoteRegisters() {}

    /** QEMU's own note, {@code QEMUCPUState}; empty if its version or size is another. */
    static Optional<SortedMap<String, Long>> qemu(FileContent file, long at, long size) throws ImportException {
        if (size < QEMU_SIZE || file.u32(at, "QEMUCPUState version") != 1) {
            return Optional.empty();
        }
        SortedMap<String, Long> values = new TreeMap<>();
        long field = at + 8;
        for (String name : QEMU_GENERAL) {
            values.put(name, file.u64(field, name));
            field += 8;
        }
        for (String name : QEMU_SEGMENTS) {
            boolean table = name.equals("gdtr") || name.equals("idtr");
            if (!table) {
                values.put(name + ".selector", file.u32(field, name));
                // The descriptor's upper half; the SDM's access rights are its bits 8..15 and 20..23, moved down by 8.
                values.put(name + ".access", (file.u32(field + 8, name) >>> 8) & 0xf0ff);
            }
            values.put(name + ".limit", file.u32(field + 4, name));
            values.put(name + ".base", file.u64(field + 16, name));
            field += 24;
        }
        for (int number : new int[] {0, 2, 3, 4}) {
            values.put("cr" + number, file.u64(at + QEMU_CONTROL + number * 8L, "cr" + number));
        }
        if (size >= QEMU_SIZE + 8) {
            values.put("ia32_kernel_gs_base", file.u64(at + QEMU_SIZE, "kernel_gs_base"));
        }
        return Optional.of(values);
    }

    /** {@code NT_PRSTATUS}; empty if its size is neither that of x86-64 nor that of i386. */
    static Optional<SortedMap<String, Long>> prstatus(FileContent file, long at, long size) throws ImportException {
        SortedMap<String, Long> values = new TreeMap<>();
        if (size == PRSTATUS_64_SIZE) {
            long field = at + PRSTATUS_64_REGISTERS;
            for (String name : PRSTATUS_64) {
                values.put(name, file.u64(field, name));
                field += 8;
            }
        } else if (size == PRSTATUS_32_SIZE) {
            long field = at + PRSTATUS_32_REGISTERS;
            for (String name : PRSTATUS_32) {
                values.put(name, file.u32(field, name));
                field += 4;
            }
        } else {
            return Optional.empty();
        }
        return Optional.of(values);
    }
}
