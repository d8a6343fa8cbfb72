package org.ringside.app.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ringside.app.structures.FoundUnit;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.trace.ProgressMonitor;

/**
 * Which pages devices behind remapping units can write, as a picture: the more devices, the higher the code. Immutable.
 */
public final class WriterOverlay {
    /** How many devices can write a page. */
    public enum Writers {
        NOT_CAPTURED,
        NONE,
        ONE,
        FEW,
        MANY;

        static final int MANY_FROM = 4;

        // A picture is kept as bytes; the code is the place in the order above.
        @SuppressWarnings("EnumOrdinal")
        byte code() {
            return (byte) ordinal();
        }

        static Writers of(byte code) {
            return values()[Math.min(code, values().length - 1)];
        }

        static Writers of(int devices) {
            return devices == 0 ? NONE : devices == 1 ? ONE : devices < MANY_FROM ? FEW : MANY;
        }
    }

    private final PageCells cells;
    private final List<DevicesReaching> reaching;
    private final Map<Writers, Long> pages;

    private WriterOverlay(PageCells cells, List<DevicesReaching> reaching, Map<Writers, Long> pages) {
        this.cells = cells;
        this.reaching = List.copyOf(reaching);
        this.pages = Map.copyOf(pages);
    }

    /**
     * Lists what all devices reach; for a background thread.
     *
     * @param units of the snapshot
     * @param device only what this one can write; empty for all
     */
    public static WriterOverlay of(
            PhysicalMemory memory, List<FoundUnit> units, Optional<RequesterId> device, ProgressMonitor monitor) {
        TableLimits limits = TableLimits.standard().cancelledBy(monitor::isCancelled);
        List<AddressRange> captured = memory.ranges();
        long end = captured.isEmpty()
                ? PhysicalMemory.PAGE_SIZE
                : captured.getLast().end();
        TreeMap<Long, Integer> steps = new TreeMap<>();
        List<DevicesReaching> reaching = new ArrayList<>();
        for (FoundUnit found : units) {
            RemappingUnit unit = found.unit();
            reaching.add(DevicesReaching.of(memory, unit, limits));
            boolean open = !unit.translationEnabled().orElse(true);
            for (DmaDomain domain : unit.tables().map(RemappingTables::domains).orElse(List.of())) {
                int devices = device.isEmpty()
                        ? domain.devices().size()
                        : domain.devices().contains(device.get()) ? 1 : 0;
                if (devices > 0) {
                    List<MappedRange> ranges =
                            open ? List.of() : domain.map(memory, limits).ranges();
                    steps(open ? List.of(new AddressRange(0, end)) : writable(ranges, end), devices, steps);
                }
            }
            monitor.checkCancelled();
        }
        List<Piece> pieces = pieces(steps, captured);
        TreeMap<Writers, Long> pages = new TreeMap<>();
        pieces.forEach(
                piece -> pages.merge(piece.writers(), piece.range().length() / PhysicalMemory.PAGE_SIZE, Long::sum));
        PageCells cells = PageCells.of(
                0,
                end,
                painter -> pieces.forEach(
                        piece -> painter.raise(piece.range(), piece.writers().code())),
                monitor);
        return new WriterOverlay(cells, reaching, pages);
    }

    private record Piece(AddressRange range, Writers writers) {}

    /** Writable memory of one domain, each page once. */
    private static List<AddressRange> writable(List<MappedRange> ranges, long end) {
        List<AddressRange> merged = new ArrayList<>();
        ranges.stream()
                .filter(range -> range.rights().write() && range.output() >= 0 && range.output() < end)
                .sorted(Comparator.comparingLong(MappedRange::output))
                .forEach(range -> {
                    long to = Math.min(end, range.output() + Math.min(range.length(), end - range.output()));
                    AddressRange last = merged.isEmpty() ? null : merged.getLast();
                    if (last != null && range.output() <= last.end()) {
                        merged.set(merged.size() - 1, new AddressRange(last.start(), Math.max(last.end(), to)));
                    } else {
                        merged.add(new AddressRange(range.output(), to));
                    }
                });
        return merged;
    }

    private static void steps(List<AddressRange> ranges, int devices, Map<Long, Integer> steps) {
        for (AddressRange range : ranges) {
            steps.merge(range.start(), devices, Integer::sum);
            steps.merge(range.end(), -devices, Integer::sum);
        }
    }

    /** Captured memory, cut where the number of devices changes. */
    private static List<Piece> pieces(NavigableMap<Long, Integer> steps, List<AddressRange> captured) {
        List<Piece> pieces = new ArrayList<>();
        int devices = 0;
        var next = steps.entrySet().iterator();
        var step = next.hasNext() ? next.next() : null;
        for (AddressRange range : captured) {
            long at = range.start();
            while (at < range.end()) {
                while (step != null && step.getKey() <= at) {
                    devices += step.getValue();
                    step = next.hasNext() ? next.next() : null;
                }
                long until = step == null ? range.end() : Math.min(range.end(), step.getKey());
                pieces.add(new Piece(new AddressRange(at, until), Writers.of(devices)));
                at = until;
            }
        }
        return pieces;
    }

    /** The picture, from address 0 to the end of captured memory; codes are those of {@link Writers}. */
    public PageCells cells() {
        return cells;
    }

    /** Captured pages that so many devices can write. */
    public long pages(Writers writers) {
        return pages.getOrDefault(writers, 0L);
    }

    /** Devices that can write a page, by unit and domain. */
    public List<DeviceReach> writers(long address) {
        return reaching.stream()
                .flatMap(unit -> unit.page(address).stream())
                .filter(DeviceReach::canWrite)
                .toList();
    }

    /** Whether a unit translates nothing: then every device behind it can write everything. */
    public boolean open() {
        return reaching.stream().anyMatch(DevicesReaching::everyDeviceReachesEverything);
    }
}
