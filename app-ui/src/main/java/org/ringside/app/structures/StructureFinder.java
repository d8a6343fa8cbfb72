package org.ringside.app.structures;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

/** Looks through a whole snapshot for the structures of hypervisors. For a background thread. */
public final class StructureFinder {
    /** Identifiers from here up are made up by hypervisors for their guests; those of processors are small numbers. */
    private static final int MADE_UP = 0x10000;

    /** Guests whose memory is listed to see which regions lie in it. */
    private static final int MOST_CONTAINERS = 32;

    private final SnapshotInfo snapshot;
    private final PhysicalMemory memory;
    private final MachineState state;
    private final VmcsLayouts layouts;
    private final ProgressMonitor monitor;

    public StructureFinder(
            SnapshotInfo snapshot,
            PhysicalMemory memory,
            MachineState state,
            VmcsLayouts layouts,
            ProgressMonitor monitor) {
        this.snapshot = snapshot;
        this.memory = memory;
        this.state = state;
        this.layouts = layouts;
        this.monitor = monitor;
    }

    /**
     * Looks at every captured page.
     *
     * @throws java.util.concurrent.CancellationException if it was asked to stop
     */
    public FoundStructures find() {
        PhysicalMemory watched = new Watched(memory, monitor, snapshot.capturedPages());
        VmcsCarver.Result result = new VmcsCarver(watched, layouts, Set.of(), monitor::isCancelled).scan();
        monitor.checkCancelled();
        VmxCapabilities capabilities = state.cpus().stream()
                .findFirst()
                .map(VmxCapabilities::new)
                .orElseGet(VmxCapabilities::unknown);
        List<FoundVmcs> regions = new ArrayList<>();
        Map<Long, Long> containers = containers(result.regions(), capabilities);
        for (CarvedRegion region : result.regions()) {
            Optional<Vmcs> vmcs = region.best().map(LayoutScore::layout).flatMap(layout -> Vmcs.read(
                            memory, region.address(), layout)
                    .toOptional());
            int owner = isMadeUp(region) ? 1 : 0;
            regions.add(new FoundVmcs(
                    "", region, vmcs, owner, Optional.ofNullable(containers.get(region.address()))));
        }
        return new FoundStructures(snapshot, memory, capabilities, named(regions), result.pages());
    }

    private static boolean isMadeUp(CarvedRegion region) {
        return region.revision() >= MADE_UP;
    }

    /** Which guest's memory each region of a guest's hypervisor lies in: by the address of the region, that of the guest's VMCS. */
    private Map<Long, Long> containers(List<CarvedRegion> regions, VmxCapabilities capabilities) {
        List<CarvedRegion> inner = regions.stream().filter(StructureFinder::isMadeUp).toList();
        Map<Long, Long> containers = new HashMap<>();
        if (inner.isEmpty()) {
            return containers;
        }
        Set<Long> listed = new HashSet<>();
        for (CarvedRegion outer : regions) {
            if (isMadeUp(outer) || outer.best().isEmpty() || listed.size() == MOST_CONTAINERS) {
                continue;
            }
            Optional<EptContext> context = Vmcs.read(
                            memory, outer.address(), outer.best().get().layout())
                    .flatMap(vmcs -> EptContext.of(vmcs, capabilities))
                    .toOptional();
            if (context.isPresent() && listed.add(context.get().pointer().raw())) {
                EptMap map = new ExtendedPageTables(memory, context.get())
                        .map(TableLimits.standard().cancelledBy(monitor::isCancelled));
                for (CarvedRegion region : inner) {
                    if (!map.guestAddressesOf(region.address()).isEmpty()) {
                        containers.putIfAbsent(region.address(), outer.address());
                    }
                }
            }
        }
        return containers;
    }

    /** The fullest region of a level has the plain name; others carry their address. */
    private static List<FoundVmcs> named(List<FoundVmcs> regions) {
        List<FoundVmcs> ordered = new ArrayList<>(regions);
        ordered.sort(Comparator.comparing((FoundVmcs found) -> !found.hasGuest())
                .thenComparingInt(FoundVmcs::owner)
                .thenComparingInt(StructureFinder::lacking)
                .thenComparing(FoundVmcs::address, Long::compareUnsigned));
        Set<String> taken = new HashSet<>();
        List<FoundVmcs> named = new ArrayList<>();
        for (FoundVmcs found : ordered) {
            String plain = found.hasGuest()
                    ? "vmcs%d%d".formatted(found.owner(), found.guest())
                    : switch (found.region().kind()) {
                        case VMCS, HEADER_ONLY -> "region";
                        case SHADOW_VMCS -> "shadow";
                        case VMXON -> "vmxon";
                    };
            boolean first = found.hasGuest() && taken.add(plain);
            String name = first ? plain : "%s@%x".formatted(plain, found.address());
            named.add(new FoundVmcs(name, found.region(), found.vmcs(), found.owner(), found.container()));
        }
        return named;
    }

    private static int lacking(FoundVmcs found) {
        return found.vmcs()
                .map(vmcs -> (vmcs.launched().orElse(false) ? 0 : 4096) - vmcs.bytesSet())
                .orElse(Integer.MAX_VALUE);
    }

    /** Tells how many pages were looked at. */
    private record Watched(PhysicalMemory memory, ProgressMonitor monitor, long pages, AtomicLong seen)
            implements PhysicalMemory {
        private static final long STEP = 1024;

        Watched(PhysicalMemory memory, ProgressMonitor monitor, long pages) {
            this(memory, monitor, pages, new AtomicLong());
        }

        @Override
        public List<AddressRange> ranges() {
            return memory.ranges();
        }

        @Override
        public List<AddressRange> zeroRanges() {
            return memory.zeroRanges();
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            long count = seen.incrementAndGet();
            if (count % STEP == 0) {
                monitor.progress("looking for VMCS regions", Math.min(count, pages), pages);
            }
            return memory.page(address);
        }
    }
}
