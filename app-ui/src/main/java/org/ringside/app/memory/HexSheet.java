package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** One address space of one snapshot, and of its baseline, page by page as they are read. Belongs to the UI thread. */
final class HexSheet {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;
    private static final int PREFETCH_AFTER = 16;
    private static final int PREFETCH_BEFORE = 8;

    private final LinearSpace linear;
    private final PageCache shown;
    private final @Nullable PageCache baseline;
    private final boolean physical;
    private @Nullable PageChanges changes;

    /**
     * Makes a sheet.
     *
     * @param shownLoader pages of what is shown
     * @param baselineLoader pages of what it is compared with; null if nothing
     * @param physical whether addresses are physical, so that {@link #know} tells which pages are equal without reading them
     * @param onArrival told on the UI thread that pages have come
     */
    HexSheet(
            LinearSpace linear,
            PageLoader shownLoader,
            @Nullable PageLoader baselineLoader,
            boolean physical,
            Executor background,
            Executor ui,
            Runnable onArrival) {
        this.linear = linear;
        this.physical = physical;
        this.shown = new PageCache(shownLoader, background, ui, onArrival);
        this.baseline = baselineLoader == null ? null : new PageCache(baselineLoader, background, ui, onArrival);
    }

    LinearSpace linear() {
        return linear;
    }

    boolean isCompared() {
        return baseline != null;
    }

    /** Takes what is known to differ: other physical pages need not be read twice. */
    void know(PageChanges differing) {
        changes = differing;
    }

    void close() {
        shown.close();
        if (baseline != null) {
            baseline.close();
        }
    }

    /** Wants the pages from a position to another, and some around them. */
    void want(long from, long until) {
        long first = linear.clamp(from) & -PAGE;
        long last = linear.clamp(until) & -PAGE;
        List<Long> wanted = new ArrayList<>();
        for (long page = first; page <= last; page += PAGE) {
            wanted.add(linear.address(page));
        }
        for (int i = 1; i <= PREFETCH_AFTER && last + (long) i * PAGE < linear.extent(); i++) {
            wanted.add(linear.address(last + (long) i * PAGE));
        }
        for (int i = 1; i <= PREFETCH_BEFORE && first - (long) i * PAGE >= 0; i++) {
            wanted.add(linear.address(first - (long) i * PAGE));
        }
        shown.want(wanted);
        if (baseline != null) {
            baseline.want(wanted.stream().filter(this::mayDiffer).toList());
        }
    }

    @Nullable
    LoadedPage shownPage(long position) {
        return shown.find(linear.address(position & -PAGE));
    }

    @Nullable
    LoadedPage baselinePage(long position) {
        if (baseline == null) {
            return null;
        }
        long address = linear.address(position & -PAGE);
        return mayDiffer(address) ? baseline.find(address) : shown.find(address);
    }

    /** A row that begins at a position; the length must not lead out of the page. */
    HexRow row(long position, int length) {
        return new HexRow(
                position,
                linear.address(position),
                (int) (position & (PAGE - 1)),
                length,
                shownPage(position),
                baselinePage(position),
                baseline != null);
    }

    /** Whether both sides of the page at a position have come. */
    boolean isComplete(long position) {
        return shownPage(position) != null && (baseline == null || baselinePage(position) != null);
    }

    /** The first byte in the page of {@code position} that differs from the baseline; empty if none does, or a side is missing. */
    OptionalLong firstDifference(long position) {
        LoadedPage now = shownPage(position);
        LoadedPage before = baselinePage(position);
        if (now != null
                && before != null
                && now.bytes() instanceof Observed.Known<byte[]>(byte[] nowBytes)
                && before.bytes() instanceof Observed.Known<byte[]>(byte[] beforeBytes)) {
            int index = Arrays.mismatch(nowBytes, beforeBytes);
            return index < 0 ? OptionalLong.empty() : OptionalLong.of((position & -PAGE) + index);
        }
        return OptionalLong.empty();
    }

    private boolean mayDiffer(long address) {
        return !physical || changes == null || changes.at(address).isPresent();
    }
}
