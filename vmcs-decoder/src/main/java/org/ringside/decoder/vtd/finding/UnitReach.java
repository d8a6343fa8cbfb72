package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.TranslationType;

/** What each domain of a unit reaches. Immutable. */
public final class UnitReach {
    private final RemappingUnit unit;
    private final List<AddressRange> captured;
    private final Map<DmaDomain, DomainMap> maps = new LinkedHashMap<>();
    private boolean complete = true;

    /**
     * Lists all domains.
     *
     * @param limits of all domains together
     */
    public UnitReach(PhysicalMemory memory, RemappingUnit unit, TableLimits limits) {
        this.unit = unit;
        this.captured = memory.ranges();
        long tablesLeft = limits.tables();
        long rangesLeft = limits.ranges();
        for (DmaDomain domain : unit.tables().map(RemappingTables::domains).orElse(List.of())) {
            if (tablesLeft <= 0 || rangesLeft <= 0) {
                complete = false;
                break;
            }
            DomainMap map = domain.map(memory, limits.withTables(tablesLeft).withRanges(rangesLeft));
            maps.put(domain, map);
            complete &= map.summary().complete();
            tablesLeft -= Math.max(1, map.summary().tables());
            rangesLeft -= map.ranges().size();
        }
    }

    public RemappingUnit unit() {
        return unit;
    }

    /** Whether all mappings were listed: if not, a device may reach more. */
    public boolean complete() {
        return complete;
    }

    /** Domains that were listed. */
    public Collection<DmaDomain> domains() {
        return maps.keySet();
    }

    /** What a domain reaches; nothing of one that was not listed. */
    public List<MappedRange> ranges(DmaDomain domain) {
        DomainMap map = maps.get(domain);
        return map == null ? List.of() : map.ranges();
    }

    /** Bytes of captured memory that a domain can write, each page once. */
    public long writableBytes(DmaDomain domain) {
        return overlap(domain, captured).map(Overlap::bytes).orElse(0L);
    }

    /** Whether a domain can write all of the captured memory. */
    public boolean isUnrestricted(DmaDomain domain) {
        if (domain.type() == TranslationType.PASS_THROUGH) {
            return domain.format().isKnown();
        }
        long all = captured.stream().mapToLong(AddressRange::length).sum();
        return all > 0 && writableBytes(domain) == all;
    }

    /** Whether requests of a device, with or without PASID, can write all of the captured memory. */
    boolean isUnrestricted(RemappedDevice device, Map<DmaDomain, Boolean> known) {
        return unit.tables().map(tables -> tables.domainOf(device.id())).orElse(Optional.empty()).stream()
                .anyMatch(domain -> known.computeIfAbsent(domain, this::isUnrestricted));
    }

    /**
     * Where a domain's writable memory meets other ranges.
     *
     * @param bytes how much, each page once
     * @param first physical address of the first such byte
     * @param dmaAddress the DMA address that leads there
     */
    record Overlap(long bytes, long first, long dmaAddress) {}

    /** Where a domain can write {@code others}, which are sorted and disjoint. */
    Optional<Overlap> overlap(DmaDomain domain, List<AddressRange> others) {
        List<MappedRange> writable = new ArrayList<>(ranges(domain));
        writable.removeIf(range -> !range.rights().write());
        writable.sort(Comparator.comparing(MappedRange::output, Long::compareUnsigned));
        long bytes = 0;
        long reached = 0;
        Overlap first = null;
        int next = 0;
        for (AddressRange other : others) {
            while (next < writable.size() && Long.compareUnsigned(end(writable.get(next)), other.start()) <= 0) {
                next++;
            }
            reached = Math.max(reached, other.start());
            for (int i = next; i < writable.size() && writable.get(i).output() < other.end(); i++) {
                MappedRange range = writable.get(i);
                long from = Math.max(Math.max(range.output(), other.start()), reached);
                long to = Math.min(end(range), other.end());
                if (from < to) {
                    first = Objects.requireNonNullElse(first, new Overlap(0, from, range.inputOf(from)));
                    bytes += to - from;
                    reached = to;
                }
            }
        }
        return first == null ? Optional.empty() : Optional.of(new Overlap(bytes, first.first(), first.dmaAddress()));
    }

    private static long end(MappedRange range) {
        long end = range.output() + range.length();
        return end < 0 ? Long.MAX_VALUE : end;
    }
}
