package org.ringside.app.structures;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.VmcbCarver;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;

/** Looks through a whole snapshot for the structures of hypervisors. For a background thread. */
public final class StructureFinder {
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
        VmxSurvey survey = VmxSurvey.of(watched, layouts, Set.of(), monitor::isCancelled);
        monitor.checkCancelled();
        VmxCapabilities capabilities =
                state.cpus().stream().findFirst().map(VmxCapabilities::new).orElseGet(VmxCapabilities::unknown);
        List<CarvedVmcb> vmcbs = new ArrayList<>(
                new VmcbCarver(watched, monitor::isCancelled).scan().vmcbs());
        monitor.checkCancelled();
        vmcbs.sort(Comparator.comparing(CarvedVmcb::kind));
        return FoundStructures.of(snapshot, memory, capabilities, survey, vmcbs);
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
                monitor.progress("looking for VMCSs and VMCBs", Math.min(count, pages), pages);
            }
            return memory.page(address);
        }
    }
}
