package org.ringside.decoder.svm;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Why a guest was left (AMD64 APM vol. 2, appendix C).
 *
 * @param code as in EXITCODE
 * @param name the manual's name, for example {@code "VMEXIT_NPF"}
 * @param cause in words
 */
public record ExitCode(long code, String name, String cause) {
    /** Codes from here up to 0x1f are writes of control registers; below, reads. */
    private static final int CR_WRITES = 0x10;

    private static final int DR_READS = 0x20;
    private static final int DR_WRITES = 0x30;
    static final int EXCEPTIONS = 0x40;
    static final int NPF = 0x400;
    static final int IOIO = 0x7b;
    static final int MSR = 0x7c;

    private static final Map<Long, ExitCode> CODES = table();

    /** What a code means, if it means anything. */
    public static Optional<ExitCode> of(long code) {
        return Optional.ofNullable(CODES.get(code));
    }

    /** The name and cause of a code, for a person. */
    public static String describe(long code) {
        return of(code).map(known -> known.name + ": " + known.cause).orElse("no such exit code");
    }

    private static Map<Long, ExitCode> table() {
        Map<Long, ExitCode> codes = new TreeMap<>();
        for (int register = 0; register < 16; register++) {
            add(codes, register, "VMEXIT_CR%d_READ".formatted(register), "read of CR" + register);
            add(codes, CR_WRITES + register, "VMEXIT_CR%d_WRITE".formatted(register), "write of CR" + register);
            add(codes, DR_READS + register, "VMEXIT_DR%d_READ".formatted(register), "read of DR" + register);
            add(codes, DR_WRITES + register, "VMEXIT_DR%d_WRITE".formatted(register), "write of DR" + register);
            add(
                    codes,
                    0x90 + register,
                    "VMEXIT_CR%d_WRITE_TRAP".formatted(register),
                    "write of CR%d, after the instruction".formatted(register));
        }
        for (int vector = 0; vector < 32; vector++) {
            add(
                    codes,
                    EXCEPTIONS + vector,
                    "VMEXIT_EXCP%d".formatted(vector),
                    "exception " + ExceptionVectors.name(vector));
        }
        events(codes);
        instructions(codes);
        add(codes, NPF, "VMEXIT_NPF", "nested page fault");
        add(codes, 0x401, "VMEXIT_AVIC_INCOMPLETE_IPI", "AVIC could not deliver an interprocessor interrupt");
        add(codes, 0x402, "VMEXIT_AVIC_NOACCEL", "access to an APIC register that AVIC does not accelerate");
        add(codes, 0x403, "VMEXIT_VMGEXIT", "VMGEXIT instruction");
        add(codes, 0xf000_0000L, "VMEXIT_SW", "reserved for the host's software");
        add(codes, -1, "VMEXIT_INVALID", "VMRUN refused the guest's state");
        add(codes, -2, "VMEXIT_BUSY", "the VMSA is in use");
        add(codes, -3, "VMEXIT_IDLE_REQUIRED", "the sibling thread is not idle");
        add(codes, -4, "VMEXIT_INVALID_PMC", "invalid performance-counter state");
        return Map.copyOf(codes);
    }

    private static void events(Map<Long, ExitCode> codes) {
        add(codes, 0x60, "VMEXIT_INTR", "physical maskable interrupt");
        add(codes, 0x61, "VMEXIT_NMI", "physical NMI");
        add(codes, 0x62, "VMEXIT_SMI", "physical SMI");
        add(codes, 0x63, "VMEXIT_INIT", "physical INIT");
        add(codes, 0x64, "VMEXIT_VINTR", "the guest is about to take a virtual interrupt");
        add(codes, 0x65, "VMEXIT_CR0_SEL_WRITE", "write of CR0 that changes bits other than TS and MP");
        add(codes, 0x66, "VMEXIT_IDTR_READ", "read of IDTR");
        add(codes, 0x67, "VMEXIT_GDTR_READ", "read of GDTR");
        add(codes, 0x68, "VMEXIT_LDTR_READ", "read of LDTR");
        add(codes, 0x69, "VMEXIT_TR_READ", "read of TR");
        add(codes, 0x6a, "VMEXIT_IDTR_WRITE", "write of IDTR");
        add(codes, 0x6b, "VMEXIT_GDTR_WRITE", "write of GDTR");
        add(codes, 0x6c, "VMEXIT_LDTR_WRITE", "write of LDTR");
        add(codes, 0x6d, "VMEXIT_TR_WRITE", "write of TR");
        add(codes, 0x7d, "VMEXIT_TASK_SWITCH", "task switch");
        add(codes, 0x7e, "VMEXIT_FERR_FREEZE", "processor frozen by FERR");
        add(codes, 0x7f, "VMEXIT_SHUTDOWN", "shutdown");
        add(codes, 0x8f, "VMEXIT_EFER_WRITE_TRAP", "write of EFER, after the instruction");
        add(codes, 0xa5, "VMEXIT_BUSLOCK", "bus lock while the bus-lock threshold counter is 0");
    }

    private static void instructions(Map<Long, ExitCode> codes) {
        String[] from6e = {
            "RDTSC", "RDPMC", "PUSHF", "POPF", "CPUID", "RSM", "IRET", "SWINT", "INVD", "PAUSE", "HLT", "INVLPG",
            "INVLPGA"
        };
        for (int i = 0; i < from6e.length; i++) {
            add(codes, 0x6e + i, "VMEXIT_" + from6e[i], from6e[i].equals("SWINT") ? "software interrupt" : from6e[i]);
        }
        add(codes, IOIO, "VMEXIT_IOIO", "IN or OUT of a protected port");
        add(codes, MSR, "VMEXIT_MSR", "RDMSR or WRMSR of a protected register");
        String[] from80 = {
            "VMRUN", "VMMCALL", "VMLOAD", "VMSAVE", "STGI", "CLGI", "SKINIT", "RDTSCP", "ICEBP", "WBINVD", "MONITOR",
            "MWAIT"
        };
        for (int i = 0; i < from80.length; i++) {
            add(codes, 0x80 + i, "VMEXIT_" + from80[i], from80[i]);
        }
        add(codes, 0x8c, "VMEXIT_MWAIT_CONDITIONAL", "MWAIT with the monitor armed");
        add(codes, 0x8d, "VMEXIT_XSETBV", "XSETBV");
        add(codes, 0x8e, "VMEXIT_RDPRU", "RDPRU");
        add(codes, 0xa0, "VMEXIT_INVLPGB", "INVLPGB");
        add(codes, 0xa1, "VMEXIT_INVLPGB_ILLEGAL", "illegal INVLPGB");
        add(codes, 0xa2, "VMEXIT_INVPCID", "INVPCID");
        add(codes, 0xa3, "VMEXIT_MCOMMIT", "MCOMMIT");
        add(codes, 0xa4, "VMEXIT_TLBSYNC", "TLBSYNC");
        add(codes, 0xa6, "VMEXIT_IDLE_HLT", "HLT while no virtual interrupt is pending");
    }

    private static void add(Map<Long, ExitCode> codes, long code, String name, String cause) {
        codes.put(code, new ExitCode(code, name, cause));
    }
}
