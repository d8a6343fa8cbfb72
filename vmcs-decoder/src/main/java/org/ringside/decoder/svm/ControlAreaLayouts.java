package org.ringside.decoder.svm;

import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the control area beside the intercept vectors (AMD64 APM vol. 2, table B-1). */
public final class ControlAreaLayouts {
    private static final String AREA = "svm";

    public static final BitFieldLayout TLB_CONTROL = BitFieldLayout.of(
                    AREA, "TLB_CONTROL", 32, Apm.section("15.16.1, table 15-9; table B-1, offset 058h"))
            .number(7, 0, "TLB_CONTROL", "", ControlAreaLayouts::flush)
            .flag(8, "ALLOW_LARGER_RAP", "", "return-address predictor of 32 entries", "of the processor's size")
            .flag(9, "CLEAR_RAP", "clear the return-address predictor on VMRUN")
            .reservedZero(31, 10)
            .build();

    public static final BitFieldLayout VIRTUAL_INTERRUPT_CONTROL = of(VmcbField.VIRTUAL_INTERRUPT_CONTROL)
            .number(3, 0, "V_TPR", "virtual task priority")
            .reservedZero(7, 4)
            .flag(8, "V_IRQ", "a virtual interrupt is pending")
            .flag(9, "VGIF", "virtual global-interrupt flag", "virtual interrupts are masked", "unmasked")
            .reservedZero(10, 10)
            .flag(11, "V_NMI", "a virtual NMI is pending")
            .flag(12, "V_NMI_MASK", "virtual NMIs are masked")
            .reservedZero(15, 13)
            .number(19, 16, "V_INTR_PRIO", "priority of the virtual interrupt")
            .flag(20, "V_IGN_TPR", "the virtual interrupt ignores the virtual TPR")
            .reservedZero(23, 21)
            .flag(24, "V_INTR_MASKING", "the guest's RFLAGS.IF masks virtual interrupts only, and CR8 is V_TPR")
            .flag(25, "Virtual GIF enable", "STGI and CLGI of the guest change VGIF")
            .flag(26, "V_NMI_ENABLE", "NMI virtualization")
            .reservedZero(29, 27)
            .flag(30, "x2AVIC enable", "the guest's APIC registers are MSRs")
            .flag(31, "AVIC enable", "advanced virtual interrupt controller")
            .number(39, 32, "V_INTR_VECTOR", "vector of the virtual interrupt")
            .reservedZero(63, 40)
            .build();

    public static final BitFieldLayout INTERRUPT_STATE = of(VmcbField.INTERRUPT_STATE)
            .flag(0, "INTERRUPT_SHADOW", "the guest is in an interrupt shadow")
            .flag(1, "GUEST_INTERRUPT_MASK", "RFLAGS.IF of an SEV-ES guest")
            .reservedZero(63, 2)
            .build();

    public static final BitFieldLayout NESTED_CONTROL = of(VmcbField.NESTED_CONTROL)
            .flag(0, "NP_ENABLE", "nested paging")
            .flag(1, "SEV", "secure encrypted virtualization: the guest's memory is encrypted")
            .flag(2, "SEV-ES", "encrypted state: the guest's registers are in the VMSA, encrypted")
            .flag(
                    3,
                    "GMET",
                    "guest-mode execute trap: the guest's kernel may not execute user pages of the nested tables")
            .flag(4, "SSSCheckEn", "supervisor shadow stacks only where the nested tables say so")
            .flag(5, "Virtual transparent encryption", "all of the guest's memory is encrypted")
            .flag(6, "ROGPT", "the guest's page tables may lie in read-only nested pages")
            .flag(7, "INVLPGB/TLBSYNC enable", "the guest may execute them")
            .reservedZero(63, 8)
            .build();

    public static final BitFieldLayout AVIC_APIC_BAR = of(VmcbField.AVIC_APIC_BAR)
            .reservedZero(11, 0)
            .address(51, 12, "APIC_BAR", "guest-physical address of the virtual APIC")
            .reservedZero(63, 52)
            .build();

    /** EVENTINJ and EXITINTINFO have the same form. */
    public static final BitFieldLayout EVENT = BitFieldLayout.of(
                    AREA, "EVENTINJ", 64, Apm.section("15.20, figure 15-5"))
            .number(7, 0, "VECTOR", "", ExceptionVectors::describe)
            .choice(
                    10,
                    8,
                    "TYPE",
                    "",
                    "external or virtual interrupt",
                    "reserved",
                    "NMI",
                    "exception",
                    "software interrupt",
                    "reserved",
                    "reserved",
                    "reserved")
            .flag(11, "EV", "error code valid")
            .reservedZero(30, 12)
            .flag(31, "V", "valid", "no event", "an event")
            .number(63, 32, "ERRORCODE", "meaningful if EV and V are set")
            .build();

    public static final BitFieldLayout N_CR3 = BitFieldLayout.of(
                    AREA, "N_CR3", 64, Apm.section("15.25.3; table B-1, offset 0B0h"))
            .ignored(2, 0)
            .flag(3, "PWT", "page-level write-through")
            .flag(4, "PCD", "page-level cache disable")
            .ignored(11, 5)
            .address(51, 12, "Root table", "physical address of the nested tables' root")
            .reservedZero(63, 52)
            .build();

