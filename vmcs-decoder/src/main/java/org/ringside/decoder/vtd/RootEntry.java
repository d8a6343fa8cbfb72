package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * An entry of the root table: one PCI bus (VT-d specification, sections 9.1 and 9.2).
 *
 * @param bus 0 to 255
 * @param address physical address of its first byte
 * @param low bits 63:0
 * @param high bits 127:64
 * @param scalable whether the table is one of scalable mode, with a context table for each half of the functions
 */
public record RootEntry(int bus, long address, long low, long high, boolean scalable) {
    static final int BYTES = 16;

    public boolean present() {
        return (low & 1) != 0 || (scalable && (high & 1) != 0);
    }

    /** Physical address of the bus's context table; in scalable mode that of functions 00.0 to 0f.7, where it is present, else the other. */
    public long contextTable() {
        return scalable && (low & 1) == 0 ? high & -4096L : low & -4096L;
    }

    /** Physical addresses of its present context tables. */
    public List<Long> contextTables() {
        List<Long> tables = new ArrayList<>();
        if ((low & 1) != 0) {
            tables.add(low & -4096L);
        }
        if (scalable && (high & 1) != 0) {
            tables.add(high & -4096L);
        }
        return tables;
    }

    /** Physical address of the context entry of a function of this bus; empty where its table is not present. */
    public Optional<Long> contextEntry(RequesterId device) {
        int function = device.value() & 0xff;
        if (!scalable) {
            return present() ? Optional.of((low & -4096L) + (long) function * ContextEntry.BYTES) : Optional.empty();
        }
        long half = function < 128 ? low : high;
        return (half & 1) != 0
                ? Optional.of((half & -4096L) + (long) (function & 0x7f) * ScalableContextEntry.BYTES)
                : Optional.empty();
    }

    BitFieldLayout lowLayout() {
        return scalable ? ScalableLayouts.ROOT_LOW : VtdLayouts.ROOT_LOW;
    }

    BitFieldLayout highLayout() {
        return scalable ? ScalableLayouts.ROOT_HIGH : VtdLayouts.ROOT_HIGH;
    }

    public ByteSpan span() {
        return ByteSpan.physical(address, BYTES);
    }

    /** Every bit of it. */
    public StructureNode.Structure toStructure() {
        return new StructureNode.Structure(
                "Root Entry %d".formatted(bus),
                present() ? "bus %02x, context table at 0x%x".formatted(bus, contextTable()) : "not present",
                Optional.of(span()),
                Optional.of(lowLayout().reference()),
                List.of(),
                List.of(
                        lowLayout()
                                .decode("bits 63:0", Observed.known(low), Optional.of(ByteSpan.physical(address, 8))),
                        highLayout()
                                .decode(
                                        "bits 127:64",
                                        Observed.known(high),
                                        Optional.of(ByteSpan.physical(address + 8, 8)))));
    }
}
