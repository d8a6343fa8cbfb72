package org.ringside.app.vmcs;

import java.util.Optional;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.vmcs.VmcsRow.Link;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Where the values of a VMCS lead. */
final class VmcsLinks {
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final String MEMORY = "memory";
    private static final String JOURNEY = "journey";

    private final FoundVmcs found;
    private final Vmcs vmcs;
    private final HostAddresses host;
    private final Optional<FoundVmcs> runner;

    /**
     * @param host leads from the addresses of the VMCS to host-physical ones
     * @param runner the VMCS that runs the hypervisor which uses this one; empty for the host's
     */
    VmcsLinks(FoundVmcs found, Vmcs vmcs, HostAddresses host, Optional<FoundVmcs> runner) {
        this.found = found;
        this.vmcs = vmcs;
        this.host = host;
        this.runner = runner;
    }

    Optional<Link> of(VmcsField field) {
        if (!(vmcs.get(field) instanceof Observed.Known<Long>(Long value)) || isNone(field, value)) {
            return Optional.empty();
        }
        if (field == VmcsField.VMCS_LINK_POINTER) {
            return host.of(value).map(address -> new Link(new Selection.Vmcs(address), "vmcs"));
        }
        if (field.isPhysicalAddress() || field == VmcsField.HOST_CR3) {
            return physical(value & ADDRESS);
        }
        return switch (field) {
            case EPT_POINTER ->
                vmcs.isOn(VmxControl.ENABLE_EPT)
                        ? Optional.of(new Link(new Selection.Vmcs(found.address()), "ept"))
                        : Optional.empty();
            case GUEST_PHYSICAL_ADDRESS -> guest(false, value);
            case GUEST_CR3 -> guest(false, value & ADDRESS);
            case GUEST_RIP,
                    GUEST_RSP,
                    GUEST_GDTR_BASE,
                    GUEST_IDTR_BASE,
                    GUEST_TR_BASE,
                    GUEST_FS_BASE,
                    GUEST_GS_BASE,
                    GUEST_LDTR_BASE,
                    GUEST_IA32_SYSENTER_EIP,
                    GUEST_IA32_SYSENTER_ESP,
                    GUEST_LINEAR_ADDRESS -> guest(true, value);
            case HOST_RIP,
                    HOST_RSP,
                    HOST_GDTR_BASE,
                    HOST_IDTR_BASE,
                    HOST_TR_BASE,
                    HOST_FS_BASE,
                    HOST_GS_BASE,
                    HOST_IA32_SYSENTER_EIP,
                    HOST_IA32_SYSENTER_ESP -> ofHost(value);
            default -> Optional.empty();
        };
    }

    private static boolean isNone(VmcsField field, long value) {
        return value == 0 || (field == VmcsField.VMCS_LINK_POINTER && value == -1);
    }

    private Optional<Link> physical(long address) {
        return host.of(address).map(where -> new Link(Selection.physical(where, Long.BYTES), MEMORY));
    }

    private Optional<Link> guest(boolean virtual, long value) {
        return Optional.of(new Link(new Selection.GuestAddress(found.address(), virtual, value), JOURNEY));
    }

    /** The host's own virtual addresses are shown in memory; a guest hypervisor's have a journey in the guest that it is. */
    private Optional<Link> ofHost(long value) {
        if (found.owner() > 0) {
            return runner.map(outer -> new Link(new Selection.GuestAddress(outer.address(), true, value), JOURNEY));
        }
        return vmcs.get(VmcsField.HOST_CR3)
                .toOptional()
                .map(cr3 -> new Link(
                        new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(cr3), value, Long.BYTES)), MEMORY));
    }
}
