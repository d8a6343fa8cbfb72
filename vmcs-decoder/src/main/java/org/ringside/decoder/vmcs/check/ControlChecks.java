package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.HlatControls;
import org.ringside.decoder.vmcs.ControlWord;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks on VM-execution, VM-exit and VM-entry control fields (SDM vol. 3, 27.2.1). */
final class ControlChecks {
    private static final String EXECUTION = "27.2.1.1";
    private static final String EXIT = "27.2.1.2";
    private static final String ENTRY = "27.2.1.3";
    private static final long EPTP_RESERVED = 0xfff0_0000_0000_0f00L;

    private ControlChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        words(checks);
        execution(checks);
        apic(checks);
        ipi(checks);
        translation(checks);
        exitAndEntry(checks);
        checks.addAll(EventInjectionChecks.all());
        return checks;
    }

    private static void words(List<Check> checks) {
        for (ControlWord word : ControlWord.values()) {
            String section = switch (word) {
                case EXIT, SECONDARY_EXIT -> EXIT;
                case ENTRY -> ENTRY;
                default -> EXECUTION;
            };
            checks.add(new Check(
                    "controls." + word.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    section,
                    "the " + word.title() + " have settings that the capability MSRs allow",
                    in -> active(in, word),
                    in -> in.forbidden(word) == 0));
        }
    }

    private static boolean active(CheckInput in, ControlWord word) {
        return switch (word) {
            case PIN, PRIMARY, EXIT, ENTRY -> true;
            case SECONDARY -> in.on(ACTIVATE_SECONDARY_CONTROLS);
            case TERTIARY -> in.on(ACTIVATE_TERTIARY_CONTROLS);
            case SECONDARY_EXIT -> in.on(EXIT_ACTIVATE_SECONDARY_CONTROLS);
            case VM_FUNCTIONS -> in.on(ENABLE_VM_FUNCTIONS);
        };
    }

    private static void execution(List<Check> checks) {
        checks.add(Check.always(
                "controls.cr3-target-count",
                EXECUTION,
                "the CR3-target count is at most 4",
                in -> in.get(CR3_TARGET_COUNT) <= 4));
        page(checks, "io-bitmap-a", USE_IO_BITMAPS, IO_BITMAP_A);
        page(checks, "io-bitmap-b", USE_IO_BITMAPS, IO_BITMAP_B);
        page(checks, "msr-bitmap", USE_MSR_BITMAPS, MSR_BITMAP);
        requires(checks, "virtual-nmis", VIRTUAL_NMIS, NMI_EXITING);
        requires(checks, "nmi-window-exiting", NMI_WINDOW_EXITING, VIRTUAL_NMIS);
        checks.add(new Check(
                "controls.vpid",
                EXECUTION,
                "with \"Enable VPID\" the VPID is not 0",
                in -> in.on(ENABLE_VPID),
                in -> in.get(VIRTUAL_PROCESSOR_ID) != 0));
        page(checks, "vmread-bitmap", VMCS_SHADOWING, VMREAD_BITMAP);
        page(checks, "vmwrite-bitmap", VMCS_SHADOWING, VMWRITE_BITMAP);
        page(checks, "ve-information", EPT_VIOLATION_VE, VE_INFORMATION_ADDRESS);
        page(checks, "low-pasid-directory", PASID_TRANSLATION, LOW_PASID_DIRECTORY_ADDRESS);
        page(checks, "high-pasid-directory", PASID_TRANSLATION, HIGH_PASID_DIRECTORY_ADDRESS);
        requires(checks, "eptp-switching", EPTP_SWITCHING, ENABLE_EPT);
        page(checks, "eptp-list", EPTP_SWITCHING, EPTP_LIST_ADDRESS);
        checks.add(new Check(
                "controls.tsc-multiplier",
                EXECUTION,
                "with \"Use TSC scaling\" the TSC multiplier is not 0",
                in -> in.on(USE_TSC_SCALING),
                in -> in.get(TSC_MULTIPLIER) != 0));
        requires(checks, "pt-guest-physical.ept", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, ENABLE_EPT);
        requires(checks, "pt-guest-physical.load", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, ENTRY_LOAD_IA32_RTIT_CTL);
        requires(checks, "pt-guest-physical.clear", INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, EXIT_CLEAR_IA32_RTIT_CTL);
    }

    private static void ipi(List<Check> checks) {
        requires(checks, "ipi-virtualization", IPI_VIRTUALIZATION, USE_TPR_SHADOW);
        checks.add(new Check(
                "controls.pid-pointer-table",
                EXECUTION,
                "the PID-pointer table is 8-byte aligned and within the physical-address width to its last entry",
                in -> in.on(IPI_VIRTUALIZATION),
                in -> in.aligned(PID_POINTER_TABLE_ADDRESS, 3)
                        && in.withinWidth(in.get(PID_POINTER_TABLE_ADDRESS) + 8 * in.get(LAST_PID_POINTER_INDEX) + 7)));
    }

    private static void apic(List<Check> checks) {
        page(checks, "virtual-apic", USE_TPR_SHADOW, VIRTUAL_APIC_PAGE_ADDR);
        page(checks, "apic-access", VIRTUALIZE_APIC_ACCESSES, APIC_ACCESS_ADDR);
        checks.add(new Check(
                "controls.tpr-threshold.reserved",
                EXECUTION,
                "bits 31:4 of the TPR threshold are 0 without virtual-interrupt delivery",
                in -> in.on(USE_TPR_SHADOW) && in.off(VIRTUAL_INTERRUPT_DELIVERY),
                in -> in.get(TPR_THRESHOLD) < 16));
        checks.add(new Check(
                "controls.tpr-threshold.vtpr",
                EXECUTION,
                "the TPR threshold is not above bits 7:4 of VTPR in the virtual-APIC page",
                in -> in.on(USE_TPR_SHADOW) && in.off(VIRTUAL_INTERRUPT_DELIVERY) && in.off(VIRTUALIZE_APIC_ACCESSES),
                in -> {
                    long page = in.get(VIRTUAL_APIC_PAGE_ADDR) & -PhysicalMemory.PAGE_SIZE;
                    return (in.get(TPR_THRESHOLD) & 0xf) <= (in.memory(page + 0x80) >>> 4 & 0xf);
                }));
        requires(checks, "x2apic-mode", VIRTUALIZE_X2APIC_MODE, USE_TPR_SHADOW);
        requires(checks, "apic-register-virtualization", APIC_REGISTER_VIRTUALIZATION, USE_TPR_SHADOW);
        requires(checks, "virtual-interrupt-delivery.tpr", VIRTUAL_INTERRUPT_DELIVERY, USE_TPR_SHADOW);
        requires(checks, "virtual-interrupt-delivery.exits", VIRTUAL_INTERRUPT_DELIVERY, EXTERNAL_INTERRUPT_EXITING);
        checks.add(new Check(
                "controls.x2apic-or-apic-accesses",
                EXECUTION,
                "\"Virtualize x2APIC mode\" and \"Virtualize APIC accesses\" are not both 1",
                in -> in.on(VIRTUALIZE_X2APIC_MODE),
                in -> in.off(VIRTUALIZE_APIC_ACCESSES)));
        requires(checks, "posted-interrupts.delivery", PROCESS_POSTED_INTERRUPTS, VIRTUAL_INTERRUPT_DELIVERY);
        requires(
                checks, "posted-interrupts.acknowledge", PROCESS_POSTED_INTERRUPTS, EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT);
        checks.add(new Check(
                "controls.posted-interrupts.vector",
                EXECUTION,
                "the posted-interrupt notification vector is at most 255",
                in -> in.on(PROCESS_POSTED_INTERRUPTS),
                in -> in.get(POSTED_INTR_NV) <= 255));
        checks.add(new Check(
                "controls.posted-interrupts.descriptor",
                EXECUTION,
                "the posted-interrupt descriptor address is a multiple of 64 within the physical-address width",
                in -> in.on(PROCESS_POSTED_INTERRUPTS),
                in -> in.aligned(POSTED_INTR_DESC_ADDR, 6)));
    }

    private static void translation(List<Check> checks) {
        ept(checks, "type", "the memory type of the EPTP is 0 or 6", in -> {
            long type = in.get(EPT_POINTER) & 7;
            return type == 0 || type == 6;
        });
        ept(checks, "length", "the page-walk length of the EPTP is 4 or 5", in -> {
            long length = in.get(EPT_POINTER) >>> 3 & 7;
            return length == 3 || length == 4;
        });
        ept(
                checks,
                "reserved",
                "reserved bits of the EPTP are 0",
                in -> (in.get(EPT_POINTER) & EPTP_RESERVED) == 0 && in.withinWidth(in.get(EPT_POINTER) & ~0xfffL));
        checks.add(new Check(
                "controls.eptp.flags-supported",
                EXECUTION,
                "the processor supports accessed and dirty flags for EPT, which the EPTP enables",
                in -> in.on(ENABLE_EPT) && in.bit(EPT_POINTER, 6),
                in -> (in.take(in.capabilities().eptVpid()) >>> 21 & 1) != 0));
        checks.add(new Check(
                "controls.eptp.length-supported",
                EXECUTION,
                "the processor supports the page-walk length of the EPTP",
                in -> in.on(ENABLE_EPT),
                in -> {
                    long supported = in.take(in.capabilities().eptVpid());
                    return (in.get(EPT_POINTER) >>> 3 & 7) == 4
                            ? (supported >>> 7 & 1) != 0
                            : (supported >>> 6 & 1) != 0;
                }));
        checks.add(new Check(
                "controls.eptp.type-supported",
                EXECUTION,
                "the processor supports the memory type of the EPTP",
                in -> in.on(ENABLE_EPT) && ((in.get(EPT_POINTER) & 7) == 0 || (in.get(EPT_POINTER) & 7) == 6),
                in -> (in.take(in.capabilities().eptVpid()) >>> ((in.get(EPT_POINTER) & 7) == 0 ? 8 : 14) & 1) != 0));
        checks.add(new Check(
                "controls.eptp.shadow-stacks-supported",
                EXECUTION,
                "the processor supports supervisor shadow-stack control, which the EPTP enables",
                in -> in.on(ENABLE_EPT) && in.bit(EPT_POINTER, 7),
                in -> (in.take(in.capabilities().eptVpid()) >>> 23 & 1) != 0));
        requires(checks, "pml.ept", ENABLE_PML, ENABLE_EPT);
        page(checks, "pml", ENABLE_PML, PML_ADDRESS);
        requires(checks, "unrestricted-guest", UNRESTRICTED_GUEST, ENABLE_EPT);
        requires(checks, "mode-based-execute", MODE_BASED_EXECUTE_CONTROL_FOR_EPT, ENABLE_EPT);
        requires(checks, "sub-page-permissions", SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT, ENABLE_EPT);
        page(checks, "sub-page-permission-table", SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT, SPP_TABLE_POINTER);
        hlat(checks);
    }

    private static void hlat(List<Check> checks) {
        requires(checks, "hlat.ept", ENABLE_HLAT, ENABLE_EPT);
        requires(checks, "paging-write.ept", EPT_PAGING_WRITE_CONTROL, ENABLE_EPT);
        requires(checks, "guest-paging-verification.ept", GUEST_PAGING_VERIFICATION, ENABLE_EPT);
        requires(checks, "pebs-guest-physical.ept", PEBS_USES_GUEST_PHYSICAL_ADDRESSES, ENABLE_EPT);
        checks.add(new Check(
                "controls.hlat-pointer",
                EXECUTION,
                "reserved bits of the HLAT pointer are 0",
                in -> in.on(ENABLE_HLAT),
                in -> (in.get(HLAT_POINTER) & HlatControls.RESERVED_BITS) == 0
                        && in.withinWidth(in.get(HLAT_POINTER) & ~0xfffL)));
        checks.add(new Check(
                "controls.hlat-prefix",
                EXECUTION,
                "the HLAT prefix size is at most what the processor supports",
                in -> in.on(ENABLE_HLAT),
                in -> in.get(HLAT_PREFIX_SIZE) <= (in.take(in.capabilities().eptVpid()) >>> 48 & 0x3f)));
    }

    private static void ept(List<Check> checks, String id, String rule, Predicate<CheckInput> holds) {
        checks.add(new Check("controls.eptp." + id, EXECUTION, rule, in -> in.on(ENABLE_EPT), holds));
    }

    private static void exitAndEntry(List<Check> checks) {
        checks.add(new Check(
                "controls.save-preemption-timer",
                EXIT,
                "the VMX-preemption timer value is saved only if the timer is activated",
                in -> in.on(EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE),
                in -> in.on(ACTIVATE_VMX_PREEMPTION_TIMER)));
        area(checks, "exit-msr-store", EXIT, VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_STORE_ADDR);
        area(checks, "exit-msr-load", EXIT, VM_EXIT_MSR_LOAD_COUNT, VM_EXIT_MSR_LOAD_ADDR);
        area(checks, "entry-msr-load", ENTRY, VM_ENTRY_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_ADDR);
        checks.add(new Check(
                "controls.smm",
                ENTRY,
                "\"Entry to SMM\" and \"Deactivate dual-monitor treatment\" are 0 outside SMM",
                in -> true,
                in -> {
                    boolean set = in.on(ENTRY_TO_SMM) || in.on(ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT);
                    if (set) {
                        in.lacks("whether the VM entry was made in SMM is not known");
                    }
                    return !set;
                }));
    }

    private static void area(List<Check> checks, String id, String section, VmcsField count, VmcsField address) {
        checks.add(new Check(
                "controls." + id,
                section,
                "the %s is a multiple of 16 and the area lies within the physical-address width"
                        .formatted(address.title()),
                in -> in.get(count) != 0,
                in -> in.aligned(address, 4) && in.withinWidth(in.get(address) + 16 * in.get(count) - 1)));
    }

    private static void page(List<Check> checks, String id, VmxControl control, VmcsField address) {
        checks.add(new Check(
                "controls." + id,
                EXECUTION,
                "the %s is page-aligned and within the physical-address width".formatted(address.title()),
                in -> in.on(control),
                in -> in.aligned(address, PhysicalMemory.PAGE_SHIFT)));
    }

    private static void requires(List<Check> checks, String id, VmxControl control, VmxControl needed) {
        checks.add(new Check(
                "controls." + id,
                EXECUTION,
                "\"%s\" needs \"%s\"".formatted(control.title(), needed.title()),
                in -> in.on(control),
                in -> in.on(needed)));
    }
}