    public static final BitFieldLayout VIRTUALIZATION_CONTROL = of(VmcbField.VIRTUALIZATION_CONTROL)
            .flag(0, "LBR_VIRTUALIZATION_ENABLE", "last-branch records of the guest are in the VMCB")
            .flag(1, "VMSAVE/VMLOAD virtualization", "the guest may execute them, on its own physical addresses")
            .flag(2, "IBS virtualization", "instruction-based sampling")
            .flag(3, "PMC virtualization", "performance counters")
            .reservedZero(63, 4)
            .build();

    public static final BitFieldLayout CLEAN_BITS = BitFieldLayout.of(
                    AREA, "VMCB clean bits", 32, Apm.section("15.15.3, figure 15-4"))
            .flag(0, "I", "intercept vectors, TSC offset, PAUSE filter count")
            .flag(1, "IOPM", "IOPM_BASE_PA, MSRPM_BASE_PA")
            .flag(2, "ASID", "ASID")
            .flag(3, "TPR", "virtual-interrupt control (060h to 067h)")
            .flag(4, "NP", "nested paging: N_CR3, G_PAT")
            .flag(5, "CRx", "CR0, CR3, CR4, EFER")
            .flag(6, "DRx", "DR6, DR7")
            .flag(7, "DT", "GDTR and IDTR")
            .flag(8, "SEG", "CS, DS, SS, ES, CPL")
            .flag(9, "CR2", "CR2")
            .flag(10, "LBR", "DBGCTL, BR_FROM, BR_TO, LASTEXCPFROM, LASTEXCPTO")
            .flag(11, "AVIC", "APIC_BAR, APIC_BACKING_PAGE, PHYSICAL_TABLE and LOGICAL_TABLE pointers")
            .flag(12, "CET", "S_CET, SSP, ISST_ADDR")
            // Reserved for future implementations, which a hypervisor may set when nothing at all was modified.
            .ignored(30, 13)
            .flag(31, "Host", "for the hypervisor; no processor uses it")
            .build();

    public static final BitFieldLayout AVIC_BACKING_PAGE = pointer(VmcbField.AVIC_BACKING_PAGE, "APIC_BACKING_PAGE");
    public static final BitFieldLayout AVIC_LOGICAL_TABLE = pointer(VmcbField.AVIC_LOGICAL_TABLE, "LOGICAL_TABLE");
    public static final BitFieldLayout AVIC_PHYSICAL_TABLE = of(VmcbField.AVIC_PHYSICAL_TABLE)
            .number(11, 0, "AVIC_PHYSICAL_MAX_INDEX", "highest index of the table")
            .address(51, 12, "PHYSICAL_TABLE", "physical address")
            .reservedZero(63, 52)
            .build();
    public static final BitFieldLayout VMSA_POINTER = pointer(VmcbField.VMSA_POINTER, "VMSA");

    public static final BitFieldLayout UPDATE_IRR = of(VmcbField.UPDATE_IRR)
            .flag(0, "UPDATE_IRR", "move REQUESTED_IRR to the guest's APIC on VMRUN")
            .reservedZero(31, 1)
            .build();

    public static final BitFieldLayout ALLOWED_SEV_FEATURES = sevFeatures(VmcbField.ALLOWED_SEV_FEATURES)
            .reservedZero(62, 62)
            .flag(63, "ALLOWED_SEV_FEATURES_EN", "the guest may use no feature beside these")
            .build();

    public static final BitFieldLayout GUEST_SEV_FEATURES =
            sevFeatures(VmcbField.GUEST_SEV_FEATURES).reservedZero(63, 62).build();

    private ControlAreaLayouts() {}

    private static BitFieldLayout.Builder of(VmcbField field) {
        return BitFieldLayout.of(AREA, field.title(), 8 * field.bytes(), field.reference());
    }

    private static BitFieldLayout pointer(VmcbField field, String name) {
        return of(field)
                .reservedZero(11, 0)
                .address(51, 12, name, "physical address")
                .reservedZero(63, 52)
                .build();
    }

    private static String flush(long control) {
        return switch ((int) control) {
            case 0 -> "flush nothing";
            case 1 -> "flush the entire TLB";
            case 3 -> "flush this guest's entries";
            case 7 -> "flush this guest's non-global entries";
            default -> "reserved encoding";
        };
    }

    /** SEV_FEATURES (table B-4, offset 3B0h). */
    private static BitFieldLayout.Builder sevFeatures(VmcbField field) {
        return of(field)
                .flag(0, "SNPActive", "secure nested paging")
                .flag(1, "vTOM", "virtual top of memory")
                .flag(2, "ReflectVC", "reflect #VC")
                .flag(3, "RestrictedInjection", "only #HV may be injected")
                .flag(4, "AlternateInjection", "events are injected through the VMSA")
                .flag(5, "DebugVirtualization", "debug registers are swapped")
                .flag(6, "PreventHostIBS", "no instruction-based sampling by the host")
                .flag(7, "BTBIsolation", "branch targets are isolated")
                .flag(8, "VmplSSS", "supervisor shadow stacks per VMPL")
                .flag(9, "SecureTSC", "a TSC that the host cannot change")
                .flag(10, "VmgexitParameter", "VMGEXIT gives RAX and CPL")
                .flag(11, "PmcVirtualization", "performance counters")
                .flag(12, "IbsVirtualization", "instruction-based sampling")
                .flag(13, "GuestInterceptCtl", "the guest controls intercepts")
                .flag(14, "VmsaRegProt", "register protection in the VMSA")
                .flag(15, "SmtProtection", "no other guest on the sibling thread")
                .flag(16, "SecureAvic", "secure AVIC")
                .reservedZero(20, 17)
                .flag(21, "IbpbOnEntry", "branch-prediction barrier on entry")
                .reservedZero(61, 22);
    }
}
