package org.ringside.decoder.vmcs;

import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the VMX capability MSRs that are not pairs of allowed settings (SDM vol. 3, appendix A). */
public final class CapabilityLayouts {
    /** IA32_VMX_BASIC (SDM vol. 3, A.1). */
    public static final BitFieldLayout BASIC = BitFieldLayout.of("vmx", "IA32_VMX_BASIC", 64, Sdm.section("A.1"))
            .number(30, 0, "VMCS revision identifier", "")
            .reservedZero(31, 31)
            .number(44, 32, "Region size", "bytes to allocate for the VMXON region and each VMCS")
            .reservedZero(47, 45)
            .flag(48, "32-bit physical addresses", "addresses of VMX structures", "not limited", "limited to 32 bits")
            .flag(49, "Dual-monitor treatment", "of SMIs and SMM is supported")
            .choice(
                    53,
                    50,
                    "Memory type",
                    "for accesses to VMX structures",
                    "uncacheable (UC)",
                    "not used",
                    "not used",
                    "not used",
                    "not used",
                    "not used",
                    "write-back (WB)")
            .flag(54, "INS and OUTS information", "VM exits report it")
            .flag(55, "TRUE capability MSRs", "controls of the default1 class may be 0")
            .flag(56, "Exceptions without error code", "may be injected as hardware exceptions of any vector")
            .reservedZero(57, 57)
            .flag(58, "Nested-exception support", "FRED")
            .reservedZero(63, 59)
            .build();

    /** IA32_VMX_MISC (SDM vol. 3, A.6). */
    public static final BitFieldLayout MISC = BitFieldLayout.of("vmx", "IA32_VMX_MISC", 64, Sdm.section("A.6"))
            .number(4, 0, "Preemption-timer rate", "the timer counts at the TSC rate divided by 2 to this power")
            .flag(5, "Store IA-32e mode guest", "VM exits store EFER.LMA into the VM-entry control")
            .flag(6, "Activity state HLT", "supported")
            .flag(7, "Activity state shutdown", "supported")
            .flag(8, "Activity state wait-for-SIPI", "supported")
            .reservedZero(13, 9)
            .flag(14, "Intel PT in VMX operation", "supported")
            .flag(15, "RDMSR of IA32_SMBASE in SMM", "supported")
            .number(24, 16, "CR3-target values", "how many the processor supports")
            .number(27, 25, "Maximum MSR-list size", "recommended", value -> 512 * (value + 1) + " entries")
            .flag(28, "IA32_SMM_MONITOR_CTL[2]", "can be set")
            .flag(29, "VMWRITE to any supported field", "VM-exit information fields included")
            .flag(30, "Injection with length 0", "software events may be injected with instruction length 0")
            .reservedZero(31, 31)
            .number(63, 32, "MSEG revision identifier", "")
            .build();

    /** IA32_VMX_EPT_VPID_CAP (SDM vol. 3, A.10). */
    public static final BitFieldLayout EPT_VPID = BitFieldLayout.of(
                    "vmx", "IA32_VMX_EPT_VPID_CAP", 64, Sdm.section("A.10"))
            .flag(0, "Execute-only translations", "EPT entries may allow fetches alone")
            .reservedZero(5, 1)
            .flag(6, "Page-walk length 4", "")
            .flag(7, "Page-walk length 5", "")
            .flag(8, "EPT memory type UC", "")
            .reservedZero(13, 9)
            .flag(14, "EPT memory type WB", "")
            .reservedZero(15, 15)
            .flag(16, "2-MByte pages", "")
            .flag(17, "1-GByte pages", "")
            .reservedZero(19, 18)
            .flag(20, "INVEPT", "")
            .flag(21, "Accessed and dirty flags", "")
            .flag(22, "Advanced VM-exit information", "for EPT violations")
            .flag(23, "Supervisor shadow-stack control", "")
            .reservedZero(24, 24)
            .flag(25, "Single-context INVEPT", "")
            .flag(26, "All-context INVEPT", "")
            .reservedZero(31, 27)
            .flag(32, "INVVPID", "")
            .reservedZero(39, 33)
            .flag(40, "Individual-address INVVPID", "")
            .flag(41, "Single-context INVVPID", "")
            .flag(42, "All-context INVVPID", "")
            .flag(43, "Single-context-retaining-globals INVVPID", "")
            .reservedZero(47, 44)
            .number(53, 48, "Maximum HLAT prefix size", "")
            .reservedZero(63, 54)
            .build();

    private CapabilityLayouts() {}
}
