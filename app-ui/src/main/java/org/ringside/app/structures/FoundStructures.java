package org.ringside.app.structures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.nested.VmxRegion;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.trace.SnapshotInfo;

/**
 * What was found in one snapshot. Immutable.
 *
 * @param snapshot where
 * @param memory its host-physical memory
 * @param capabilities what the host's processor allows, as far as it was captured
 * @param survey what was found
 * @param regions its VMX regions: those with a guest first, by level
 * @param vmcbs its VMCBs, then the pages where AMD processors keep the state of hosts
 */
public record FoundStructures(
        SnapshotInfo snapshot,
        PhysicalMemory memory,
        VmxCapabilities capabilities,
        VmxSurvey survey,
        List<FoundVmcs> regions,
        List<CarvedVmcb> vmcbs) {
    public FoundStructures {
        regions = List.copyOf(regions);
        vmcbs = List.copyOf(vmcbs);
    }

    /** Gives the regions of a survey their names: the fullest of a level has the plain name, others carry their address. */
    static FoundStructures of(
            SnapshotInfo snapshot,
            PhysicalMemory memory,
            VmxCapabilities capabilities,
            VmxSurvey survey,
            List<CarvedVmcb> vmcbs) {
        List<VmxRegion> ordered = new ArrayList<>(survey.regions());
        ordered.sort(Comparator.comparing((VmxRegion region) -> region.role().isEmpty())
                .thenComparing(region -> region.role().orElse(""))
                .thenComparing(VmxRegion::kind)
                .thenComparingInt(FoundStructures::lacking)
                .thenComparing(VmxRegion::address, Long::compareUnsigned));
        Set<String> taken = new HashSet<>();
        List<FoundVmcs> named = new ArrayList<>();
        for (VmxRegion region : ordered) {
            String plain = region.role()
                    .orElseGet(() -> switch (region.kind()) {
                        case VMCS, EMPTY_VMCS -> "vmcs";
                        case SHADOW_VMCS -> "shadow";
                        case HEADER_ONLY -> "region";
                        case VMXON -> "vmxon";
                    })
                    .toLowerCase(Locale.ROOT);
            boolean alone = region.role().isPresent() && taken.add(plain);
            named.add(new FoundVmcs(alone ? plain : "%s@%x".formatted(plain, region.address()), region));
        }
        return new FoundStructures(snapshot, memory, capabilities, survey, named, vmcbs);
    }

    private static int lacking(VmxRegion region) {
        return region.vmcs()
                .map(vmcs -> (vmcs.launched().orElse(false) ? 0 : PhysicalMemory.PAGE_SIZE) - vmcs.bytesSet())
                .orElse(Integer.MAX_VALUE);
    }

    /** The region at an address. */
    public Optional<FoundVmcs> at(long address) {
        return regions.stream().filter(found -> found.address() == address).findFirst();
    }

    /** The region of a name. */
    public Optional<FoundVmcs> named(String name) {
        return regions.stream().filter(found -> found.name().equals(name)).findFirst();
    }

    /** The regions that hold the state of a guest. */
    public List<FoundVmcs> guests() {
        return regions.stream().filter(FoundVmcs::hasGuest).toList();
    }

    /** The VMCS whose guest's memory is that of another one's owner: the one that runs the hypervisor which uses it. */
    public Optional<FoundVmcs> runnerOf(FoundVmcs inner) {
        return inner.region()
                .owner()
                .filter(memory -> memory.level() > 0)
                .flatMap(memory -> guests().stream()
                        .filter(outer ->
                                outer.region().guest().filter(memory::equals).isPresent())
                        .findFirst());
    }

    /** What the processor that runs a VMCS allows: that of the host is captured, what a hypervisor tells its guest is not. */
    public VmxCapabilities capabilitiesOf(FoundVmcs vmcs) {
        return vmcs.owner() == 0 ? capabilities : VmxCapabilities.unknown();
    }

    /** How the guest of a VMCS translates its physical addresses, in the terms of its owner; or why it does not. */
    public Observed<EptContext> ept(FoundVmcs found) {
        return found.vmcs()
                .map(vmcs -> EptContext.of(vmcs, capabilitiesOf(found)))
                .orElseGet(() -> new Observed.NotApplicable<>("the region holds nothing but a header"));
    }

    /** The memory that the addresses in a VMCS are addresses of: the host's where it is not known whose it is. */
    public MemorySpace ownerMemory(FoundVmcs vmcs) {
        return vmcs.region().owner().orElseGet(() -> survey.memories().getFirst());
    }

    /**
     * The levels down to the guest of a VMCS, or why it has no tables of its own. The innermost level is that of its guest, which may be further
     * in by name: the tables of a guest's guest that the host merged are one step.
     *
     * @param limits of the listings of what is mapped
     */
    public Observed<NestedGuests> nested(FoundVmcs vmcs, TableLimits limits) {
        return vmcs.region()
                .guest()
                .<Observed<NestedGuests>>map(guest -> Observed.known(new NestedGuests(memory, guest.path(), limits)))
                .orElseGet(() -> new Observed.NotApplicable<>(
                        ept(vmcs).isKnown()
                                ? "the root of its extended page tables is not in memory"
                                : ept(vmcs).reason()));
    }
}
