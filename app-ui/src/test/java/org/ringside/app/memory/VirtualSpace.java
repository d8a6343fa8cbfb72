package org.ringside.app.memory;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.trace.MachineState;

/** A small address space of 4-level page tables. */
final class VirtualSpace {
    static final long CR3 = 0x1000;

    /** Where {@link #kernel} maps 2 MiB from physical 0x200000 on. */
    static final long KERNEL = 0xffffffff80000000L;

    /** Present and writable. */
    static final long PRESENT = 3;

    private static final long LARGE = 1 << 7;

    private VirtualSpace() {}

    /** 4 MiB of memory with page tables at {@link #CR3}. */
    static SparseMemory kernel() {
        return SparseMemory.ofSize(0x400000)
                .putLong(0x1000 + 511 * 8, 0x2000 | PRESENT)
                .putLong(0x2000 + 510 * 8, 0x3000 | PRESENT)
                .putLong(0x3000, 0x200000 | PRESENT | LARGE);
    }

    /** Maps one page of the user's half, at 0x400000 + {@code index} pages. */
    static SparseMemory map(SparseMemory memory, int index, long physical) {
        return memory.putLong(0x1000, 0x5000 | PRESENT)
                .putLong(0x5000, 0x6000 | PRESENT)
                .putLong(0x6000 + 2 * 8, 0x7000 | PRESENT)
                .putLong(0x7000 + index * 8L, physical | PRESENT);
    }

    /** One CPU in 64-bit mode. */
    static MachineState registers(long cr3) {
        TreeMap<String, Long> registers = new TreeMap<>(
                Map.of("cr0", 0x80000001L, "cr3", cr3, "cr4", 0x20L, "efer", 0x500L, "rip", KERNEL + 0x34567));
        return new MachineState(List.of(new CpuRegisters(0, registers)), List.of());
    }
}
