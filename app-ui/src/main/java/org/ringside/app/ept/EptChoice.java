package org.ringside.app.ept;

import java.util.Optional;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.nested.MemorySpace;

/**
 * Extended page tables that can be shown.
 *
 * @param vmcs the VMCS that uses them; empty for tables that a person named
 * @param owner the memory that they lie in and lead to
 * @param context what decides the translation
 */
record EptChoice(Optional<FoundVmcs> vmcs, MemorySpace owner, EptContext context) {
    /** For a list, for example {@code "EPTP 0xf09805e of VMCS01 at 0xf001000"}. */
    String title() {
        return vmcs.map(found -> "%s of %s".formatted(context.pointer(), found.title()))
                .orElseGet(() -> context.pointer().toString());
    }

    /** Level of the guest. */
    int level() {
        return vmcs.map(FoundVmcs::guest).orElse(owner.level() + 1);
    }
}
