package org.ringside.decoder.nested;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.VmcsLayouts;

/**
 * What of VMX operation is in an image: the regions, whose they are, the guests' memories they open, the hypervisors behind them.
 *
 * @param regions in the order of their host-physical addresses
 * @param memories the host's first, then the guests', outer ones first
 * @param hypervisors the code that VM exits lead to, one for each different place
 * @param pages pages looked at
 * @param complete whether everything was looked at: not cancelled, no limit hit
 */
public record VmxSurvey(
        List<VmxRegion> regions,
        List<MemorySpace> memories,
        List<HypervisorImage> hypervisors,
        long pages,
        boolean complete) {
    public VmxSurvey {
        regions = List.copyOf(regions);
        memories = List.copyOf(memories);
        hypervisors = List.copyOf(hypervisors);
    }

    /**
     * Carves the image and finds out whose each region is.
     *
     * @param memory host-physical memory
     * @param layouts the layouts to try
     * @param vmxonRegions addresses known to be VMXON regions from elsewhere, such as a debugger; may be empty
     * @param cancelled asked now and then; {@code true} ends the survey with what there is
     */
    public static VmxSurvey of(
            PhysicalMemory memory, VmcsLayouts layouts, Set<Long> vmxonRegions, BooleanSupplier cancelled) {
        return new VmxSurveyor(memory, layouts, vmxonRegions, cancelled).run();
    }

    /** The VMCSs with content. */
    public List<VmxRegion> vmcss() {
        return regions.stream()
                .filter(region -> region.kind() == CarvedRegion.Kind.VMCS)
                .toList();
    }
}
