package org.ringside.decoder.vmcs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A control bit of a VMCS, by the name the SDM gives it (vol. 3, 25.6 to 25.8). */
public enum VmxControl {
    EXTERNAL_INTERRUPT_EXITING(ControlWord.PIN, 0, "External-interrupt exiting", "external interrupts cause VM exits"),
    NMI_EXITING(ControlWord.PIN, 3, "NMI exiting", "non-maskable interrupts cause VM exits"),
    VIRTUAL_NMIS(
            ControlWord.PIN,
            5,
            "Virtual NMIs",
            "NMIs are never blocked, the \"blocking by NMI\" bit means virtual-NMI blocking"),
    ACTIVATE_VMX_PREEMPTION_TIMER(
            ControlWord.PIN,
            6,
            "Activate VMX-preemption timer",
            "the timer counts down in the guest; a VM exit occurs at zero"),
    PROCESS_POSTED_INTERRUPTS(
            ControlWord.PIN,
            7,
            "Process posted interrupts",
            "interrupts with the notification vector are delivered from the posted-interrupt descriptor"),
    INTERRUPT_WINDOW_EXITING(
            ControlWord.PRIMARY,
            2,
            "Interrupt-window exiting",
            "a VM exit occurs as soon as the guest can take an interrupt"),
    USE_TSC_OFFSETTING(
            ControlWord.PRIMARY,
            3,
            "Use TSC offsetting",
            "RDTSC, RDTSCP and RDMSR of the TSC see it moved by the TSC offset"),
    HLT_EXITING(ControlWord.PRIMARY, 7, "HLT exiting", "HLT causes a VM exit"),
    INVLPG_EXITING(ControlWord.PRIMARY, 9, "INVLPG exiting", "INVLPG causes a VM exit"),
    MWAIT_EXITING(ControlWord.PRIMARY, 10, "MWAIT exiting", "MWAIT causes a VM exit"),
    RDPMC_EXITING(ControlWord.PRIMARY, 11, "RDPMC exiting", "RDPMC causes a VM exit"),
    RDTSC_EXITING(ControlWord.PRIMARY, 12, "RDTSC exiting", "RDTSC and RDTSCP cause VM exits"),
    CR3_LOAD_EXITING(
            ControlWord.PRIMARY, 15, "CR3-load exiting", "MOV to CR3 causes a VM exit, but for the CR3-target values"),
    CR3_STORE_EXITING(ControlWord.PRIMARY, 16, "CR3-store exiting", "MOV from CR3 causes a VM exit"),
    ACTIVATE_TERTIARY_CONTROLS(
            ControlWord.PRIMARY,
            17,
            "Activate tertiary controls",
            "the tertiary controls are used; else they count as 0"),
    CR8_LOAD_EXITING(ControlWord.PRIMARY, 19, "CR8-load exiting", "MOV to CR8 causes a VM exit"),
    CR8_STORE_EXITING(ControlWord.PRIMARY, 20, "CR8-store exiting", "MOV from CR8 causes a VM exit"),
    USE_TPR_SHADOW(ControlWord.PRIMARY, 21, "Use TPR shadow", "CR8 and APIC accesses use the virtual-APIC page"),
    NMI_WINDOW_EXITING(
            ControlWord.PRIMARY,
            22,
            "NMI-window exiting",
            "a VM exit occurs as soon as there is no virtual-NMI blocking"),
    MOV_DR_EXITING(ControlWord.PRIMARY, 23, "MOV-DR exiting", "MOV to and from debug registers cause VM exits"),
    UNCONDITIONAL_IO_EXITING(
            ControlWord.PRIMARY,
            24,
            "Unconditional I/O exiting",
            "every I/O instruction causes a VM exit, unless I/O bitmaps are used"),
    USE_IO_BITMAPS(ControlWord.PRIMARY, 25, "Use I/O bitmaps", "the I/O bitmaps say which ports cause VM exits"),
    MONITOR_TRAP_FLAG(ControlWord.PRIMARY, 27, "Monitor trap flag", "a VM exit follows each guest instruction"),
    USE_MSR_BITMAPS(
            ControlWord.PRIMARY, 28, "Use MSR bitmaps", "the MSR bitmaps say which MSRs cause VM exits; else all do"),
    MONITOR_EXITING(ControlWord.PRIMARY, 29, "MONITOR exiting", "MONITOR causes a VM exit"),
    PAUSE_EXITING(ControlWord.PRIMARY, 30, "PAUSE exiting", "PAUSE causes a VM exit"),
    ACTIVATE_SECONDARY_CONTROLS(
            ControlWord.PRIMARY,
            31,
            "Activate secondary controls",
            "the secondary controls are used; else they count as 0"),
    VIRTUALIZE_APIC_ACCESSES(
            ControlWord.SECONDARY,
            0,
            "Virtualize APIC accesses",
            "accesses to the APIC-access page are treated specially"),
    ENABLE_EPT(
            ControlWord.SECONDARY, 1, "Enable EPT", "guest-physical addresses are translated by extended page tables"),
    DESCRIPTOR_TABLE_EXITING(
            ControlWord.SECONDARY,
            2,
            "Descriptor-table exiting",
            "LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT and STR cause VM exits"),
    ENABLE_RDTSCP(ControlWord.SECONDARY, 3, "Enable RDTSCP", "RDTSCP does not raise #UD"),
    VIRTUALIZE_X2APIC_MODE(
            ControlWord.SECONDARY, 4, "Virtualize x2APIC mode", "x2APIC MSR accesses are treated specially"),
    ENABLE_VPID(ControlWord.SECONDARY, 5, "Enable VPID", "cached translations are tagged with the VPID"),
    WBINVD_EXITING(ControlWord.SECONDARY, 6, "WBINVD exiting", "WBINVD and WBNOINVD cause VM exits"),
    UNRESTRICTED_GUEST(
            ControlWord.SECONDARY, 7, "Unrestricted guest", "the guest may run without paging or in real mode"),
    APIC_REGISTER_VIRTUALIZATION(
            ControlWord.SECONDARY,
            8,
            "APIC-register virtualization",
            "most APIC registers are read from the virtual-APIC page"),
    VIRTUAL_INTERRUPT_DELIVERY(
            ControlWord.SECONDARY,
            9,
            "Virtual-interrupt delivery",
            "pending virtual interrupts are evaluated and delivered without VM exits"),
    PAUSE_LOOP_EXITING(
            ControlWord.SECONDARY, 10, "PAUSE-loop exiting", "a loop of PAUSE instructions causes a VM exit"),
    RDRAND_EXITING(ControlWord.SECONDARY, 11, "RDRAND exiting", "RDRAND causes a VM exit"),
    ENABLE_INVPCID(ControlWord.SECONDARY, 12, "Enable INVPCID", "INVPCID does not raise #UD"),
    ENABLE_VM_FUNCTIONS(ControlWord.SECONDARY, 13, "Enable VM functions", "the guest may use VMFUNC"),
    VMCS_SHADOWING(
            ControlWord.SECONDARY, 14, "VMCS shadowing", "VMREAD and VMWRITE in the guest may access the shadow VMCS"),
    ENABLE_ENCLS_EXITING(
            ControlWord.SECONDARY,
            15,
            "Enable ENCLS exiting",
            "the ENCLS-exiting bitmap says which leaves cause VM exits"),
    RDSEED_EXITING(ControlWord.SECONDARY, 16, "RDSEED exiting", "RDSEED causes a VM exit"),
    ENABLE_PML(
            ControlWord.SECONDARY,
            17,
            "Enable PML",
            "an access that sets a dirty bit in EPT logs its guest-physical address"),
    EPT_VIOLATION_VE(
            ControlWord.SECONDARY,
            18,
            "EPT-violation #VE",
            "EPT violations may raise #VE in the guest instead of VM exits"),
    CONCEAL_VMX_FROM_PT(
            ControlWord.SECONDARY, 19, "Conceal VMX from PT", "Processor Trace does not say that it traces a guest"),
    ENABLE_XSAVES_XRSTORS(ControlWord.SECONDARY, 20, "Enable XSAVES/XRSTORS", "XSAVES and XRSTORS do not raise #UD"),
    PASID_TRANSLATION(
            ControlWord.SECONDARY,
            21,
            "PASID translation",
            "ENQCMD and ENQCMDS translate the PASID with the PASID directories"),
    MODE_BASED_EXECUTE_CONTROL_FOR_EPT(
            ControlWord.SECONDARY,
            22,
            "Mode-based execute control for EPT",
            "EPT has execute permissions for supervisor and user mode apart"),
    SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT(
            ControlWord.SECONDARY,
            23,
            "Sub-page write permissions for EPT",
            "EPT may grant writes to 128-byte sub-pages"),
    INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES(
            ControlWord.SECONDARY,
            24,
            "Intel PT uses guest physical addresses",
            "Processor Trace output addresses are guest-physical"),
    USE_TSC_SCALING(
            ControlWord.SECONDARY, 25, "Use TSC scaling", "the guest sees the TSC multiplied by the TSC multiplier"),
    ENABLE_USER_WAIT_AND_PAUSE(
            ControlWord.SECONDARY, 26, "Enable user wait and pause", "TPAUSE, UMONITOR and UMWAIT do not raise #UD"),
    ENABLE_PCONFIG(ControlWord.SECONDARY, 27, "Enable PCONFIG", "PCONFIG does not raise #UD"),
    ENABLE_ENCLV_EXITING(
            ControlWord.SECONDARY,
            28,
            "Enable ENCLV exiting",
            "the ENCLV-exiting bitmap says which leaves cause VM exits"),
    VMM_BUS_LOCK_DETECTION(
            ControlWord.SECONDARY, 30, "VMM bus-lock detection", "a bus lock in the guest causes a VM exit"),
    INSTRUCTION_TIMEOUT(
            ControlWord.SECONDARY,
            31,
            "Instruction timeout",
            "a VM exit occurs if no instruction boundary is reached within the instruction-timeout window"),
    LOADIWKEY_EXITING(ControlWord.TERTIARY, 0, "LOADIWKEY exiting", "LOADIWKEY causes a VM exit"),
    ENABLE_HLAT(
            ControlWord.TERTIARY,
            1,
            "Enable HLAT",
            "linear addresses with the HLAT prefix are translated from the HLAT pointer"),
    EPT_PAGING_WRITE_CONTROL(
            ControlWord.TERTIARY,
            2,
            "EPT paging-write control",
            "EPT entries may allow writes by paging only (paging-write bit)"),
    GUEST_PAGING_VERIFICATION(
            ControlWord.TERTIARY,
            3,
            "Guest-paging verification",
            "EPT entries may require that guest paging reached them through paging-write pages"),
    IPI_VIRTUALIZATION(
            ControlWord.TERTIARY,
            4,
            "IPI virtualization",
            "the guest sends interrupts through the PID-pointer table without VM exits"),
    SEAM_GUEST_PHYSICAL_ADDRESS_WIDTH(
            ControlWord.TERTIARY,
            5,
            "SEAM guest-physical address width",
            "the shared bit is guest-physical bit 51 (1) or 47 (0); used by the TDX module"),
    ENABLE_MSR_LIST_INSTRUCTIONS(
            ControlWord.TERTIARY, 6, "Enable MSR-list instructions", "RDMSRLIST and WRMSRLIST do not raise #UD"),
    VIRTUALIZE_IA32_SPEC_CTRL(
            ControlWord.TERTIARY,
            7,
            "Virtualize IA32_SPEC_CTRL",
            "the guest accesses IA32_SPEC_CTRL through mask and shadow"),
    APIC_TIMER_VIRTUALIZATION(
            ControlWord.TERTIARY,
            8,
            "APIC-timer virtualization",
            "the guest uses its own APIC timer in TSC-deadline mode without VM exits"),
    ENABLE_PBNDKB(ControlWord.TERTIARY, 9, "Enable PBNDKB", "PBNDKB does not raise #UD"),
    PEBS_USES_GUEST_PHYSICAL_ADDRESSES(
            ControlWord.TERTIARY, 12, "PEBS uses guest physical addresses", "PEBS output addresses are guest-physical"),
    EXIT_SAVE_DEBUG_CONTROLS(ControlWord.EXIT, 2, "Save debug controls", "DR7 and IA32_DEBUGCTL are saved"),
    EXIT_HOST_ADDRESS_SPACE_SIZE(
            ControlWord.EXIT, 9, "Host address-space size", "the host is in 64-bit mode after the VM exit"),
    EXIT_LOAD_IA32_PERF_GLOBAL_CTRL(ControlWord.EXIT, 12, "Load IA32_PERF_GLOBAL_CTRL", "the host value is loaded"),
    EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT(
            ControlWord.EXIT,
            15,
            "Acknowledge interrupt on exit",
            "the interrupt controller is acknowledged and the vector stored"),
    EXIT_SAVE_IA32_PAT(ControlWord.EXIT, 18, "Save IA32_PAT", "the guest value is saved"),
    EXIT_LOAD_IA32_PAT(ControlWord.EXIT, 19, "Load IA32_PAT", "the host value is loaded"),
    EXIT_SAVE_IA32_EFER(ControlWord.EXIT, 20, "Save IA32_EFER", "the guest value is saved"),
    EXIT_LOAD_IA32_EFER(ControlWord.EXIT, 21, "Load IA32_EFER", "the host value is loaded"),
    EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE(
            ControlWord.EXIT, 22, "Save VMX-preemption timer value", "the timer value is saved"),
    EXIT_CLEAR_IA32_BNDCFGS(ControlWord.EXIT, 23, "Clear IA32_BNDCFGS", "the MSR is cleared"),
    EXIT_CONCEAL_VMX_FROM_PT(
            ControlWord.EXIT, 24, "Conceal VMX from PT", "Processor Trace does not record the VM exit"),
    EXIT_CLEAR_IA32_RTIT_CTL(ControlWord.EXIT, 25, "Clear IA32_RTIT_CTL", "the MSR is cleared"),
    EXIT_CLEAR_IA32_LBR_CTL(ControlWord.EXIT, 26, "Clear IA32_LBR_CTL", "the MSR is cleared"),
    EXIT_CLEAR_UINV(ControlWord.EXIT, 27, "Clear UINV", "the user-interrupt notification vector is cleared"),
    EXIT_LOAD_CET_STATE(
            ControlWord.EXIT,
            28,
            "Load CET state",
            "the host values of IA32_S_CET, SSP and the interrupt SSP table are loaded"),
    EXIT_LOAD_PKRS(ControlWord.EXIT, 29, "Load PKRS", "the host value of IA32_PKRS is loaded"),
    EXIT_SAVE_IA32_PERF_GLOBAL_CTRL(ControlWord.EXIT, 30, "Save IA32_PERF_GLOBAL_CTRL", "the guest value is saved"),
    EXIT_ACTIVATE_SECONDARY_CONTROLS(
            ControlWord.EXIT,
            31,
            "Activate secondary controls",
            "the secondary VM-exit controls are used; else they count as 0"),
    EXIT_SAVE_IA32_FRED(ControlWord.SECONDARY_EXIT, 0, "Save IA32_FRED", "the guest values of the FRED MSRs are saved"),
    EXIT_LOAD_IA32_FRED(ControlWord.SECONDARY_EXIT, 1, "Load IA32_FRED", "the host values of the FRED MSRs are loaded"),
    EXIT_LOAD_IA32_SPEC_CTRL(
            ControlWord.SECONDARY_EXIT, 2, "Load IA32_SPEC_CTRL", "the host value of IA32_SPEC_CTRL is loaded"),
    EXIT_PREMATURELY_BUSY_SHADOW_STACK(
            ControlWord.SECONDARY_EXIT,
            3,
            "Prematurely busy shadow stack",
            "the exit reason says if a shadow stack became prematurely busy"),
    ENTRY_LOAD_DEBUG_CONTROLS(ControlWord.ENTRY, 2, "Load debug controls", "DR7 and IA32_DEBUGCTL are loaded"),
    ENTRY_IA32E_MODE_GUEST(ControlWord.ENTRY, 9, "IA-32e mode guest", "the guest is in IA-32e mode after the VM entry"),
    ENTRY_TO_SMM(ControlWord.ENTRY, 10, "Entry to SMM", "the guest is in system-management mode after the VM entry"),
    ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT(
            ControlWord.ENTRY,
            11,
            "Deactivate dual-monitor treatment",
            "the default treatment of SMIs and SMM is in effect after the VM entry"),
    ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL(ControlWord.ENTRY, 13, "Load IA32_PERF_GLOBAL_CTRL", "the guest value is loaded"),
    ENTRY_LOAD_IA32_PAT(ControlWord.ENTRY, 14, "Load IA32_PAT", "the guest value is loaded"),
    ENTRY_LOAD_IA32_EFER(ControlWord.ENTRY, 15, "Load IA32_EFER", "the guest value is loaded"),
    ENTRY_LOAD_IA32_BNDCFGS(ControlWord.ENTRY, 16, "Load IA32_BNDCFGS", "the guest value is loaded"),
    ENTRY_CONCEAL_VMX_FROM_PT(
            ControlWord.ENTRY, 17, "Conceal VMX from PT", "Processor Trace does not record the VM entry"),
    ENTRY_LOAD_IA32_RTIT_CTL(ControlWord.ENTRY, 18, "Load IA32_RTIT_CTL", "the guest value is loaded"),
    ENTRY_LOAD_UINV(ControlWord.ENTRY, 19, "Load UINV", "the user-interrupt notification vector is loaded"),
    ENTRY_LOAD_CET_STATE(
            ControlWord.ENTRY,
            20,
            "Load CET state",
            "the guest values of IA32_S_CET, SSP and the interrupt SSP table are loaded"),
    ENTRY_LOAD_GUEST_IA32_LBR_CTL(ControlWord.ENTRY, 21, "Load guest IA32_LBR_CTL", "the guest value is loaded"),
    ENTRY_LOAD_PKRS(ControlWord.ENTRY, 22, "Load PKRS", "the guest value of IA32_PKRS is loaded"),
    ENTRY_LOAD_IA32_FRED(ControlWord.ENTRY, 23, "Load IA32_FRED", "the guest values of the FRED MSRs are loaded"),
    ENTRY_LOAD_IA32_SPEC_CTRL(
            ControlWord.ENTRY, 24, "Load IA32_SPEC_CTRL", "the guest value of IA32_SPEC_CTRL is loaded"),
    ENTRY_ALLOW_SEAM_GUEST_TELEMETRY(
            ControlWord.ENTRY, 25, "Allow SEAM-guest telemetry", "a guest of the TDX module may be traced and counted"),
    EPTP_SWITCHING(
            ControlWord.VM_FUNCTIONS, 0, "EPTP switching", "VMFUNC with EAX = 0 takes the EPTP from the EPTP list");

    private final ControlWord word;
    private final int bit;
    private final String title;
    private final String effect;

    VmxControl(ControlWord word, int bit, String title, String effect) {
        this.word = word;
        this.bit = bit;
        this.title = title;
        this.effect = effect;
    }

    /** The word that holds the bit. */
    public ControlWord word() {
        return word;
    }

    /** Its number in the word, from 0. */
    public int bit() {
        return bit;
    }

    public long mask() {
        return 1L << bit;
    }

    /** The SDM's name, for example {@code "Enable EPT"}. */
    public String title() {
        return title;
    }

    /** What happens when the bit is 1. */
    public String effect() {
        return effect;
    }

    /** The bits of {@code word} that have a name, lowest first. */
    public static List<VmxControl> of(ControlWord word) {
        return Arrays.stream(values()).filter(c -> c.word == word).toList();
    }

    /** For example {@code "Enable EPT" (secondary, bit 1)}. */
    @Override
    public String toString() {
        return "\"%s\" (%s, bit %d)"
                .formatted(title, word.name().toLowerCase(Locale.ROOT).replace('_', ' '), bit);
    }
}
