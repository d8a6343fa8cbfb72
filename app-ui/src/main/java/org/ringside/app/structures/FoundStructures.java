package org.ringside.app.structures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.trace.SnapshotInfo;

/**
 * What was found in one snapshot. Immutable; what is computed from it may block.
 *
 * @param snapshot where
 * @param memory its host-physical memory
 * @param capabilities what the host's processor allows, as far as it was captured
 * @param regions the VMX regions: those with a guest first, by name
 * @param pages pages looked at
 */
public record FoundStructures(
        SnapshotInfo snapshot,
        PhysicalMemory memory,
        VmxCapabilities capabilities,
        List<FoundVmcs> regions,
        long pages) {
    /** Hypervisors within hypervisors that are followed at most. */
    private static final int MOST_LEVELS = 4;

    public FoundStructures {
        regions = List.copyOf(regions);
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

    /** The VMCSs from the host's down to this one: each runs the guest that keeps the next. */
    public List<FoundVmcs> chain(FoundVmcs vmcs) {
        List<FoundVmcs> chain = new ArrayList<>(List.of(vmcs));
        while (chain.size() < MOST_LEVELS) {
            Optional<FoundVmcs> outer = chain.getFirst().container().flatMap(this::at);
            if (outer.isEmpty() || chain.contains(outer.get())) {
                break;
            }
            chain.addFirst(outer.get());
        }
        return chain;
    }

    /** The physical memory that the addresses in a VMCS are addresses of: host-physical, or that of the guest that keeps it. */
    public PhysicalMemory memoryOf(FoundVmcs vmcs, TableLimits limits) {
        PhysicalMemory current = memory;
        List<FoundVmcs> chain = chain(vmcs);
        for (FoundVmcs outer : chain.subList(0, chain.size() - 1)) {
            if (!(ept(outer) instanceof Observed.Known<EptContext>(EptContext context))) {
                break;
            }
            current = new GuestPhysicalMemory(current, new ExtendedPageTables(current, context), limits);
        }
        return current;
    }

    /** What the addresses of {@link #memoryOf} are. */
    public AddressSpace spaceOf(FoundVmcs vmcs) {
        return vmcs.container()
                .flatMap(this::at)
                .flatMap(outer -> ept(outer).toOptional())
                .<AddressSpace>map(context ->
                        new AddressSpace.GuestPhysical(context.pointer().raw()))
                .orElseGet(AddressSpace::physical);
    }

    /**
     * The levels down to the guest of a VMCS, or why not all of them have tables. The innermost level is that of its guest.
     *
     * @param limits of the listings of what is mapped
     */
    public Observed<NestedGuests> nested(FoundVmcs vmcs, TableLimits limits) {
        List<EptContext> contexts = new ArrayList<>();
        for (FoundVmcs each : chain(vmcs)) {
            Observed<EptContext> context = ept(each);
            if (!(context instanceof Observed.Known<EptContext>(EptContext known))) {
                return new Observed.NotApplicable<>(
                        "%s: %s".formatted(each.title(), context.reason()));
            }
            contexts.add(known);
        }
        return Observed.known(new NestedGuests(memory, contexts, limits));
    }
}
