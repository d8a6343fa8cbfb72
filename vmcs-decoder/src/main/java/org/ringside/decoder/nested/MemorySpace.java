package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableLimits;

/**
 * A physical memory that some software takes for the machine's: the host's, or that of a guest behind extended page tables, which lie in the
 * memory of the one who runs it. Immutable.
 */
public final class MemorySpace {
    private final int level;
    private final AddressSpace space;
    private final PhysicalMemory memory;
    private final Optional<Translated> translated;

    private record Translated(MemorySpace outer, ExtendedPageTables tables, EptMap map) {}

    private MemorySpace(int level, AddressSpace space, PhysicalMemory memory, Optional<Translated> translated) {
        this.level = level;
        this.space = space;
        this.memory = memory;
        this.translated = translated;
    }

    /** Host-physical memory: level 0. */
    public static MemorySpace host(PhysicalMemory memory) {
        return new MemorySpace(0, AddressSpace.physical(), memory, Optional.empty());
    }

    /** The memory of a guest whose tables lie in this memory and lead to it: one level further in. */
    public MemorySpace guest(EptContext context, TableLimits limits) {
        return guest(context, level + 1, limits);
    }

    /**
     * The memory of a guest whose tables lie in this memory and lead to it.
     *
     * @param guestLevel of the guest; more than one further in for the merged tables by which a host runs the guest of its guest
     */
    MemorySpace guest(EptContext context, int guestLevel, TableLimits limits) {
        ExtendedPageTables tables = new ExtendedPageTables(memory, space, context);
        return new MemorySpace(
                guestLevel,
                new AddressSpace.GuestPhysical(context.pointer().raw()),
                new GuestPhysicalMemory(memory, tables, limits),
                Optional.of(new Translated(this, tables, tables.map(limits))));
    }

    /** 0 for the host, n for a guest of level n − 1. */
    public int level() {
        return level;
    }

    public AddressSpace space() {
        return space;
    }

    public PhysicalMemory memory() {
        return memory;
    }

    /** The memory that holds the tables; empty for the host's. */
    public Optional<MemorySpace> outer() {
        return translated.map(Translated::outer);
    }

    /** The tables that lead to {@link #outer}; empty for the host's memory. */
    public Optional<ExtendedPageTables> tables() {
        return translated.map(Translated::tables);
    }

    /** What the tables map; empty for the host's memory. */
    public Optional<EptMap> map() {
        return translated.map(Translated::map);
    }

    /** How this memory's addresses are translated down to the host's, outermost tables first, as {@link NestedGuests} takes it. */
    public List<EptContext> path() {
        List<EptContext> path = new ArrayList<>();
        Optional<MemorySpace> at = Optional.of(this);
        while (at.flatMap(MemorySpace::tables).isPresent()) {
            path.addFirst(at.get().tables().orElseThrow().context());
            at = at.get().outer();
        }
        return path;
    }

    /** The addresses, of pages' first bytes, at which this memory has a page of the host's; empty if it does not have it. */
    public List<Long> addressesOf(long hostPhysical) {
        if (translated.isEmpty()) {
            return List.of(hostPhysical & -PhysicalMemory.PAGE_SIZE);
        }
        Translated own = translated.get();
        return own.outer().addressesOf(hostPhysical).stream()
                .flatMap(address -> own.map().guestAddressesOf(address).stream())
                .toList();
    }

    /** The host-physical address of an address of this memory, or why it has none. */
    public Observed<Long> hostPhysical(long address) {
        return translated
                .map(own -> own.tables()
                        .translate(address)
                        .flatMap(found -> own.outer().hostPhysical(found.output())))
                .orElseGet(() -> Observed.known(address));
    }

    /** For a person, for example {@code "L1 memory (EPTP 0xf09805e)"}. */
    @Override
    public String toString() {
        return translated
                .map(own -> "L%d memory (%s)"
                        .formatted(level, own.tables().context().pointer()))
                .orElse("host memory");
    }
}
