package org.ringside.decoder.nested;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsValues;

/** The address space that a VM exit loads, and the one that a VM entry does. */
final class HostCode {
    private static final long CR4_LA57 = 1L << 12;

    private HostCode() {}

    /** Host paging of a 64-bit hypervisor, or what is missing. */
    static Observed<PagingContext> paging(VmcsValues vmcs) {
        return paging(vmcs, VmcsField.HOST_CR3, VmcsField.HOST_CR4);
    }

    /** Paging of a 64-bit guest, or what is missing. */
    static Observed<PagingContext> guestPaging(VmcsValues vmcs) {
        return paging(vmcs, VmcsField.GUEST_CR3, VmcsField.GUEST_CR4);
    }

    private static Observed<PagingContext> paging(VmcsValues vmcs, VmcsField root, VmcsField flags) {
        boolean five = (vmcs.get(flags).orElse(0L) & CR4_LA57) != 0;
        PagingMode mode = five ? PagingMode.FIVE_LEVEL : PagingMode.FOUR_LEVEL;
        return vmcs.get(root).map(cr3 -> new PagingContext(mode, cr3, true, true, PagingContext.WIDEST));
    }

    /** Whether the host state of a VMCS makes sense in a memory: its CR3 maps its RIP for instruction fetches. */
    static boolean isMapped(VmcsValues vmcs, PhysicalMemory memory) {
        return paging(vmcs)
                .flatMap(context -> vmcs.get(VmcsField.HOST_RIP)
                        .flatMap(rip -> new PageWalker(memory, context).translate(rip)))
                .map(translation -> translation.rights().execute())
                .orElse(false);
    }
}
