package org.ringside.decoder.ept;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/** The sub-page-permission table: which 128-byte parts of a page may be written (SDM vol. 3, 29.3.4). */
public final class SubPagePermissions {
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final long ODD_BITS = 0xaaaa_aaaa_aaaa_aaaaL;
    private static final long RESERVED = 0xfff0_0000_0000_0ffeL;

    private final PhysicalMemory memory;
    private final long pointer;

    /**
     * @param memory holds the tables
     * @param pointer the SPPTP of the VMCS
     */
    public SubPagePermissions(PhysicalMemory memory, long pointer) {
        this.memory = memory;
        this.pointer = pointer;
    }

    /**
     * The permissions of a guest-physical page.
     *
     * @param vector bit {@code 2 * n} is 1 if the 128 bytes at {@code 128 * n} may be written
     * @param entries the entries read, root first
     */
    public record Permissions(long vector, List<StructureNode> entries) {
        public Permissions {
            entries = List.copyOf(entries);
        }

        /** Whether the byte at {@code offset}, 0 to 4095, may be written. */
        public boolean mayWrite(int offset) {
            return ((vector >>> (2 * (offset >>> 7))) & 1) != 0;
        }
    }

    /** Looks a page up; an entry that is not valid is an SPP miss, a reserved bit an SPP misconfiguration. */
    public Observed<Permissions> of(long guestPhysical) {
        List<StructureNode> entries = new ArrayList<>();
        long table = pointer & ADDRESS;
        for (int level = 4; level >= 1; level--) {
            long address = table + (guestPhysical >>> (12 + 9 * (level - 1)) & 0x1ff) * 8;
            if (!(memory.readLong(address) instanceof Observed.Known<Long>(Long entry))) {
                return memory.readLong(address).map(value -> new Permissions(value, List.of()));
            }
            if (level == 1) {
                return (entry & ODD_BITS) != 0
                        ? new Observed.Malformed<>(
                                "SPP misconfiguration: the vector at 0x%x has odd bits set".formatted(address))
                        : Observed.known(new Permissions(entry, entries));
            }
            entries.add(EptLayouts.SPP_TABLE.decode(
                    "SPP L%dE".formatted(level), Observed.known(entry), Optional.of(ByteSpan.physical(address, 8))));
            if ((entry & 1) == 0) {
                return new Observed.NotApplicable<>("SPP miss: the entry at 0x%x is not valid".formatted(address));
            }
            if ((entry & RESERVED) != 0) {
                return new Observed.Malformed<>(
                        "SPP misconfiguration: the entry at 0x%x has reserved bits set".formatted(address));
            }
            table = entry & ADDRESS;
        }
        throw new IllegalStateException("level 1 returns");
    }
}
