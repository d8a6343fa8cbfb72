package org.ringside.app.structures;

import java.util.Optional;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;

/**
 * A VMX region that was found.
 *
 * @param name unique in its snapshot, for expressions and lists: {@code vmcs01}, {@code vmcs12}, {@code vmcs01@f0e6000}
 * @param region what was found
 * @param vmcs the region read with the layout that explains it best; empty where there is nothing but a header
 * @param owner level of the hypervisor that keeps it: 0 for the host, 1 for a hypervisor in a guest of the host
 * @param container address of the VMCS of the guest whose memory it lies in; empty for the host's own
 */
public record FoundVmcs(
        String name, CarvedRegion region, Optional<Vmcs> vmcs, int owner, Optional<Long> container) {
    /** Host-physical address of the region. */
    public long address() {
        return region.address();
    }

    /** Whether it holds the state of a guest. */
    public boolean hasGuest() {
        return region.kind() == CarvedRegion.Kind.VMCS && vmcs.isPresent();
    }

    /** Level of the guest that it runs. */
    public int guest() {
        return owner + 1;
    }

    /** For a list: name, kind where the name does not say it, address. */
    public String title() {
        String what = hasGuest()
                ? name.toUpperCase(java.util.Locale.ROOT).replaceFirst("@.*", "")
                : region.kind().title();
        return "%s at 0x%x".formatted(what, address());
    }
}
