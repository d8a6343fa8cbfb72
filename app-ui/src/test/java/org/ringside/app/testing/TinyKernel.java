package org.ringside.app.testing;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;

/**
 * Memory of 64 pages with 4-level page tables for the last 2 MiB of addresses and a remapping unit with one bus, written by the tests: pages
 * 1 to 4 are the page tables, 8 the root table, 9 the context table, 10 to 12 the second-stage tables of domain 5.
 */
public final class TinyKernel implements PhysicalMemory {
    /** Virtual address of slot 0. */
    public static final long KERNEL = 0xffff_ffff_ffe0_0000L;

    public static final long PAGE_TABLES = 0x1000;
    public static final long ROOT_TABLE = 0x8000;
    public static final long CONTEXT_TABLE = 0x9000;
    public static final long WRITE = 2;
    public static final long NO_EXECUTE = 1L << 63;
    public static final int DOMAIN = 5;

    private static final int PAGES = 64;
    private static final long PRESENT = 1;
    private static final long READ_WRITE = 3;
    private static final long UNIT = 0xfed9_0000L;

    private final byte[] bytes = new byte[PAGES * PAGE_SIZE];

    public TinyKernel() {
        for (int level = 0; level < 3; level++) {
            putLong(PAGE_TABLES + (long) level * PAGE_SIZE + 511 * 8, (0x2000 + (long) level * PAGE_SIZE) | READ_WRITE);
        }
        putLong(ROOT_TABLE, CONTEXT_TABLE | PRESENT);
        putLong(0xa000, 0xb000 | READ_WRITE);
        putLong(0xb000, 0xc000 | READ_WRITE);
    }

    public TinyKernel copy() {
        TinyKernel copy = new TinyKernel();
        System.arraycopy(bytes, 0, copy.bytes, 0, bytes.length);
        return copy;
    }

    /** Maps a page at {@link #KERNEL} + {@code slot} pages. */
    public TinyKernel map(int slot, long physical, long flags) {
        return putLong(0x4000 + slot * 8L, physical | PRESENT | flags);
    }

    /** Gives a function of bus 0 a context entry in {@link #DOMAIN}, with 3-level tables. */
    public TinyKernel device(int device, int function) {
        long entry = CONTEXT_TABLE + (device << 3 | function) * 16L;
        putLong(entry, 0xa000 | PRESENT);
        return putLong(entry + 8, 1 | DOMAIN << 8);
    }

    /** Lets {@link #DOMAIN} reach a page at a DMA address of {@code slot} pages. */
    public TinyKernel reach(int slot, long physical) {
        return putLong(0xc000 + slot * 8L, physical | READ_WRITE);
    }

    public TinyKernel put(long address, int... values) {
        for (int i = 0; i < values.length; i++) {
            bytes[(int) address + i] = (byte) values[i];
        }
        return this;
    }

    public TinyKernel putLong(long address, long value) {
        MemorySegment.ofArray(bytes).set(LittleEndian.LONG, address, value);
        return this;
    }

    /** Registers that select {@link #PAGE_TABLES}, without the remapping unit's. */
    public static MachineState cpuOnly() {
        Map<String, Long> values = Map.of("cr0", 0x8005_0033L, "cr3", PAGE_TABLES, "cr4", 0x20L, "efer", 0xd01L);
        return new MachineState(List.of(new CpuRegisters(0, new TreeMap<>(values))), List.of());
    }

    /** The same with the registers of the remapping unit, translation on. */
    public static MachineState withUnit() {
        MemorySegment registers = MemorySegment.ofArray(new byte[256]);
        registers.set(LittleEndian.INT, 0, 0x10);
        registers.set(LittleEndian.LONG, 8, 0x00d2_0080_0062_0206L);
        registers.set(LittleEndian.INT, 0x1c, 0xc000_0000);
        registers.set(LittleEndian.LONG, 0x20, ROOT_TABLE);
        return new MachineState(cpuOnly().cpus(), List.of(new DeviceRegisters("dmar0", UNIT, registers.asReadOnly())));
    }

    @Override
    public List<AddressRange> ranges() {
        return List.of(new AddressRange(0, bytes.length));
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        return page < 0 || page >= bytes.length
                ? new Observed.NotCaptured<>(page, PAGE_SIZE)
                : Observed.known(MemorySegment.ofArray(bytes).asReadOnly().asSlice(page, PAGE_SIZE));
    }
}
