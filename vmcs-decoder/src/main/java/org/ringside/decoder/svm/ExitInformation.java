package org.ringside.decoder.svm;

import java.util.Optional;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** What EXITINFO1 and EXITINFO2 mean, by exit code (AMD64 APM vol. 2, 15.8, 15.10 to 15.14, 15.25.6, 15.29.9). */
public final class ExitInformation {
    private static final String AREA = "svm";
    private static final int PAGE_FAULT = ExitCode.EXCEPTIONS + 14;

    /** MOV to or from a control register (decode assist). */
    public static final BitFieldLayout CONTROL_REGISTER = info(1, "control-register access", "15.8.1")
            .number(3, 0, "GPR", "general-purpose register of the MOV", ExitInformation::register)
            .ignored(62, 4)
            .flag(63, "MOV", "", "CLTS, LMSW or SMSW, or no decode assist", "MOV to or from a control register")
            .build();

    /** MOV to or from a debug register (decode assist). */
    public static final BitFieldLayout DEBUG_REGISTER = info(1, "debug-register access", "15.8.1")
            .number(3, 0, "GPR", "general-purpose register of the MOV", ExitInformation::register)
            .ignored(63, 4)
            .build();

    public static final BitFieldLayout SOFTWARE_INTERRUPT = info(1, "software interrupt", "15.8.2")
            .number(7, 0, "Vector", "interrupt number")
            .ignored(63, 8)
            .build();

    /** The error code of an intercepted #PF. */
    public static final BitFieldLayout PAGE_FAULT_CODE = pageFault("page fault", "15.12.15; 8.4.2")
            .flag(5, "PK", "the protection key forbids it")
            .flag(6, "SS", "shadow-stack access")
            .ignored(30, 7)
            .flag(31, "RMP", "the reverse-map table forbids it")
            .ignored(63, 32)
            .build();

    /** An error code with a selector: #TS, #NP, #SS, #GP. */
    public static final BitFieldLayout SELECTOR_CODE = info(1, "error code", "15.12; 8.4.1")
            .flag(0, "EXT", "the event is external to the program")
            .choice(2, 1, "Table", "", "GDT", "IDT", "LDT", "IDT")
            .number(15, 3, "Index", "selector index")
            .ignored(63, 16)
            .build();

    public static final BitFieldLayout IOIO = info(1, "IN or OUT", "15.10.2, figure 15-2")
            .choice(0, 0, "TYPE", "", "OUT", "IN")
            .ignored(1, 1)
            .flag(2, "STR", "string access (INS, OUTS)")
            .flag(3, "REP", "repeated")
            .flag(4, "SZ8", "8-bit operand")
            .flag(5, "SZ16", "16-bit operand")
            .flag(6, "SZ32", "32-bit operand")
            .flag(7, "A16", "16-bit address")
            .flag(8, "A32", "32-bit address")
            .flag(9, "A64", "64-bit address")
            .choice(12, 10, "SEG", "effective segment", "ES", "CS", "SS", "DS", "FS", "GS")
            .ignored(15, 13)
            .number(31, 16, "PORT", "", port -> "0x%x".formatted(port))
            .ignored(63, 32)
            .build();

    public static final BitFieldLayout MSR = info(1, "RDMSR or WRMSR", "15.11")
            .choice(0, 0, "Access", "", "RDMSR", "WRMSR")
            .ignored(63, 1)
            .build();

    public static final BitFieldLayout SMI = info(1, "SMI", "15.13.3, figure 15-3")
            .choice(0, 0, "SMISRC", "source", "internal (I/O trapping)", "external")
            .flag(1, "MCREDIR", "a machine check was redirected")
            .ignored(9, 2)
            .choice(12, 10, "SEG", "effective segment", "ES", "CS", "SS", "DS", "FS", "GS")
            .ignored(31, 13)
            .choice(32, 32, "TYPE", "", "OUT", "IN")
            .flag(33, "VAL", "the SMI came during an I/O instruction, described here")
            .flag(34, "STR", "string access (INS, OUTS)")
            .flag(35, "REP", "repeated")
            .flag(36, "SZ8", "8-bit operand")
            .flag(37, "SZ16", "16-bit operand")
            .flag(38, "SZ32", "32-bit operand")
            .flag(39, "A16", "16-bit address")
            .flag(40, "A32", "32-bit address")
            .flag(41, "A64", "64-bit address")
            .ignored(42, 42)
            .flag(43, "TF", "RFLAGS.TF")
            .number(47, 44, "BRP", "I/O breakpoint matches")
            .number(63, 48, "PORT", "", port -> "0x%x".formatted(port))
            .build();

    public static final BitFieldLayout TASK_SWITCH = info(1, "task switch", "15.14.1")
            .number(15, 0, "Selector", "of the incoming TSS")
            .ignored(63, 16)
            .build();

    public static final BitFieldLayout TASK_SWITCH_2 = info(2, "task switch", "15.14.1")
            .number(31, 0, "Error code", "to push in the new task, if it has one")
            .ignored(35, 32)
            .flag(36, "IRET", "caused by IRET")
            .ignored(37, 37)
            .flag(38, "Jump", "caused by a far jump")
            .ignored(43, 39)
            .flag(44, "EV", "has an error code")
            .ignored(47, 45)
            .flag(48, "RF", "RFLAGS.RF to save in the outgoing TSS")
            .ignored(63, 49)
            .build();

