package org.ringside.decoder.svm;

import java.util.function.LongFunction;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the state-save area where they differ from those of the registers of every x86 processor (AMD64 APM vol. 2, table B-2). */
public final class SaveAreaLayouts {
    private static final String AREA = "svm";

    /** EFER of AMD processors. */
    public static final BitFieldLayout EFER = BitFieldLayout.of(AREA, "EFER", 64, Apm.section("3.1.7"))
            .flag(0, "SCE", "SYSCALL enabled")
            .reservedZero(7, 1)
            .flag(8, "LME", "long mode enabled")
            .reservedZero(9, 9)
            .flag(10, "LMA", "long mode active")
            .flag(11, "NXE", "no-execute enabled")
            .flag(12, "SVME", "SVM enabled; must be set in a VMCB")
            .flag(13, "LMSLE", "segment limits in long mode")
            .flag(14, "FFXSR", "fast FXSAVE and FXRSTOR")
            .flag(15, "TCE", "translation-cache extension")
            .reservedZero(16, 16)
            .flag(17, "MCOMMIT", "MCOMMIT enabled")
            .flag(18, "INTWB", "interruptible WBINVD and WBNOINVD")
            .reservedZero(19, 19)
            .flag(20, "UAIE", "upper-address ignore")
            .flag(21, "AIBRSE", "automatic IBRS")
            .reservedZero(63, 22)
            .build();

    /** CR3 without process-context identifiers, or with (bits 11:0). */
    public static final BitFieldLayout CR3 = BitFieldLayout.of(AREA, "CR3", 64, Apm.section("5.3.2"))
            .number(11, 0, "PCID", "process-context identifier if CR4.PCIDE = 1; else PWT (bit 3) and PCD (bit 4)")
            .address(51, 12, "Root table", "physical address of the root page table")
            .reservedZero(63, 52)
            .build();

    /** Attributes of CS, SS, DS, ES, FS, GS: descriptor bits 40 to 47 and 52 to 55, packed. */
    public static final BitFieldLayout SEGMENT = attributes(
            "Segment attributes",
            RegisterLayouts.SEGMENT.field("Type").orElseThrow().explanation());

    /** Attributes of LDTR and TR, in the same form. */
    public static final BitFieldLayout SYSTEM_SEGMENT = attributes(
            "System-segment attributes",
            RegisterLayouts.SYSTEM_SEGMENT.field("Type").orElseThrow().explanation());

    public static final BitFieldLayout CPL = BitFieldLayout.of(
                    AREA, "CPL", 8, Apm.section("15.5.1; table B-2, offset 0CBh"))
            .number(1, 0, "CPL", "current privilege level")
            .reservedZero(7, 2)
            .build();

    public static final BitFieldLayout S_CET = BitFieldLayout.of(AREA, "S_CET", 64, Apm.section("18.11"))
            .flag(0, "SH_STK_EN", "shadow stacks in supervisor mode")
            .flag(1, "WR_SHSTK_EN", "WRSS instructions")
            .reservedZero(63, 2)
            .build();

    public static final BitFieldLayout DBGCTL = BitFieldLayout.of(AREA, "DBGCTL", 64, Apm.section("13.1.1.6"))
            .flag(0, "LBR", "last-branch recording")
            .flag(1, "BTF", "single step on control transfers")
            .flag(2, "PB0", "performance-monitor pin 0")
            .flag(3, "PB1", "performance-monitor pin 1")
            .flag(4, "PB2", "performance-monitor pin 2")
            .flag(5, "PB3", "performance-monitor pin 3")
            .flag(6, "BLCKDB", "bus-lock trap")
            .reservedZero(63, 7)
            .build();

    public static final BitFieldLayout SPEC_CTRL = BitFieldLayout.of(AREA, "SPEC_CTRL", 64, Apm.section("3.2.9"))
            .flag(0, "IBRS", "indirect-branch restricted speculation")
            .flag(1, "STIBP", "single-thread indirect-branch predictor")
            .flag(2, "SSBD", "speculative-store bypass disable")
            .reservedZero(6, 3)
            .flag(7, "PSFD", "predictive store forwarding disable")
            .reservedZero(63, 8)
            .build();

    private SaveAreaLayouts() {}

    private static BitFieldLayout attributes(String name, LongFunction<String> types) {
        return BitFieldLayout.of(AREA, name, 16, Apm.section("15.5.1, 4.7"))
                .number(3, 0, "Type", "", types)
                .flag(4, "S", "descriptor type", "system", "code or data")
                .number(6, 5, "DPL", "descriptor privilege level")
                .flag(7, "P", "", "not present", "present")
                .flag(8, "AVL", "available to software")
                .flag(9, "L", "64-bit mode (CS only)")
                .flag(10, "D/B", "default operation size", "16 bits", "32 bits")
                .flag(11, "G", "granularity of the limit", "bytes", "4 KiB")
                .reservedZero(15, 12)
                .build();
    }
}
