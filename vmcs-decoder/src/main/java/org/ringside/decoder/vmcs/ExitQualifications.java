package org.ringside.decoder.vmcs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ringside.decoder.cpu.ModelSpecificRegisters;
import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the exit qualification, which means something else for each exit reason (SDM vol. 3, 28.2.1). */
public final class ExitQualifications {
    private static final String[] REGISTERS = {
        "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"
    };

    /** Debug exceptions. */
    public static final BitFieldLayout DEBUG_EXCEPTION = table("debug exception")
            .flag(0, "B0", "breakpoint condition of DR0 was met")
            .flag(1, "B1", "breakpoint condition of DR1 was met")
            .flag(2, "B2", "breakpoint condition of DR2 was met")
            .flag(3, "B3", "breakpoint condition of DR3 was met")
            .reservedZero(10, 4)
            .flag(11, "BLD", "a bus lock was detected; DR6 says so with a 0")
            .reservedZero(12, 12)
            .flag(13, "BD", "debug-register access detected")
            .flag(14, "BS", "single step or branch trap")
            .reservedZero(15, 15)
            .flag(16, "RTM", "in a transactional region; DR6 says so with a 0")
            .reservedZero(63, 17)
            .build();

    public static final BitFieldLayout CONTROL_REGISTER_ACCESS = table("control-register access")
            .number(3, 0, "Control register", "", value -> "CR" + value)
            .choice(5, 4, "Access type", "", "MOV to CR", "MOV from CR", "CLTS", "LMSW")
            .flag(6, "LMSW operand type", "", "register", "memory")
            .ignored(7, 7)
            .choice(11, 8, "General-purpose register", "of MOV CR", REGISTERS)
            .ignored(15, 12)
            .number(31, 16, "LMSW source data", "")
            .ignored(63, 32)
            .build();

    public static final BitFieldLayout MOV_DR = table("MOV DR")
            .number(2, 0, "Debug register", "", value -> "DR" + value)
            .ignored(3, 3)
            .flag(4, "Direction of access", "", "MOV to DR", "MOV from DR")
            .ignored(7, 5)
            .choice(11, 8, "General-purpose register", "", REGISTERS)
            .ignored(63, 12)
            .build();

    public static final BitFieldLayout IO_INSTRUCTION = table("I/O instruction")
            .choice(2, 0, "Size of access", "", "1 byte", "2 bytes", "not used", "4 bytes")
            .flag(3, "Direction", "", "OUT", "IN")
            .flag(4, "String instruction", "", "not string", "string (INS or OUTS)")
            .flag(5, "REP prefixed", "", "no", "yes")
            .flag(6, "Operand encoding", "", "DX", "immediate")
            .ignored(15, 7)
            .number(31, 16, "Port number", "", "0x%x"::formatted)
            .ignored(63, 32)
            .build();

    public static final BitFieldLayout APIC_ACCESS = table("APIC access")
            .number(11, 0, "Offset", "of the access within the APIC page")
            .choice(
                    15,
                    12,
                    "Access type",
                    "",
                    "linear access for a data read",
                    "linear access for a data write",
                    "linear access for an instruction fetch",
                    "linear access during event delivery",
                    "linear access for monitoring",
                    "reserved",
                    "reserved",
                    "reserved",
                    "reserved",
                    "reserved",
                    "guest-physical access during event delivery",
                    "reserved",
                    "reserved",
                    "reserved",
                    "reserved",
                    "guest-physical access for an instruction fetch or during instruction execution")
            .flag(16, "Asynchronous", "the access was asynchronous to instruction execution and no event delivery")
            .ignored(63, 17)
            .build();

