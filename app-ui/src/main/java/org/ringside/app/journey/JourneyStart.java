package org.ringside.app.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmcsPaging;
import org.ringside.decoder.paging.PagingContext;

/**
 * A guest whose addresses can be followed.
 *
 * @param structures the snapshot it is in
 * @param vmcs runs it
 */
record JourneyStart(FoundStructures structures, FoundVmcs vmcs) {
    /** For a list, for example {@code "L2, the guest of VMCS12 at 0xf07d000"}. */
    String title() {
        return "L%d, the guest of %s".formatted(vmcs.guest(), vmcs.title());
    }

    /** How its linear addresses are translated, or what is missing. */
    Observed<PagingContext> paging() {
        return vmcs.vmcs()
                .map(VmcsPaging::guest)
                .orElseGet(() -> new Observed.NotApplicable<>("the region has no content"));
    }

    /** Levels of the memories from the guest's own down to the host's: 2, 1, 0, or 2, 0 where the host merged the tables of two levels. */
    List<Integer> levels() {
        List<Integer> levels = new ArrayList<>();
        Optional<MemorySpace> at = vmcs.region().guest();
        while (at.isPresent()) {
            levels.add(at.get().level());
            at = at.get().outer();
        }
        return levels;
    }
}
