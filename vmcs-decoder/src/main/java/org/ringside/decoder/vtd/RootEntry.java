package org.ringside.decoder.vtd;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * An entry of the root table in legacy mode: one PCI bus (VT-d specification, section 9.1).
 *
 * @param bus 0 to 255
 * @param address physical address of its first byte
 * @param low bits 63:0
 * @param high bits 127:64
 */
public record RootEntry(int bus, long address, long low, long high) {
    static final int BYTES = 16;

    public boolean present() {
        return (low & 1) != 0;
    }

    /** Physical address of the bus's context table. */
    public long contextTable() {
        return low & -4096L;
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
                Optional.of(VtdLayouts.ROOT_LOW.reference()),
                List.of(),
                List.of(
                        VtdLayouts.ROOT_LOW.decode(
                                "bits 63:0", Observed.known(low), Optional.of(ByteSpan.physical(address, 8))),
                        VtdLayouts.ROOT_HIGH.decode(
                                "bits 127:64", Observed.known(high), Optional.of(ByteSpan.physical(address + 8, 8)))));
    }
}