    /** EPT violations (SDM vol. 3, 28.2.1, exit qualification for EPT violations). */
    public static final BitFieldLayout EPT_VIOLATION = table("EPT violation")
            .flag(0, "Data read", "the access was a data read")
            .flag(1, "Data write", "the access was a data write")
            .flag(2, "Instruction fetch", "the access was an instruction fetch")
            .flag(3, "Readable", "bit 0 of all EPT entries used: the address was readable")
            .flag(4, "Writable", "bit 1 of all EPT entries used: the address was writable")
            .flag(5, "Executable", "bit 2 of all EPT entries used: executable (in supervisor mode, if mode-based)")
            .flag(6, "User-mode executable", "bit 10 of all EPT entries used, if execute control is mode-based")
            .flag(7, "Guest-linear address valid", "")
            .flag(
                    8,
                    "Translation of linear address",
                    "",
                    "access to a paging structure, or the address is not valid",
                    "access to the translation of a linear address")
            .flag(9, "User-mode linear address", "advanced information, if bits 7 and 8 are 1")
            .flag(10, "Read/write page", "advanced information: the linear address is writable")
            .flag(11, "Execute-disable page", "advanced information: the linear address is not executable")
            .flag(12, "NMI unblocking due to IRET", "")
            .flag(13, "Shadow-stack access", "the access was a shadow-stack access")
            .flag(14, "Supervisor shadow-stack page", "bit 60 of the EPT entry that maps the page")
            .flag(15, "Guest-paging verification", "caused by guest-paging verification")
            .flag(16, "Asynchronous", "the access was asynchronous to instruction execution and no event delivery")
            .ignored(63, 17)
            .build();

    public static final BitFieldLayout TASK_SWITCH = table("task switch")
            .number(15, 0, "Selector", "of the TSS to which the guest switches")
            .ignored(29, 16)
            .choice(31, 30, "Source", "", "CALL", "IRET", "JMP", "task gate in the IDT")
            .ignored(63, 32)
            .build();

    /** Of reasons 33: VM-entry failure due to invalid guest state (SDM vol. 3, 27.8). */
    public static final BitFieldLayout ENTRY_FAILURE = table("VM-entry failure due to invalid guest state")
            .choice(
                    63,
                    0,
                    "Failed check",
                    "",
                    "none of the following",
                    "not used",
                    "problem loading the PDPTEs",
                    "injection of an NMI while events are blocked by STI or MOV SS",
                    "VMCS link pointer")
            .build();

    private static final BitFieldLayout SPP = table("SPP-related event")
            .ignored(10, 0)
            .flag(11, "Type", "", "SPP misconfiguration", "SPP miss")
            .flag(12, "NMI unblocking due to IRET", "")
            .ignored(15, 13)
            .flag(16, "Asynchronous", "the access was asynchronous to instruction execution and no event delivery")
            .ignored(63, 17)
            .build();

    private static final BitFieldLayout PML_FULL = table("page-modification log full")
            .ignored(11, 0)
            .flag(12, "NMI unblocking due to IRET", "")
            .ignored(15, 13)
            .flag(16, "Asynchronous", "the access was asynchronous to instruction execution and no event delivery")
            .ignored(63, 17)
            .build();

    private static final BitFieldLayout TIMEOUT = table("instruction timeout")
            .flag(0, "VM context invalid", "the guest state in the VMCS is not valid and the guest must not be resumed")
            .ignored(11, 1)
            .flag(12, "NMI unblocking due to IRET", "")
            .ignored(63, 13)
            .build();

    private static final BitFieldLayout MWAIT = table("MWAIT")
            .flag(0, "Monitoring", "", "address-range monitoring hardware is not armed", "it is armed")
            .ignored(63, 1)
            .build();

    private static final BitFieldLayout VECTOR =
            table("vector").number(7, 0, "Vector", "").ignored(63, 8).build();

    private static final BitFieldLayout APIC_WRITE = table("APIC write")
            .number(11, 0, "Offset", "of the write within the APIC page")
            .ignored(63, 12)
            .build();

    private static final BitFieldLayout LINEAR_ADDRESS =
            table("linear address").number(63, 0, "Linear address", "").build();

    private static final BitFieldLayout DISPLACEMENT = table("memory operand")
            .number(63, 0, "Displacement", "of the instruction's memory operand")
            .build();

    private static final BitFieldLayout MSR_ENTRY = table("VM-entry failure due to MSR loading")
            .number(63, 0, "Entry", "number of the entry of the VM-entry MSR-load area that failed, from 1")
            .build();

    private static final BitFieldLayout MSR_ADDRESS = table("MSR")
            .number(31, 0, "MSR", "", value -> ModelSpecificRegisters.name((int) value))
            .ignored(63, 32)
            .build();

    private static final BitFieldLayout UNUSED =
            table("not used for this exit reason").ignored(63, 0).build();

    private static final Map<ExitReason, BitFieldLayout> TABLES = tables();

    private ExitQualifications() {}

