package org.ringside.agent.integrity;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.Digest;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceTime;

/** A machine of a few pages with 4-level page tables, written by the tests: pages 1 to 4 are the tables of the last 2 MiB. */
final class SmallMachine implements PhysicalMemory {
    static final long ROOT = 0x1000;

    /** Virtual address that the first entry of the last table maps. */
    static final long KERNEL = 0xffff_ffff_ffe0_0000L;

    static final long PRESENT = 1;
    static final long WRITE = 2;
    static final long USER = 4;
    static final long NO_EXECUTE = 1L << 63;

    private static final int PAGES = 64;

    private final byte[] bytes = new byte[PAGES * PAGE_SIZE];
    private final boolean[] missing = new boolean[PAGES];

    SmallMachine() {
        for (int level = 0; level < 3; level++) {
            putLong(
                    ROOT + level * (long) PAGE_SIZE + 511 * 8,
                    (ROOT + (level + 1L) * PAGE_SIZE) | PRESENT | WRITE | USER);
        }
    }

    SmallMachine copy() {
        SmallMachine copy = new SmallMachine();
        System.arraycopy(bytes, 0, copy.bytes, 0, bytes.length);
        System.arraycopy(missing, 0, copy.missing, 0, missing.length);
        return copy;
    }

    /** Maps a page at {@link #KERNEL} + {@code slot} pages. */
    SmallMachine map(int slot, long physical, long flags) {
        putLong(0x4000 + slot * 8L, flags == 0 ? 0 : physical | flags);
        return this;
    }

    SmallMachine put(long address, int... values) {
        for (int i = 0; i < values.length; i++) {
            bytes[(int) address + i] = (byte) values[i];
        }
        return this;
    }

    SmallMachine lose(long address) {
        missing[(int) (address >>> PAGE_SHIFT)] = true;
        return this;
    }

    private void putLong(long address, long value) {
        MemorySegment.ofArray(bytes).set(LittleEndian.LONG, address, value);
    }

    static MachineState state() {
        Map<String, Long> values = Map.of("cr0", 0x8005_0033L, "cr3", ROOT, "cr4", 0x20L, "efer", 0xd01L);
        return new MachineState(List.of(new CpuRegisters(0, new TreeMap<>(values))), List.of());
    }

    static SnapshotInfo snapshot(long id, String name) {
        Digest digest = Digest.of(new byte[Digest.LENGTH]);
        SourceInfo source = new SourceInfo(1, name, "test", 0, digest, new TraceTime(0), List.of());
        return new SnapshotInfo(
                new SnapshotId(id), name, "machine", new TraceTime(id), digest, List.of(), PAGES, 0, false, source);
    }

    @Override
    public List<AddressRange> ranges() {
        return List.of(new AddressRange(0, bytes.length));
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        return page < 0 || page >= bytes.length || missing[(int) (page >>> PAGE_SHIFT)]
                ? new Observed.NotCaptured<>(page, PAGE_SIZE)
                : Observed.known(MemorySegment.ofArray(bytes).asReadOnly().asSlice(page, PAGE_SIZE));
    }
}
