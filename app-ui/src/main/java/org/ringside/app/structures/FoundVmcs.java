package org.ringside.app.structures;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmxRegion;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;

/**
 * A VMX region that was found.
 *
 * @param name unique in its snapshot, for expressions and lists: {@code vmcs01}, {@code vmcs12}, {@code vmcs01@f0e6000}
 * @param region what it is and whose
 */
public record FoundVmcs(String name, VmxRegion region) {
    /** Host-physical address of the region. */
    public long address() {
        return region.address();
    }

    public CarvedRegion.Kind kind() {
        return region.kind();
    }

    /** Its content, read with the layout that explains it best; empty where there is none. */
    public Optional<Vmcs> vmcs() {
        return region.vmcs();
    }

    /** The layout that explains it best. */
    public Optional<LayoutScore> best() {
        return region.carved().best();
    }

    /** The other layouts that were tried, best first. */
    public List<LayoutScore> runnersUp() {
        return region.carved().runnersUp();
    }

    /** Whether it holds the state of a guest. */
    public boolean hasGuest() {
        return kind() == CarvedRegion.Kind.VMCS && vmcs().isPresent();
    }

    /** Level of the hypervisor that uses it; 0 where that is not known. */
    public int owner() {
        return region.level().orElse(0);
    }

    /** Level of the guest that it runs. */
    public int guest() {
        return region.guest().map(MemorySpace::level).orElse(owner() + 1);
    }

    /** What it is, without its address: {@code VMCS01}, {@code shadow VMCS}. */
    public String what() {
        return hasGuest() ? name.toUpperCase(Locale.ROOT).replaceFirst("@.*", "") : kind().title();
    }

    /** For a list: what it is, and its address. */
    public String title() {
        return "%s at 0x%x".formatted(what(), address());
    }
}
