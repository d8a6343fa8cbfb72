package org.ringside.decoder.vmcs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every field of the VMCS: its encoding, the SDM's name, and what makes it exist (SDM vol. 3, appendix B and 25.4 to 25.9; extensions
 * published for APX and APIC-timer virtualization included). In the order of the encodings.
 */
public enum VmcsField {
    VIRTUAL_PROCESSOR_ID(0x0000, "Virtual-processor identifier (VPID)", VmxControl.ENABLE_VPID),
    POSTED_INTR_NV(0x0002, "Posted-interrupt notification vector", VmxControl.PROCESS_POSTED_INTERRUPTS),
    EPTP_INDEX(0x0004, "EPTP index", VmxControl.EPT_VIOLATION_VE),
    HLAT_PREFIX_SIZE(0x0006, "HLAT prefix size", VmxControl.ENABLE_HLAT),
    LAST_PID_POINTER_INDEX(0x0008, "Last PID-pointer index", VmxControl.IPI_VIRTUALIZATION),
    VIRTUAL_TIMER_VECTOR(0x000a, "Virtual timer vector", VmxControl.APIC_TIMER_VIRTUALIZATION),
    GUEST_ES_SELECTOR(0x0800, "Guest ES selector"),
    GUEST_CS_SELECTOR(0x0802, "Guest CS selector"),
    GUEST_SS_SELECTOR(0x0804, "Guest SS selector"),
    GUEST_DS_SELECTOR(0x0806, "Guest DS selector"),
    GUEST_FS_SELECTOR(0x0808, "Guest FS selector"),
    GUEST_GS_SELECTOR(0x080a, "Guest GS selector"),
    GUEST_LDTR_SELECTOR(0x080c, "Guest LDTR selector"),
    GUEST_TR_SELECTOR(0x080e, "Guest TR selector"),
    GUEST_INTR_STATUS(0x0810, "Guest interrupt status", VmxControl.VIRTUAL_INTERRUPT_DELIVERY),
    GUEST_PML_INDEX(0x0812, "PML index", VmxControl.ENABLE_PML),
    GUEST_UINV(0x0814, "Guest UINV", VmxControl.EXIT_CLEAR_UINV, VmxControl.ENTRY_LOAD_UINV),
    HOST_ES_SELECTOR(0x0c00, "Host ES selector"),
    HOST_CS_SELECTOR(0x0c02, "Host CS selector"),
    HOST_SS_SELECTOR(0x0c04, "Host SS selector"),
    HOST_DS_SELECTOR(0x0c06, "Host DS selector"),
    HOST_FS_SELECTOR(0x0c08, "Host FS selector"),
    HOST_GS_SELECTOR(0x0c0a, "Host GS selector"),
    HOST_TR_SELECTOR(0x0c0c, "Host TR selector"),
    IO_BITMAP_A(0x2000, "Address of I/O bitmap A"),
    IO_BITMAP_B(0x2002, "Address of I/O bitmap B"),
    MSR_BITMAP(0x2004, "Address of MSR bitmaps", VmxControl.USE_MSR_BITMAPS),
    VM_EXIT_MSR_STORE_ADDR(0x2006, "VM-exit MSR-store address"),
    VM_EXIT_MSR_LOAD_ADDR(0x2008, "VM-exit MSR-load address"),
    VM_ENTRY_MSR_LOAD_ADDR(0x200a, "VM-entry MSR-load address"),
    EXECUTIVE_VMCS_POINTER(0x200c, "Executive-VMCS pointer"),
    PML_ADDRESS(0x200e, "PML address", VmxControl.ENABLE_PML),
    TSC_OFFSET(0x2010, "TSC offset"),
    VIRTUAL_APIC_PAGE_ADDR(0x2012, "Virtual-APIC address", VmxControl.USE_TPR_SHADOW),
    APIC_ACCESS_ADDR(0x2014, "APIC-access address", VmxControl.VIRTUALIZE_APIC_ACCESSES),
    POSTED_INTR_DESC_ADDR(0x2016, "Posted-interrupt descriptor address", VmxControl.PROCESS_POSTED_INTERRUPTS),
    VM_FUNCTION_CONTROLS(0x2018, "VM-function controls", VmxControl.ENABLE_VM_FUNCTIONS),
    EPT_POINTER(0x201a, "EPT pointer (EPTP)", VmxControl.ENABLE_EPT),
    EOI_EXIT_BITMAP0(0x201c, "EOI-exit bitmap 0", VmxControl.VIRTUAL_INTERRUPT_DELIVERY),
    EOI_EXIT_BITMAP1(0x201e, "EOI-exit bitmap 1", VmxControl.VIRTUAL_INTERRUPT_DELIVERY),
    EOI_EXIT_BITMAP2(0x2020, "EOI-exit bitmap 2", VmxControl.VIRTUAL_INTERRUPT_DELIVERY),
    EOI_EXIT_BITMAP3(0x2022, "EOI-exit bitmap 3", VmxControl.VIRTUAL_INTERRUPT_DELIVERY),
    EPTP_LIST_ADDRESS(0x2024, "EPTP-list address", VmxControl.EPTP_SWITCHING),
    VMREAD_BITMAP(0x2026, "VMREAD-bitmap address", VmxControl.VMCS_SHADOWING),
    VMWRITE_BITMAP(0x2028, "VMWRITE-bitmap address", VmxControl.VMCS_SHADOWING),
    VE_INFORMATION_ADDRESS(0x202a, "Virtualization-exception information address", VmxControl.EPT_VIOLATION_VE),
    XSS_EXIT_BITMAP(0x202c, "XSS-exiting bitmap", VmxControl.ENABLE_XSAVES_XRSTORS),
    ENCLS_EXITING_BITMAP(0x202e, "ENCLS-exiting bitmap", VmxControl.ENABLE_ENCLS_EXITING),
    SPP_TABLE_POINTER(
            0x2030, "Sub-page-permission-table pointer (SPPTP)", VmxControl.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT),
    TSC_MULTIPLIER(0x2032, "TSC multiplier", VmxControl.USE_TSC_SCALING),
    TERTIARY_VM_EXEC_CONTROL(
            0x2034, "Tertiary processor-based VM-execution controls", VmxControl.ACTIVATE_TERTIARY_CONTROLS),
    ENCLV_EXITING_BITMAP(0x2036, "ENCLV-exiting bitmap", VmxControl.ENABLE_ENCLV_EXITING),
    LOW_PASID_DIRECTORY_ADDRESS(0x2038, "Low PASID directory address", VmxControl.PASID_TRANSLATION),
    HIGH_PASID_DIRECTORY_ADDRESS(0x203a, "High PASID directory address", VmxControl.PASID_TRANSLATION),
    SHARED_EPT_POINTER(0x203c, "Shared EPT pointer", VmxControl.SEAM_GUEST_PHYSICAL_ADDRESS_WIDTH),
    PCONFIG_EXITING_BITMAP(0x203e, "PCONFIG-exiting bitmap", VmxControl.ENABLE_PCONFIG),
    HLAT_POINTER(0x2040, "Hypervisor-managed linear-address translation pointer (HLATP)", VmxControl.ENABLE_HLAT),
    PID_POINTER_TABLE_ADDRESS(0x2042, "PID-pointer table address", VmxControl.IPI_VIRTUALIZATION),
    SECONDARY_VM_EXIT_CONTROLS(0x2044, "Secondary VM-exit controls", VmxControl.EXIT_ACTIVATE_SECONDARY_CONTROLS),
    IA32_SPEC_CTRL_MASK(0x204a, "IA32_SPEC_CTRL mask", VmxControl.VIRTUALIZE_IA32_SPEC_CTRL),
    IA32_SPEC_CTRL_SHADOW(0x204c, "IA32_SPEC_CTRL shadow", VmxControl.VIRTUALIZE_IA32_SPEC_CTRL),
    GUEST_DEADLINE_SHADOW(0x204e, "Guest deadline shadow", VmxControl.APIC_TIMER_VIRTUALIZATION),
    INJECTED_EVENT_DATA(0x2052, "Injected-event data", VmxControl.ENTRY_LOAD_IA32_FRED),
    GUEST_PHYSICAL_ADDRESS(0x2400, "Guest-physical address", VmxControl.ENABLE_EPT),
    MSR_DATA(0x2402, "MSR data", VmxControl.ENABLE_MSR_LIST_INSTRUCTIONS),
    ORIGINAL_EVENT_DATA(0x2404, "Original-event data", VmxControl.ENTRY_LOAD_IA32_FRED),
    EXTENDED_INSTRUCTION_INFO(0x2406, "VM-exit extended-instruction information", "processors that support Intel APX"),
    VMCS_LINK_POINTER(0x2800, "VMCS link pointer"),
    GUEST_IA32_DEBUGCTL(0x2802, "Guest IA32_DEBUGCTL"),
    GUEST_IA32_PAT(0x2804, "Guest IA32_PAT", VmxControl.ENTRY_LOAD_IA32_PAT, VmxControl.EXIT_SAVE_IA32_PAT),
    GUEST_IA32_EFER(0x2806, "Guest IA32_EFER", VmxControl.ENTRY_LOAD_IA32_EFER, VmxControl.EXIT_SAVE_IA32_EFER),
    GUEST_IA32_PERF_GLOBAL_CTRL(
            0x2808,
            "Guest IA32_PERF_GLOBAL_CTRL",
            VmxControl.ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL,
            VmxControl.EXIT_SAVE_IA32_PERF_GLOBAL_CTRL),
    GUEST_PDPTE0(0x280a, "Guest PDPTE0", VmxControl.ENABLE_EPT),
    GUEST_PDPTE1(0x280c, "Guest PDPTE1", VmxControl.ENABLE_EPT),
    GUEST_PDPTE2(0x280e, "Guest PDPTE2", VmxControl.ENABLE_EPT),
    GUEST_PDPTE3(0x2810, "Guest PDPTE3", VmxControl.ENABLE_EPT),
    GUEST_IA32_BNDCFGS(
            0x2812, "Guest IA32_BNDCFGS", VmxControl.ENTRY_LOAD_IA32_BNDCFGS, VmxControl.EXIT_CLEAR_IA32_BNDCFGS),
    GUEST_IA32_RTIT_CTL(
            0x2814, "Guest IA32_RTIT_CTL", VmxControl.ENTRY_LOAD_IA32_RTIT_CTL, VmxControl.EXIT_CLEAR_IA32_RTIT_CTL),
    GUEST_IA32_LBR_CTL(
            0x2816, "Guest IA32_LBR_CTL", VmxControl.ENTRY_LOAD_GUEST_IA32_LBR_CTL, VmxControl.EXIT_CLEAR_IA32_LBR_CTL),
    GUEST_IA32_PKRS(0x2818, "Guest IA32_PKRS", VmxControl.ENTRY_LOAD_PKRS),
    GUEST_IA32_FRED_CONFIG(
            0x281a, "Guest IA32_FRED_CONFIG", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_RSP1(
            0x281c, "Guest IA32_FRED_RSP1", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_RSP2(
            0x281e, "Guest IA32_FRED_RSP2", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_RSP3(
            0x2820, "Guest IA32_FRED_RSP3", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_STKLVLS(
            0x2822, "Guest IA32_FRED_STKLVLS", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_SSP1(
            0x2824, "Guest IA32_FRED_SSP1", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_SSP2(
            0x2826, "Guest IA32_FRED_SSP2", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_FRED_SSP3(
            0x2828, "Guest IA32_FRED_SSP3", VmxControl.ENTRY_LOAD_IA32_FRED, VmxControl.EXIT_SAVE_IA32_FRED),
    GUEST_IA32_SPEC_CTRL(0x282e, "Guest IA32_SPEC_CTRL", VmxControl.ENTRY_LOAD_IA32_SPEC_CTRL),
    GUEST_DEADLINE(0x2830, "Guest deadline", VmxControl.APIC_TIMER_VIRTUALIZATION),
    HOST_IA32_PAT(0x2c00, "Host IA32_PAT", VmxControl.EXIT_LOAD_IA32_PAT),
    HOST_IA32_EFER(0x2c02, "Host IA32_EFER", VmxControl.EXIT_LOAD_IA32_EFER),
    HOST_IA32_PERF_GLOBAL_CTRL(0x2c04, "Host IA32_PERF_GLOBAL_CTRL", VmxControl.EXIT_LOAD_IA32_PERF_GLOBAL_CTRL),
    HOST_IA32_PKRS(0x2c06, "Host IA32_PKRS", VmxControl.EXIT_LOAD_PKRS),
    HOST_IA32_FRED_CONFIG(0x2c08, "Host IA32_FRED_CONFIG", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_RSP1(0x2c0a, "Host IA32_FRED_RSP1", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_RSP2(0x2c0c, "Host IA32_FRED_RSP2", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_RSP3(0x2c0e, "Host IA32_FRED_RSP3", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_STKLVLS(0x2c10, "Host IA32_FRED_STKLVLS", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_SSP1(0x2c12, "Host IA32_FRED_SSP1", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_SSP2(0x2c14, "Host IA32_FRED_SSP2", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_FRED_SSP3(0x2c16, "Host IA32_FRED_SSP3", VmxControl.EXIT_LOAD_IA32_FRED),
    HOST_IA32_SPEC_CTRL(0x2c1a, "Host IA32_SPEC_CTRL", VmxControl.EXIT_LOAD_IA32_SPEC_CTRL),
    PIN_BASED_VM_EXEC_CONTROL(0x4000, "Pin-based VM-execution controls"),
    CPU_BASED_VM_EXEC_CONTROL(0x4002, "Primary processor-based VM-execution controls"),
    EXCEPTION_BITMAP(0x4004, "Exception bitmap"),
    PAGE_FAULT_ERROR_CODE_MASK(0x4006, "Page-fault error-code mask"),
    PAGE_FAULT_ERROR_CODE_MATCH(0x4008, "Page-fault error-code match"),
    CR3_TARGET_COUNT(0x400a, "CR3-target count"),
    VM_EXIT_CONTROLS(0x400c, "Primary VM-exit controls"),
    VM_EXIT_MSR_STORE_COUNT(0x400e, "VM-exit MSR-store count"),
    VM_EXIT_MSR_LOAD_COUNT(0x4010, "VM-exit MSR-load count"),
    VM_ENTRY_CONTROLS(0x4012, "VM-entry controls"),
    VM_ENTRY_MSR_LOAD_COUNT(0x4014, "VM-entry MSR-load count"),
    VM_ENTRY_INTR_INFO(0x4016, "VM-entry interruption-information field"),
    VM_ENTRY_EXCEPTION_ERROR_CODE(0x4018, "VM-entry exception error code"),
    VM_ENTRY_INSTRUCTION_LENGTH(0x401a, "VM-entry instruction length"),
    TPR_THRESHOLD(0x401c, "TPR threshold", VmxControl.USE_TPR_SHADOW),
    SECONDARY_VM_EXEC_CONTROL(
            0x401e, "Secondary processor-based VM-execution controls", VmxControl.ACTIVATE_SECONDARY_CONTROLS),
    PLE_GAP(0x4020, "PLE_Gap", VmxControl.PAUSE_LOOP_EXITING),
    PLE_WINDOW(0x4022, "PLE_Window", VmxControl.PAUSE_LOOP_EXITING),
    INSTRUCTION_TIMEOUT_CONTROL(0x4024, "Instruction-timeout control", VmxControl.INSTRUCTION_TIMEOUT),
    VM_INSTRUCTION_ERROR(0x4400, "VM-instruction error"),
    EXIT_REASON(0x4402, "Exit reason"),
    VM_EXIT_INTR_INFO(0x4404, "VM-exit interruption information"),
    VM_EXIT_INTR_ERROR_CODE(0x4406, "VM-exit interruption error code"),
    IDT_VECTORING_INFO(0x4408, "IDT-vectoring information field"),
    IDT_VECTORING_ERROR_CODE(0x440a, "IDT-vectoring error code"),
    VM_EXIT_INSTRUCTION_LENGTH(0x440c, "VM-exit instruction length"),
    VM_EXIT_INSTRUCTION_INFO(0x440e, "VM-exit instruction information"),
    GUEST_ES_LIMIT(0x4800, "Guest ES limit"),
    GUEST_CS_LIMIT(0x4802, "Guest CS limit"),
    GUEST_SS_LIMIT(0x4804, "Guest SS limit"),
    GUEST_DS_LIMIT(0x4806, "Guest DS limit"),
    GUEST_FS_LIMIT(0x4808, "Guest FS limit"),
    GUEST_GS_LIMIT(0x480a, "Guest GS limit"),
    GUEST_LDTR_LIMIT(0x480c, "Guest LDTR limit"),
    GUEST_TR_LIMIT(0x480e, "Guest TR limit"),
    GUEST_GDTR_LIMIT(0x4810, "Guest GDTR limit"),
    GUEST_IDTR_LIMIT(0x4812, "Guest IDTR limit"),
    GUEST_ES_ACCESS_RIGHTS(0x4814, "Guest ES access rights"),
    GUEST_CS_ACCESS_RIGHTS(0x4816, "Guest CS access rights"),
    GUEST_SS_ACCESS_RIGHTS(0x4818, "Guest SS access rights"),
    GUEST_DS_ACCESS_RIGHTS(0x481a, "Guest DS access rights"),
    GUEST_FS_ACCESS_RIGHTS(0x481c, "Guest FS access rights"),
    GUEST_GS_ACCESS_RIGHTS(0x481e, "Guest GS access rights"),
    GUEST_LDTR_ACCESS_RIGHTS(0x4820, "Guest LDTR access rights"),
    GUEST_TR_ACCESS_RIGHTS(0x4822, "Guest TR access rights"),
    GUEST_INTERRUPTIBILITY_STATE(0x4824, "Guest interruptibility state"),
    GUEST_ACTIVITY_STATE(0x4826, "Guest activity state"),
    GUEST_SMBASE(0x4828, "Guest SMBASE"),
    GUEST_IA32_SYSENTER_CS(0x482a, "Guest IA32_SYSENTER_CS"),
    VMX_PREEMPTION_TIMER_VALUE(0x482e, "VMX-preemption timer value", VmxControl.ACTIVATE_VMX_PREEMPTION_TIMER),
    HOST_IA32_SYSENTER_CS(0x4c00, "Host IA32_SYSENTER_CS"),
    CR0_GUEST_HOST_MASK(0x6000, "CR0 guest/host mask"),
    CR4_GUEST_HOST_MASK(0x6002, "CR4 guest/host mask"),
    CR0_READ_SHADOW(0x6004, "CR0 read shadow"),
    CR4_READ_SHADOW(0x6006, "CR4 read shadow"),
    CR3_TARGET_VALUE0(0x6008, "CR3-target value 0", "processors whose IA32_VMX_MISC[24:16] is above 0"),
    CR3_TARGET_VALUE1(0x600a, "CR3-target value 1", "processors whose IA32_VMX_MISC[24:16] is above 1"),
    CR3_TARGET_VALUE2(0x600c, "CR3-target value 2", "processors whose IA32_VMX_MISC[24:16] is above 2"),
    CR3_TARGET_VALUE3(0x600e, "CR3-target value 3", "processors whose IA32_VMX_MISC[24:16] is above 3"),
    EXIT_QUALIFICATION(0x6400, "Exit qualification"),
    IO_RCX(0x6402, "I/O RCX"),
    IO_RSI(0x6404, "I/O RSI"),
    IO_RDI(0x6406, "I/O RDI"),
    IO_RIP(0x6408, "I/O RIP"),
    GUEST_LINEAR_ADDRESS(0x640a, "Guest-linear address"),
    GUEST_CR0(0x6800, "Guest CR0"),
    GUEST_CR3(0x6802, "Guest CR3"),
    GUEST_CR4(0x6804, "Guest CR4"),
    GUEST_ES_BASE(0x6806, "Guest ES base"),
    GUEST_CS_BASE(0x6808, "Guest CS base"),
    GUEST_SS_BASE(0x680a, "Guest SS base"),
    GUEST_DS_BASE(0x680c, "Guest DS base"),
    GUEST_FS_BASE(0x680e, "Guest FS base"),
    GUEST_GS_BASE(0x6810, "Guest GS base"),
    GUEST_LDTR_BASE(0x6812, "Guest LDTR base"),
    GUEST_TR_BASE(0x6814, "Guest TR base"),
    GUEST_GDTR_BASE(0x6816, "Guest GDTR base"),
    GUEST_IDTR_BASE(0x6818, "Guest IDTR base"),
    GUEST_DR7(0x681a, "Guest DR7"),
    GUEST_RSP(0x681c, "Guest RSP"),
    GUEST_RIP(0x681e, "Guest RIP"),
    GUEST_RFLAGS(0x6820, "Guest RFLAGS"),
    GUEST_PENDING_DEBUG_EXCEPTIONS(0x6822, "Guest pending debug exceptions"),
    GUEST_IA32_SYSENTER_ESP(0x6824, "Guest IA32_SYSENTER_ESP"),
    GUEST_IA32_SYSENTER_EIP(0x6826, "Guest IA32_SYSENTER_EIP"),
    GUEST_IA32_S_CET(0x6828, "Guest IA32_S_CET", VmxControl.ENTRY_LOAD_CET_STATE),
    GUEST_SSP(0x682a, "Guest SSP", VmxControl.ENTRY_LOAD_CET_STATE),
    GUEST_INTERRUPT_SSP_TABLE_ADDR(0x682c, "Guest IA32_INTERRUPT_SSP_TABLE_ADDR", VmxControl.ENTRY_LOAD_CET_STATE),
    HOST_CR0(0x6c00, "Host CR0"),
    HOST_CR3(0x6c02, "Host CR3"),
    HOST_CR4(0x6c04, "Host CR4"),
    HOST_FS_BASE(0x6c06, "Host FS base"),
    HOST_GS_BASE(0x6c08, "Host GS base"),
    HOST_TR_BASE(0x6c0a, "Host TR base"),
    HOST_GDTR_BASE(0x6c0c, "Host GDTR base"),
    HOST_IDTR_BASE(0x6c0e, "Host IDTR base"),
    HOST_IA32_SYSENTER_ESP(0x6c10, "Host IA32_SYSENTER_ESP"),
    HOST_IA32_SYSENTER_EIP(0x6c12, "Host IA32_SYSENTER_EIP"),
    HOST_RSP(0x6c14, "Host RSP"),
    HOST_RIP(0x6c16, "Host RIP"),
    HOST_IA32_S_CET(0x6c18, "Host IA32_S_CET", VmxControl.EXIT_LOAD_CET_STATE),
    HOST_SSP(0x6c1a, "Host SSP", VmxControl.EXIT_LOAD_CET_STATE),
    HOST_INTERRUPT_SSP_TABLE_ADDR(0x6c1c, "Host IA32_INTERRUPT_SSP_TABLE_ADDR", VmxControl.EXIT_LOAD_CET_STATE);

    private static final Map<Integer, VmcsField> BY_ENCODING =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(VmcsField::encoding, f -> f));
    private static final Map<String, VmcsField> BY_SYMBOL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(VmcsField::name, f -> f));

    private final int encoding;
    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // List.of: cannot be changed
    private final List<VmxControl> controls;

    private final String capability;

    VmcsField(int encoding, String title, VmxControl... controls) {
        this.encoding = encoding;
        this.title = title;
        this.controls = List.of(controls);
        this.capability = "";
    }

    VmcsField(int encoding, String title, String capability) {
        this.encoding = encoding;
        this.title = title;
        this.controls = List.of();
        this.capability = capability;
    }

    /** The encoding that VMREAD and VMWRITE take; of a 64-bit field that of full access. */
    public int encoding() {
        return encoding;
    }

    /** The encoding of the high 32 bits of a 64-bit field; empty for other widths, which have full access only. */
    public Optional<Integer> highEncoding() {
        return width() == VmcsFieldWidth.QUADWORD ? Optional.of(encoding | 1) : Optional.empty();
    }

    /** The SDM's name. */
    public String title() {
        return title;
    }

    public VmcsFieldWidth width() {
        return VmcsFieldWidth.of(encoding >> 13 & 3);
    }

    public VmcsFieldGroup group() {
        return VmcsFieldGroup.of(encoding >> 10 & 3);
    }

    /** Bits 9:1 of the encoding. */
    public int index() {
        return encoding >> 1 & 0x1ff;
    }

    /** The controls whose 1-setting, of any of them, makes the field exist; empty where the field does not depend on a control. */
    public List<VmxControl> controls() {
        return controls;
    }

    /** On which processors the field exists, for a person. */
    public String existence() {
        if (!capability.isEmpty()) {
            return capability;
        }
        if (controls.isEmpty()) {
            return "all processors that support VMX";
        }
        return controls.stream()
                .map(VmxControl::toString)
                .collect(Collectors.joining(" or ", "processors that support the 1-setting of ", ""));
    }

    /** Whether the value is an address of memory that the host set up, always host-physical. */
    public boolean isPhysicalAddress() {
        return switch (this) {
            case IO_BITMAP_A,
                    IO_BITMAP_B,
                    MSR_BITMAP,
                    VM_EXIT_MSR_STORE_ADDR,
                    VM_EXIT_MSR_LOAD_ADDR,
                    VM_ENTRY_MSR_LOAD_ADDR,
                    EXECUTIVE_VMCS_POINTER,
                    PML_ADDRESS,
                    VIRTUAL_APIC_PAGE_ADDR,
                    APIC_ACCESS_ADDR,
                    POSTED_INTR_DESC_ADDR,
                    EPTP_LIST_ADDRESS,
                    VMREAD_BITMAP,
                    VMWRITE_BITMAP,
                    VE_INFORMATION_ADDRESS,
                    SPP_TABLE_POINTER,
                    LOW_PASID_DIRECTORY_ADDRESS,
                    HIGH_PASID_DIRECTORY_ADDRESS,
                    PID_POINTER_TABLE_ADDRESS,
                    VMCS_LINK_POINTER -> true;
            default -> false;
        };
    }

    /** The field of an encoding, full or high access. */
    public static Optional<VmcsField> ofEncoding(int encoding) {
        VmcsField exact = BY_ENCODING.get(encoding);
        if (exact != null) {
            return Optional.of(exact);
        }
        VmcsField full = BY_ENCODING.get(encoding & ~1);
        return Optional.ofNullable(full).filter(f -> f.width() == VmcsFieldWidth.QUADWORD);
    }

    /** The field of this constant's name, for example {@code "GUEST_CR3"}. */
    public static Optional<VmcsField> ofSymbol(String symbol) {
        return Optional.ofNullable(BY_SYMBOL.get(symbol));
    }

    /** The fields of one group, in the order of their encodings. */
    public static List<VmcsField> of(VmcsFieldGroup group) {
        return Arrays.stream(values()).filter(f -> f.group() == group).toList();
    }
}
