package org.ringside.decoder.ept;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxControl;

/**
 * What decides how guest-physical addresses are translated.
 *
 * @param pointer root, levels, accessed and dirty flags
 * @param modeBasedExecute execute permission apart for user mode (bit 10) and supervisor mode (bit 2)
 * @param executeOnly whether the processor supports entries that allow fetches alone; where not, they are misconfigured
 * @param pagingWrite whether the paging-write bit (58) is used
 * @param verifyGuestPaging whether the guest-paging verification bit (57) is used
 * @param subPagePermissions whether the sub-page bit (61) is used
 * @param virtualizationException whether violations may become #VE where bit 63 is 0
 * @param physicalAddressWidth MAXPHYADDR, 32 to 52
 * @param advancedInformation whether the processor is known to report bits 11:9 of the exit qualification (IA32_VMX_EPT_VPID_CAP[22])
 */
public record EptContext(
        ExtendedPageTablePointer pointer,
        boolean modeBasedExecute,
        boolean executeOnly,
        boolean pagingWrite,
        boolean verifyGuestPaging,
        boolean subPagePermissions,
        boolean virtualizationException,
        int physicalAddressWidth,
        boolean advancedInformation) {
    /** The widest MAXPHYADDR there is: assumed where it is not known, as it calls no valid entry misconfigured. */
    public static final int WIDEST = 52;

    private static final int ADVANCED_INFORMATION = 22;

    public EptContext {
        if (pointer.levels() != 4 && pointer.levels() != 5) {
            throw new IllegalArgumentException(
                    "%s asks for %d levels; there are 4 or 5".formatted(pointer, pointer.levels()));
        }
        if (physicalAddressWidth < 32 || physicalAddressWidth > WIDEST) {
            throw new IllegalArgumentException("physical-address width " + physicalAddressWidth);
        }
    }

    /** It is not known whether the processor reports advanced information about violations. */
    public EptContext(
            ExtendedPageTablePointer pointer,
            boolean modeBasedExecute,
            boolean executeOnly,
            boolean pagingWrite,
            boolean verifyGuestPaging,
            boolean subPagePermissions,
            boolean virtualizationException,
            int physicalAddressWidth) {
        this(
                pointer,
                modeBasedExecute,
                executeOnly,
                pagingWrite,
                verifyGuestPaging,
                subPagePermissions,
                virtualizationException,
                physicalAddressWidth,
                false);
    }

    /** Only the EPTP is known: no optional feature in use, execute-only allowed. */
    public static EptContext of(long eptp) {
        return new EptContext(new ExtendedPageTablePointer(eptp), false, true, false, false, false, false, WIDEST);
    }

    /** What a VMCS and the processor's capabilities say, or why there is no EPT. */
    public static Observed<EptContext> of(VmcsValues vmcs, VmxCapabilities capabilities) {
        if (!(vmcs.control(VmxControl.ENABLE_EPT) instanceof Observed.Known<Boolean>(Boolean enabled))) {
            return new Observed.Unreadable<>("whether EPT is enabled is not known");
        }
        if (!enabled) {
            return new Observed.NotApplicable<>("EPT is not enabled");
        }
        return vmcs.get(VmcsField.EPT_POINTER).flatMap(eptp -> {
            ExtendedPageTablePointer pointer = new ExtendedPageTablePointer(eptp);
            if (pointer.levels() != 4 && pointer.levels() != 5) {
                return new Observed.Malformed<EptContext>(
                        "%s asks for %d levels; there are 4 or 5".formatted(pointer, pointer.levels()));
            }
            int width = capabilities.physicalAddressBits().orElse(WIDEST);
            return Observed.known(new EptContext(
                    pointer,
                    vmcs.isOn(VmxControl.MODE_BASED_EXECUTE_CONTROL_FOR_EPT),
                    (capabilities.eptVpid().orElse(1L) & 1) != 0,
                    vmcs.isOn(VmxControl.EPT_PAGING_WRITE_CONTROL),
                    vmcs.isOn(VmxControl.GUEST_PAGING_VERIFICATION),
                    vmcs.isOn(VmxControl.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT),
                    vmcs.isOn(VmxControl.EPT_VIOLATION_VE),
                    width >= 32 && width <= WIDEST ? width : WIDEST,
                    (capabilities.eptVpid().orElse(0L) >>> ADVANCED_INFORMATION & 1) != 0));
        });
    }
}
