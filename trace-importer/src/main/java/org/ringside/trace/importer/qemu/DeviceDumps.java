package org.ringside.trace.importer.qemu;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.trace.importer.mapped.Notes;

/** Gathers the lines of {@code xp} dumps into runs of addresses. Used once. */
final class DeviceDumps {
    private static final int MAXIMUM_RUNS = 4096;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<Run> runs = new ArrayList<>();

    private record Run(long base, ByteArrayOutputStream bytes) {
        long end() {
            return base + bytes.size();
        }
    }

    /**
     * Adds one line.
     *
     * @param address of its first byte
     * @param words hexadecimal with {@code 0x}, separated by blanks; the number of digits gives the size: 2, 4, 8 or 16
     * @return whether the line was understood
     */
    boolean add(long address, String words) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (String word : words.split(" +", -1)) {
            int digits = word.length() - 2;
            if (digits != 2 && digits != 4 && digits != 8 && digits != 16) {
                return false;
            }
            long value = Long.parseUnsignedLong(word, 2, word.length(), 16);
            for (int i = 0; i < digits / 2; i++) {
                line.write((int) (value >>> (8 * i)));
            }
        }
        if (runs.isEmpty() || runs.getLast().end() != address) {
            if (runs.size() == MAXIMUM_RUNS) {
                return false;
            }
            runs.add(new Run(address, new ByteArrayOutputStream()));
        }
        runs.getLast().bytes().writeBytes(line.toByteArray());
        return true;
    }

    /** The devices, by address. */
    List<DeviceRegisters> build(Notes notes) {
        runs.sort(Comparator.comparing(Run::base, Long::compareUnsigned));
        List<DeviceRegisters> devices = new ArrayList<>();
        int units = 0;
        long end = 0;
        for (Run run : runs) {
            if (!devices.isEmpty() && Long.compareUnsigned(run.base(), end) < 0) {
                notes.add("A second dump of address 0x%x was left out.".formatted(run.base()));
                continue;
            }
            end = run.end();
            MemorySegment bytes =
                    MemorySegment.ofArray(run.bytes().toByteArray()).asReadOnly();
            String name = isRemappingUnit(run.base(), bytes) ? "dmar" + units++ : "mmio-%x".formatted(run.base());
            devices.add(new DeviceRegisters(name, run.base(), bytes));
        }
        return devices;
    }

    /**
     * Whether this looks like the registers of a VT-d remapping unit: at 0xfed90000..0xfed9f000, where chipsets and QEMU have them, or on any
     * page with a sensible version and capability register (VT-d specification, 11.4.1 and 11.4.2).
     */
    static boolean isRemappingUnit(long base, MemorySegment bytes) {
        if ((base & 0xfff) != 0) {
            return false;
        }
        if (base >= 0xfed90000L && base <= 0xfed9f000L) {
            return true;
        }
        if (bytes.byteSize() < 16) {
            return false;
        }
        int version = bytes.get(INT, 0);
        long capability = bytes.get(LONG, 8);
        long maximumGuestAddressWidth = ((capability >>> 16) & 0x3f) + 1;
        boolean adjustedWidths = ((capability >>> 8) & 0x1f) != 0;
        return (version & 0xffffff00) == 0
                && version >>> 4 >= 1
                && adjustedWidths
                && maximumGuestAddressWidth >= 32
                && capability != -1;
    }
}
