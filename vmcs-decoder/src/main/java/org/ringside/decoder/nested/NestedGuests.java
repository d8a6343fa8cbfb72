package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.GuestTables;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;

/**
 * A host and the guests in it, one within the other. Level 0 is the host, level n the guest of level n − 1; the extended or nested page tables
 * of level n lie in the physical memory of level n − 1. Immutable.
 */
public final class NestedGuests {
    private final List<PhysicalMemory> memories;
    private final List<GuestTables> tables;

    /**
     * @param host host-physical memory
     * @param guests how guest-physical addresses of level 1, 2, … are translated, in the terms of the level below
     * @param limits of the listings of what is mapped
     */
    public NestedGuests(PhysicalMemory host, List<EptContext> guests, TableLimits limits) {
        this(host, limits, guests, ExtendedPageTables::new);
    }

    private <C> NestedGuests(PhysicalMemory host, TableLimits limits, List<C> guests, TablesOf<C> tablesOf) {
        List<PhysicalMemory> levels = new ArrayList<>(List.of(host));
        List<GuestTables> all = new ArrayList<>();
        AddressSpace space = AddressSpace.physical();
        for (C guest : guests) {
            GuestTables own = tablesOf.create(levels.getLast(), space, guest);
            all.add(own);
            levels.add(new GuestPhysicalMemory(levels.getLast(), own, limits));
            space = own.guestSpace();
        }
        this.memories = List.copyOf(levels);
        this.tables = List.copyOf(all);
    }

    /** How the tables of a level are made of what decides them. */
    private interface TablesOf<C> {
        GuestTables create(PhysicalMemory memory, AddressSpace space, C context);
    }

    /**
     * The same with AMD's nested paging.
     *
     * @param host system-physical memory
     * @param guests how guest-physical addresses of level 1, 2, … are translated, in the terms of the level below
     * @param limits of the listings of what is mapped
     */
    public static NestedGuests ofNestedPaging(PhysicalMemory host, List<NptContext> guests, TableLimits limits) {
        return new NestedGuests(host, limits, guests, NestedPageTables::new);
    }

    /** The innermost level. */
    public int levels() {
        return tables.size();
    }

    /**
     * The physical memory of a level.
     *
     * @throws IndexOutOfBoundsException if there is no such level
     */
    public PhysicalMemory memory(int level) {
        return memories.get(level);
    }

    /** The tables that translate the physical addresses of {@code level}, 1 or more, to those of the level below. */
    public GuestTables guestTables(int level) {
        return tables.get(level - 1);
    }

    /**
     * Those tables where they are extended page tables.
     *
     * @throws IllegalStateException if the level uses AMD's nested paging
     */
    public ExtendedPageTables tables(int level) {
        if (tables.get(level - 1) instanceof ExtendedPageTables extended) {
            return extended;
        }
        throw new IllegalStateException("level %d has no extended page tables".formatted(level));
    }

    /** A physical address of {@code level} followed to host-physical memory. */
    public Journey physical(int level, long address) {
        List<Journey.Stage> stages = new ArrayList<>();
        return descend(address, level, address, stages);
    }

    /** A linear address of {@code level} followed to host-physical memory. */
    public Journey virtual(int level, PagingContext paging, long address) {
        AddressSpace space =
                level == 0 ? AddressSpace.physical() : guestTables(level).guestSpace();
        TableWalk walk = new PageWalker(memory(level), space, paging).walk(address);
        List<Journey.Stage> stages = new ArrayList<>();
        stages.add(new Journey.Stage(
                "L%d virtual to L%d physical".formatted(level, level), address, walk, entries(walk, level)));
        Observed<Long> output = walk.result().map(translation -> translation.output());
        return output instanceof Observed.Known<Long>(Long physical)
                ? descend(address, level, physical, stages)
                : new Journey(address, stages, output);
    }

    private Journey descend(long start, int level, long address, List<Journey.Stage> stages) {
        long current = address;
        for (int at = level; at >= 1; at--) {
            TableWalk walk = guestTables(at).walk(current);
            stages.add(new Journey.Stage(
                    "L%d physical to L%d physical".formatted(at, at - 1), current, walk, entries(walk, at - 1)));
            Observed<Long> output = walk.result().map(translation -> translation.output());
            if (!(output instanceof Observed.Known<Long>(Long next))) {
                return new Journey(start, stages, output);
            }
            current = next;
        }
        return new Journey(start, stages, Observed.known(current));
    }

    /** The entries of a walk whose tables lie in the physical memory of {@code level}. */
    private List<Journey.Entry> entries(TableWalk walk, int level) {
        List<Journey.Entry> entries = new ArrayList<>();
        for (TableStep step : walk.steps()) {
            entries.add(new Journey.Entry(step, hostAddress(level, step.entryAddress())));
        }
        return entries;
    }

    private Observed<Long> hostAddress(int level, long address) {
        Observed<Long> current = Observed.known(address);
        for (int at = level; at >= 1; at--) {
            int from = at;
            current =
                    current.flatMap(here -> guestTables(from).translate(here).map(translation -> translation.output()));
        }
        return current;
    }
}
