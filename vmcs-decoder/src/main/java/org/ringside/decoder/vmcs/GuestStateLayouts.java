package org.ringside.decoder.vmcs;

import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of guest-state fields and of the VMCS header. */
public final class GuestStateLayouts {
    /** First 4 bytes of a VMCS region (SDM vol. 3, 25.2). */
    public static final BitFieldLayout REVISION = BitFieldLayout.of(
                    "vmcs", "VMCS revision identifier", 32, Sdm.section("25.2"))
            .number(
                    30,
                    0,
                    "VMCS revision identifier",
                    "the format of the region; IA32_VMX_BASIC has the processor's own")
            .flag(31, "Shadow-VMCS indicator", "", "ordinary VMCS", "shadow VMCS")
            .build();

    /** Second 4 bytes of a VMCS region (SDM vol. 3, 25.2 and 28.7). */
    public static final BitFieldLayout ABORT = BitFieldLayout.of("vmcs", "VMX-abort indicator", 32, Sdm.section("28.7"))
            .choice(
                    31,
                    0,
                    "VMX-abort indicator",
                    "",
                    "no VMX abort",
                    "guest MSRs could not be saved",
                    "host PDPTE is invalid",
                    "the VMCS was corrupted",
                    "host MSRs could not be loaded",
                    "machine-check event during the VM exit",
                    "host in 64-bit mode would have been left for 32-bit mode")
            .build();

    /** SDM vol. 3, 25.4.2. */
    public static final BitFieldLayout INTERRUPTIBILITY = BitFieldLayout.of(
                    "vmcs", "Interruptibility state", 32, Sdm.section("25.4.2"))
            .flag(0, "Blocking by STI", "interrupts are blocked for one instruction after STI")
            .flag(1, "Blocking by MOV SS", "events are blocked for one instruction after MOV SS or POP SS")
            .flag(2, "Blocking by SMI", "system-management interrupts are blocked")
            .flag(3, "Blocking by NMI", "non-maskable interrupts are blocked")
            .flag(4, "Enclave interruption", "the VM exit happened in enclave mode")
            .reservedZero(31, 5)
            .build();

    /** SDM vol. 3, 25.4.2. */
    public static final BitFieldLayout ACTIVITY = BitFieldLayout.of("vmcs", "Activity state", 32, Sdm.section("25.4.2"))
            .choice(31, 0, "Activity state", "", "active", "HLT", "shutdown", "wait for SIPI")
            .build();

    /** SDM vol. 3, 25.4.2. */
    public static final BitFieldLayout PENDING_DEBUG_EXCEPTIONS = BitFieldLayout.of(
                    "vmcs", "Pending debug exceptions", 64, Sdm.section("25.4.2"))
            .flag(0, "B0", "breakpoint condition of DR0 was met")
            .flag(1, "B1", "breakpoint condition of DR1 was met")
            .flag(2, "B2", "breakpoint condition of DR2 was met")
            .flag(3, "B3", "breakpoint condition of DR3 was met")
            .reservedZero(10, 4)
            .flag(11, "BLD", "a bus lock was detected")
            .flag(12, "Enabled breakpoint", "a breakpoint that is enabled in DR7 was met")
            .reservedZero(13, 13)
            .flag(14, "BS", "single-step trap is pending")
            .reservedZero(15, 15)
            .flag(16, "RTM", "the debug exception occurred in a transactional region")
            .reservedZero(63, 17)
            .build();

    /** Guest interrupt status (SDM vol. 3, 25.4.2). */
    public static final BitFieldLayout INTERRUPT_STATUS = BitFieldLayout.of(
                    "vmcs", "Guest interrupt status", 16, Sdm.section("25.4.2"))
            .number(7, 0, "RVI", "requesting virtual interrupt: highest vector that is pending")
            .number(15, 8, "SVI", "servicing virtual interrupt: highest vector in service")
            .build();

    /** IA32_DEBUGCTL (SDM vol. 4, table 2-2). */
    public static final BitFieldLayout DEBUGCTL = BitFieldLayout.of("vmcs", "IA32_DEBUGCTL", 64, Sdm.section("18.4.1"))
            .flag(0, "LBR", "last-branch records")
            .flag(1, "BTF", "single-step on branches")
            .flag(2, "BLD", "bus-lock detection")
            .reservedZero(5, 3)
            .flag(6, "TR", "branch-trace messages")
            .flag(7, "BTS", "branch-trace store")
            .flag(8, "BTINT", "interrupt when the branch-trace store is full")
            .flag(9, "BTS_OFF_OS", "no branch-trace store at CPL 0")
            .flag(10, "BTS_OFF_USR", "no branch-trace store above CPL 0")
            .flag(11, "FREEZE_LBRS_ON_PMI", "")
            .flag(12, "FREEZE_PERFMON_ON_PMI", "")
            .flag(13, "ENABLE_UNCORE_PMI", "")
            .flag(14, "FREEZE_WHILE_SMM", "")
            .flag(15, "RTM_DEBUG", "")
            .reservedZero(63, 16)
            .build();

    /** IA32_PERF_GLOBAL_CTRL (SDM vol. 4, table 2-2). */
    public static final BitFieldLayout PERF_GLOBAL_CTRL = BitFieldLayout.of(
                    "vmcs", "IA32_PERF_GLOBAL_CTRL", 64, Sdm.section("20.2.2"))
            .number(31, 0, "EN_PMC", "general-purpose counters that count, one bit each")
            .number(47, 32, "EN_FIXED_CTR", "fixed-function counters that count, one bit each")
            .flag(48, "EN_PERF_METRICS", "")
            .reservedZero(63, 49)
            .build();

    /** IA32_S_CET (SDM vol. 1, 18.7, and vol. 4). */
    public static final BitFieldLayout S_CET = BitFieldLayout.of("vmcs", "IA32_S_CET", 64, Sdm.section("25.4.1"))
            .flag(0, "SH_STK_EN", "shadow stacks in supervisor mode")
            .flag(1, "WR_SHSTK_EN", "WRSS in supervisor mode")
            .flag(2, "ENDBR_EN", "indirect branch tracking in supervisor mode")
            .flag(3, "LEG_IW_EN", "legacy compatibility treatment")
            .flag(4, "NO_TRACK_EN", "no-track prefix")
            .flag(5, "SUPPRESS_DIS", "")
            .reservedZero(9, 6)
            .flag(10, "SUPPRESS", "indirect branch tracking is suppressed")
            .flag(11, "TRACKER", "an ENDBRANCH is expected next")
            .address(63, 12, "EB_LEG_BITMAP_BASE", "legacy code page bitmap")
            .build();

    private GuestStateLayouts() {}
}
