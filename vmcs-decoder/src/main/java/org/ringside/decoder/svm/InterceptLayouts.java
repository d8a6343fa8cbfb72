package org.ringside.decoder.svm;

import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the intercept vectors: which events and instructions of the guest cause a #VMEXIT (AMD64 APM vol. 2, 15.7 to 15.14). */
public final class InterceptLayouts {
    private static final String AREA = "svm";

    public static final BitFieldLayout CR_READS = registers(VmcbField.INTERCEPT_CR_READS, "CR", "reads");
    public static final BitFieldLayout CR_WRITES = registers(VmcbField.INTERCEPT_CR_WRITES, "CR", "writes");
    public static final BitFieldLayout DR_READS = registers(VmcbField.INTERCEPT_DR_READS, "DR", "reads");
    public static final BitFieldLayout DR_WRITES = registers(VmcbField.INTERCEPT_DR_WRITES, "DR", "writes");
    public static final BitFieldLayout EXCEPTIONS = exceptions();

    /** Offset 00Ch. */
    public static final BitFieldLayout VECTOR_3 = of(VmcbField.INTERCEPT_VECTOR_3)
            .flag(0, "INTR", "physical maskable interrupts")
            .flag(1, "NMI", "non-maskable interrupts")
            .flag(2, "SMI", "system-management interrupts")
            .flag(3, "INIT", "INIT")
            .flag(4, "VINTR", "the guest is about to take a virtual interrupt")
            .flag(5, "CR0 (selective)", "writes of CR0 that change bits other than TS and MP")
            .flag(6, "IDTR reads", "SIDT")
            .flag(7, "GDTR reads", "SGDT")
            .flag(8, "LDTR reads", "SLDT")
            .flag(9, "TR reads", "STR")
            .flag(10, "IDTR writes", "LIDT")
            .flag(11, "GDTR writes", "LGDT")
            .flag(12, "LDTR writes", "LLDT")
            .flag(13, "TR writes", "LTR")
            .flag(14, "RDTSC", "RDTSC")
            .flag(15, "RDPMC", "RDPMC")
            .flag(16, "PUSHF", "PUSHF")
            .flag(17, "POPF", "POPF")
            .flag(18, "CPUID", "CPUID")
            .flag(19, "RSM", "RSM")
            .flag(20, "IRET", "IRET")
            .flag(21, "INTn", "software interrupts")
            .flag(22, "INVD", "INVD")
            .flag(23, "PAUSE", "PAUSE, filtered by the PAUSE filter count and threshold")
            .flag(24, "HLT", "HLT")
            .flag(25, "INVLPG", "INVLPG")
            .flag(26, "INVLPGA", "INVLPGA")
            .flag(27, "IOIO_PROT", "IN and OUT, for the ports selected in the I/O permissions map")
            .flag(28, "MSR_PROT", "RDMSR and WRMSR, for the registers selected in the MSR permissions map")
            .flag(29, "Task switches", "task switches")
            .flag(30, "FERR_FREEZE", "the processor freezes in legacy handling of FERR")
            .flag(31, "Shutdown", "shutdown events")
            .build();

    /** Offset 010h. */
    public static final BitFieldLayout VECTOR_4 = vector4();

    /** Offset 014h. */
    public static final BitFieldLayout VECTOR_5 = of(VmcbField.INTERCEPT_VECTOR_5)
            .flag(0, "INVLPGB", "all INVLPGB")
            .flag(1, "INVLPGB (illegal)", "illegally specified INVLPGB only")
            .flag(2, "INVPCID", "INVPCID")
            .flag(3, "MCOMMIT", "MCOMMIT")
            .flag(4, "TLBSYNC", "TLBSYNC")
            .flag(5, "Bus lock", "bus locks while the bus-lock threshold counter is 0")
            .flag(6, "Idle HLT", "HLT while no virtual interrupt is pending")
            .reservedZero(31, 7)
            .build();

    private InterceptLayouts() {}

    private static BitFieldLayout.Builder of(VmcbField field) {
        return BitFieldLayout.of(AREA, field.title(), 8 * field.bytes(), field.reference());
    }

    private static BitFieldLayout registers(VmcbField field, String kind, String access) {
        BitFieldLayout.Builder table = of(field);
        for (int register = 0; register < 16; register++) {
            table.flag(register, kind + register, access + " of " + kind + register + " cause a #VMEXIT");
        }
        return table.build();
    }

    private static BitFieldLayout exceptions() {
        BitFieldLayout.Builder table = of(VmcbField.INTERCEPT_EXCEPTIONS);
        for (int vector = 0; vector < 32; vector++) {
            boolean effect = vector != 2 && vector != 9;
            table.flag(
                    vector,
                    ExceptionVectors.name(vector),
                    effect
                            ? "exceptions of vector %d cause a #VMEXIT".formatted(vector)
                            : "not implemented: undefined");
        }
        return table.build();
    }

    private static BitFieldLayout vector4() {
        BitFieldLayout.Builder table = of(VmcbField.INTERCEPT_VECTOR_4)
                .flag(0, "VMRUN", "VMRUN; must be set")
                .flag(1, "VMMCALL", "VMMCALL")
                .flag(2, "VMLOAD", "VMLOAD")
                .flag(3, "VMSAVE", "VMSAVE")
                .flag(4, "STGI", "STGI")
                .flag(5, "CLGI", "CLGI")
                .flag(6, "SKINIT", "SKINIT")
                .flag(7, "RDTSCP", "RDTSCP")
                .flag(8, "ICEBP", "ICEBP (opcode F1h)")
                .flag(9, "WBINVD", "WBINVD and WBNOINVD")
                .flag(10, "MONITOR", "MONITOR and MONITORX")
                .flag(11, "MWAIT", "MWAIT and MWAITX, unconditionally")
                .flag(12, "MWAIT (armed)", "MWAIT and MWAITX while the monitor hardware is armed")
                .flag(13, "XSETBV", "XSETBV")
                .flag(14, "RDPRU", "RDPRU")
                .flag(15, "EFER write trap", "writes of EFER, after the instruction");
        for (int register = 0; register < 16; register++) {
            table.flag(
                    16 + register,
                    "CR%d write trap".formatted(register),
                    "writes of CR%d, after the instruction".formatted(register));
        }
        return table.build();
    }
}