    public static final BitFieldLayout NESTED_PAGE_FAULT = pageFault("nested page fault", "15.25.6; 15.36.10")
            .ignored(5, 5)
            .flag(6, "SS", "shadow-stack access")
            .ignored(30, 7)
            .flag(31, "RMP", "the reverse-map table forbids it")
            .flag(32, "Final", "while translating the guest's final physical address")
            .flag(33, "Table", "while translating the guest's page tables")
            .flag(34, "ENC", "the guest's effective C-bit was 1")
            .flag(35, "SIZEM", "page size and reverse-map table disagree")
            .flag(36, "VMPL", "the virtual machine privilege level forbids it")
            .flag(37, "SSS", "the page is a supervisor shadow-stack page")
            .ignored(63, 38)
            .build();

    public static final BitFieldLayout INCOMPLETE_IPI = info(1, "AVIC incomplete IPI", "15.29.9.1")
            .number(31, 0, "ICRL", "low half of the interrupt command register")
            .number(63, 32, "ICRH", "high half")
            .build();

    public static final BitFieldLayout INCOMPLETE_IPI_2 = info(2, "AVIC incomplete IPI", "15.29.9.1")
            .number(11, 0, "Index", "of the physical or logical table")
            .ignored(31, 12)
            .choice(
                    63,
                    32,
                    "ID",
                    "",
                    "invalid interrupt type",
                    "the target is not running",
                    "invalid target",
                    "invalid backing-page pointer",
                    "invalid vector",
                    "not accelerated")
            .build();

    public static final BitFieldLayout NO_ACCELERATION = info(1, "AVIC unaccelerated access", "15.29.9.2")
            .ignored(3, 0)
            .number(11, 4, "APIC_Offset", "", offset -> "register at 0x%x".formatted(offset << 4))
            .ignored(31, 12)
            .choice(32, 32, "R/W", "", "read", "write")
            .ignored(63, 33)
            .build();

    public static final BitFieldLayout NO_ACCELERATION_2 = info(2, "AVIC unaccelerated access", "15.29.9.2")
            .number(7, 0, "Vector", "of an EOI")
            .ignored(63, 8)
            .build();

    private static final String[] REGISTERS = {
        "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"
    };

    private ExitInformation() {}

    /** The bit table of EXITINFO1 after an exit with this code, if it has one. */
    public static Optional<BitFieldLayout> first(long code) {
        if (code >= 0 && code < 0x20) {
            return Optional.of(CONTROL_REGISTER);
        }
        if (code >= 0x20 && code < ExitCode.EXCEPTIONS) {
            return Optional.of(DEBUG_REGISTER);
        }
        if (code == PAGE_FAULT) {
            return Optional.of(PAGE_FAULT_CODE);
        }
        if (code >= ExitCode.EXCEPTIONS + 11 && code <= ExitCode.EXCEPTIONS + 13) {
            return Optional.of(SELECTOR_CODE);
        }
        return switch (Math.clamp(code, -1, 0x1000)) {
            case 0x62 -> Optional.of(SMI);
            case 0x75 -> Optional.of(SOFTWARE_INTERRUPT);
            case ExitCode.IOIO -> Optional.of(IOIO);
            case ExitCode.MSR -> Optional.of(MSR);
            case 0x7d -> Optional.of(TASK_SWITCH);
            case ExitCode.NPF -> Optional.of(NESTED_PAGE_FAULT);
            case 0x401 -> Optional.of(INCOMPLETE_IPI);
            case 0x402 -> Optional.of(NO_ACCELERATION);
            default -> Optional.empty();
        };
    }

    /** The bit table of EXITINFO2 after an exit with this code, if it has one. */
    public static Optional<BitFieldLayout> second(long code) {
        return switch (Math.clamp(code, -1, 0x1000)) {
            case 0x7d -> Optional.of(TASK_SWITCH_2);
            case 0x401 -> Optional.of(INCOMPLETE_IPI_2);
            case 0x402 -> Optional.of(NO_ACCELERATION_2);
            default -> Optional.empty();
        };
    }

    /** What EXITINFO1 is as a whole after an exit with this code; empty where it means nothing or its bits say it. */
    public static String firstMeaning(long code) {
        if (code >= 0x8f && code < 0xa0) {
            return "the value written";
        }
        if (code == 0x79) {
            return "linear address (decode assist)";
        }
        boolean errorCode = code == ExitCode.EXCEPTIONS + 17
                || code == ExitCode.EXCEPTIONS + 21
                || code == ExitCode.EXCEPTIONS + 29
                || code == ExitCode.EXCEPTIONS + 30;
        return errorCode ? "error code" : "";
    }

    /** What EXITINFO2 is as a whole after an exit with this code; empty where it means nothing or its bits say it. */
    public static String secondMeaning(long code) {
        if (code == PAGE_FAULT) {
            return "faulting linear address";
        }
        if (code == ExitCode.IOIO) {
            return "rIP of the next instruction";
        }
        return code == ExitCode.NPF ? "faulting guest-physical address" : "";
    }

    private static BitFieldLayout.Builder info(int number, String what, String section) {
        SpecificationReference reference = Apm.section(section);
        return BitFieldLayout.of(AREA, "EXITINFO%d (%s)".formatted(number, what), 64, reference);
    }

    private static BitFieldLayout.Builder pageFault(String what, String section) {
        return info(1, what, section)
                .flag(0, "P", "", "the page is not present", "the page is present: protection")
                .flag(1, "RW", "", "read", "write")
                .flag(2, "US", "", "supervisor access", "user access")
                .flag(3, "RSV", "reserved bits are set in an entry")
                .flag(4, "ID", "instruction fetch");
    }

    private static String register(long number) {
        return REGISTERS[(int) number & 0xf];
    }
}
