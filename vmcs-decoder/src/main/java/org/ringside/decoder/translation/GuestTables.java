package org.ringside.decoder.translation;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;

/** The tables that translate the physical addresses of a guest: Intel's extended page tables or AMD's nested page tables. */
public interface GuestTables {
    /** The way of a guest-physical address, every entry decoded. */
    TableWalk walk(long guestPhysical);

    /** The translation alone, without decoded entries. */
    Observed<Translation> translate(long guestPhysical);

    /** All mappings, merged into ranges, read as the caller asks. */
    TableRanges ranges(TableLimits limits);

    /** The space of the addresses translated. */
    AddressSpace guestSpace();
}