    /**
     * The table of an exit.
     *
     * @param reason basic exit reason
     * @param interruptionInfo VM-exit interruption information, which tells exceptions apart; 0 if not known
     */
    public static BitFieldLayout of(ExitReason reason, long interruptionInfo) {
        if (reason == ExitReason.EXCEPTION_OR_NMI && (interruptionInfo >>> 31 & 1) == 1) {
            return switch ((int) interruptionInfo & 0xff) {
                case 1 -> DEBUG_EXCEPTION;
                case 14 -> LINEAR_ADDRESS;
                default -> UNUSED;
            };
        }
        return TABLES.getOrDefault(reason, UNUSED);
    }

    /** Every table, to be checked. */
    static List<BitFieldLayout> all() {
        return List.of(
                DEBUG_EXCEPTION,
                CONTROL_REGISTER_ACCESS,
                MOV_DR,
                IO_INSTRUCTION,
                APIC_ACCESS,
                EPT_VIOLATION,
                TASK_SWITCH,
                ENTRY_FAILURE,
                SPP,
                PML_FULL,
                TIMEOUT,
                MWAIT,
                VECTOR,
                APIC_WRITE,
                LINEAR_ADDRESS,
                DISPLACEMENT,
                MSR_ENTRY,
                MSR_ADDRESS,
                UNUSED);
    }

    private static Map<ExitReason, BitFieldLayout> tables() {
        Map<ExitReason, BitFieldLayout> tables = new EnumMap<>(ExitReason.class);
        tables.put(ExitReason.STARTUP_IPI, VECTOR);
        // The I/O instruction after which the system-management interrupt arrived (SDM vol. 3, 32.15.2.3).
        tables.put(ExitReason.IO_SMI, IO_INSTRUCTION);
        tables.put(ExitReason.TASK_SWITCH, TASK_SWITCH);
        tables.put(ExitReason.INVLPG, LINEAR_ADDRESS);
        tables.put(ExitReason.CONTROL_REGISTER_ACCESS, CONTROL_REGISTER_ACCESS);
        tables.put(ExitReason.MOV_DR, MOV_DR);
        tables.put(ExitReason.IO_INSTRUCTION, IO_INSTRUCTION);
        tables.put(ExitReason.ENTRY_FAILURE_GUEST_STATE, ENTRY_FAILURE);
        tables.put(ExitReason.ENTRY_FAILURE_MSR_LOADING, MSR_ENTRY);
        tables.put(ExitReason.MWAIT, MWAIT);
        tables.put(ExitReason.APIC_ACCESS, APIC_ACCESS);
        tables.put(ExitReason.VIRTUALIZED_EOI, VECTOR);
        tables.put(ExitReason.EPT_VIOLATION, EPT_VIOLATION);
        tables.put(ExitReason.APIC_WRITE, APIC_WRITE);
        tables.put(ExitReason.PAGE_MODIFICATION_LOG_FULL, PML_FULL);
        tables.put(ExitReason.SPP_RELATED_EVENT, SPP);
        tables.put(ExitReason.INSTRUCTION_TIMEOUT, TIMEOUT);
        for (ExitReason msr : List.of(
                ExitReason.RDMSRLIST,
                ExitReason.WRMSRLIST,
                ExitReason.URDMSR,
                ExitReason.UWRMSR,
                ExitReason.RDMSR_IMMEDIATE,
                ExitReason.WRMSRNS_IMMEDIATE)) {
            tables.put(msr, MSR_ADDRESS);
        }
        for (ExitReason operand : List.of(
                ExitReason.INVEPT,
                ExitReason.INVPCID,
                ExitReason.INVVPID,
                ExitReason.GDTR_IDTR_ACCESS,
                ExitReason.LDTR_TR_ACCESS,
                ExitReason.VMCLEAR,
                ExitReason.VMPTRLD,
                ExitReason.VMPTRST,
                ExitReason.VMREAD,
                ExitReason.VMWRITE,
                ExitReason.VMXON,
                ExitReason.XRSTORS,
                ExitReason.XSAVES)) {
            tables.put(operand, DISPLACEMENT);
        }
        return Map.copyOf(tables);
    }

    private static BitFieldLayout.Builder table(String what) {
        return BitFieldLayout.of("vmcs", "Exit qualification: " + what, 64, Sdm.section("28.2.1"));
    }
}
