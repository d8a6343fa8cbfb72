package org.ringside.app.ept;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.Translation;
import org.ringside.trace.ProgressMonitor;

/**
 * The whole map of one EPTP. Immutable.
 *
 * @param choice whose it is
 * @param tables for single addresses
 * @param map all ranges
 * @param rows the ranges, ready to show
 * @param pieces mapped memory in pieces far from each other, ascending; empty if nothing is mapped
 */
record EptPicture(
        EptChoice choice, ExtendedPageTables tables, EptMap map, List<EptRow> rows, List<AddressRange> pieces) {
    /** Pieces are apart if this many bytes between them are not mapped. */
    private static final long GAP = 64L << 20;

    /** Leaves whose flags are counted at most: it takes a walk each. */
    private static final long MOST_COUNTED = 200_000;

    private static final long SMALLEST = 4096;

    EptPicture {
        rows = List.copyOf(rows);
        pieces = List.copyOf(pieces);
    }

    /** Reads it; blocks. */
    static EptPicture of(EptChoice choice, ProgressMonitor monitor) {
        EptContext context = choice.context();
        ExtendedPageTables tables =
                new ExtendedPageTables(choice.owner().memory(), choice.owner().space(), context);
        EptMap map = tables.map(TableLimits.standard().cancelledBy(monitor::isCancelled));
        monitor.checkCancelled();
        boolean count = context.pointer().accessedAndDirty() && map.summary().leaves() <= MOST_COUNTED;
        List<EptRow> rows = new ArrayList<>();
        for (MappedRange range : map.ranges()) {
            rows.add(row(choice, tables, range, count));
            monitor.checkCancelled();
        }
        return new EptPicture(choice, tables, map, rows, EptCells.pieces(map.ranges(), GAP));
    }

    private static EptRow row(EptChoice choice, ExtendedPageTables tables, MappedRange range, boolean count) {
        String words = tables.format().describeAttributes(range.attributes());
        String type = type(range.attributes());
        String flags = words.startsWith(type) ? words.substring(type.length()).replaceFirst("^, ", "") : words;
        return new EptRow(
                range,
                choice.owner().hostPhysical(range.output()).toOptional(),
                type,
                flags,
                count ? Optional.of(used(tables, range)) : Optional.empty());
    }

    /** The memory type of a leaf: bits 5:3 of its entry (SDM vol. 3, 29.3.7). */
    private static String type(int attributes) {
        return switch (attributes & 7) {
            case 0 -> "UC";
            case 1 -> "WC";
            case 4 -> "WT";
            case 5 -> "WP";
            case 6 -> "WB";
            default -> "type " + (attributes & 7);
        };
    }

    private static EptRow.Used used(ExtendedPageTables tables, MappedRange range) {
        long accessed = 0;
        long dirty = 0;
        long at = range.input();
        long end = range.input() + range.length();
        while (at < end) {
            if (!(tables.translate(at) instanceof Observed.Known<Translation>(Translation leaf))) {
                break;
            }
            accessed += leaf.accessed() ? 1 : 0;
            dirty += leaf.dirty() ? 1 : 0;
            at += Math.max(SMALLEST, leaf.pageSize());
        }
        return new EptRow.Used(accessed, dirty);
    }

    /** What the guest-physical addresses are addresses of. */
    AddressSpace space() {
        return tables.guestSpace();
    }

    /** The largest piece: where a picture begins. */
    Optional<AddressRange> largest() {
        return pieces.stream().max(java.util.Comparator.comparingLong(this::mapped));
    }

    private long mapped(AddressRange piece) {
        return map.ranges().stream()
                .filter(range -> range.input() >= piece.start() && range.input() < piece.end())
                .mapToLong(MappedRange::length)
                .sum();
    }

    /** The row that maps a guest-physical address. */
    Optional<EptRow> rowAt(long guestPhysical) {
        int low = 0;
        int high = rows.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            MappedRange range = rows.get(middle).range();
            if (guestPhysical < range.input()) {
                high = middle - 1;
            } else if (guestPhysical - range.input() >= range.length()) {
                low = middle + 1;
            } else {
                return Optional.of(rows.get(middle));
            }
        }
        return Optional.empty();
    }

    /** The guest-physical pages that lead to a host-physical address. */
    List<Long> guestPagesOf(long hostPhysical) {
        return choice.owner().addressesOf(hostPhysical).stream()
                .flatMap(address -> map.guestAddressesOf(address).stream())
                .toList();
    }
}
