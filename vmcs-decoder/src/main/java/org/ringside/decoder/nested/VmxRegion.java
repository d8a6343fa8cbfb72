package org.ringside.decoder.nested;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;

/**
 * A VMX region and where it belongs.
 *
 * @param carved the page, with its host-physical address, and the layout that explains it
 * @param vmcs its content, read with that layout; empty where there is none
 * @param home the innermost memory that has the page
 * @param homeAddress the page's address there
 * @param owner the memory whose addresses the values are: that of the hypervisor which uses the VMCS. A hypervisor's copy of the VMCS of its
 *     guest lies in its own memory and speaks of the guest's. Empty if it is not known
 * @param guest the memory of the guest that the VMCS runs; empty if it has no EPT or its tables are not there
 * @param references host-physical addresses of words that point to the region, ascending, at most a few
 * @param evidence why it is placed so, one sentence each
 */
public record VmxRegion(
        CarvedRegion carved,
        Optional<Vmcs> vmcs,
        MemorySpace home,
        long homeAddress,
        Optional<MemorySpace> owner,
        Optional<MemorySpace> guest,
        List<Long> references,
        List<String> evidence) {
    public VmxRegion {
        references = List.copyOf(references);
        evidence = List.copyOf(evidence);
    }

    /** Host-physical address of the page. */
    public long address() {
        return carved.address();
    }

    public CarvedRegion.Kind kind() {
        return carved.kind();
    }

    /** The level of the hypervisor that uses it: 0 runs on the processor; empty if it is not known. */
    public Optional<Integer> level() {
        return owner.map(MemorySpace::level);
    }

    /**
     * The usual short name, for example {@code "VMCS01"}: level of the hypervisor and of its guest. Empty where either is not known or the region
     * is not the VMCS of a guest.
     */
    public Optional<String> role() {
        if (kind() != CarvedRegion.Kind.VMCS) {
            return Optional.empty();
        }
        return level().map(at ->
                "VMCS%d%d".formatted(at, guest.map(MemorySpace::level).orElse(at + 1)));
    }

    @Override
    public String toString() {
        return "%s%s".formatted(role().map(name -> name + ", ").orElse(""), carved);
    }
}
