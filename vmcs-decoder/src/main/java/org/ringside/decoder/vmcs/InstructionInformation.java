package org.ringside.decoder.vmcs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of the VM-exit instruction information, one for each group of instructions (SDM vol. 3, 28.2.5). */
public final class InstructionInformation {
    private static final String[] REGISTERS = {
        "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"
    };

    private static final BitFieldLayout STRING_IO = table("INS and OUTS")
            .ignored(6, 0)
            .choice(9, 7, "Address size", "", "16-bit", "32-bit", "64-bit")
            .ignored(14, 10)
            .choice(17, 15, "Segment register", "of OUTS", "ES", "CS", "SS", "DS", "FS", "GS")
            .ignored(31, 18)
            .build();

    private static final BitFieldLayout INVALIDATE =
            operand(table("INVEPT, INVPCID and INVVPID"), false, false, 10, "Reg2", new String[0]);
    private static final BitFieldLayout MEMORY =
            operand(table("VMCLEAR, VMPTRLD, VMPTRST, VMXON, XRSTORS and XSAVES"), false, false, 10, "", new String[0]);
    private static final BitFieldLayout VMREAD_VMWRITE =
            operand(table("VMREAD and VMWRITE"), true, true, 10, "Reg2", new String[0]);
    private static final BitFieldLayout GDTR_IDTR = operand(
            table("LIDT, LGDT, SIDT and SGDT"), false, false, 11, "", new String[] {"SGDT", "SIDT", "LGDT", "LIDT"});
    private static final BitFieldLayout LDTR_TR =
            operand(table("LLDT, LTR, SLDT and STR"), true, true, 10, "", new String[] {"SLDT", "STR", "LLDT", "LTR"});

    private static final BitFieldLayout RANDOM = table("RDRAND, RDSEED, TPAUSE and UMWAIT")
            .ignored(2, 0)
            .choice(6, 3, "Operand register", "", REGISTERS)
            .ignored(10, 7)
            .choice(12, 11, "Operand size", "", "16-bit", "32-bit", "64-bit")
            .ignored(31, 13)
            .build();

    private static final BitFieldLayout LOADIWKEY = table("LOADIWKEY")
            .ignored(2, 0)
            .number(6, 3, "Reg1", "first operand", value -> "XMM" + value)
            .ignored(27, 7)
            .number(31, 28, "Reg2", "second operand", value -> "XMM" + value)
            .build();

    private static final BitFieldLayout MSR_REGISTER = table("URDMSR, UWRMSR and RDMSR or WRMSRNS with an immediate")
            .ignored(2, 0)
            .choice(6, 3, "Reg1", "operand", REGISTERS)
            .ignored(31, 7)
            .build();

    private static final BitFieldLayout UNUSED =
            table("undefined for this exit reason").ignored(31, 0).build();

    private static final Map<ExitReason, BitFieldLayout> TABLES = tables();

    private InstructionInformation() {}

    /** The table of an exit for {@code reason}. */
    public static BitFieldLayout of(ExitReason reason) {
        return TABLES.getOrDefault(reason, UNUSED);
    }

    /** Every table, to be checked. */
    static List<BitFieldLayout> all() {
        return List.of(
                STRING_IO,
                INVALIDATE,
                MEMORY,
                VMREAD_VMWRITE,
                GDTR_IDTR,
                LDTR_TR,
                RANDOM,
                LOADIWKEY,
                MSR_REGISTER,
                UNUSED);
    }

    /** Operands in memory: scale, index, base, segment; and what differs between the instructions. */
    private static BitFieldLayout operand(
            BitFieldLayout.Builder table,
            boolean firstRegister,
            boolean registerForm,
            int formBit,
            String lastRegister,
            String[] identities) {
        table.choice(1, 0, "Scaling", "", "no scaling", "scale by 2", "scale by 4", "scale by 8")
                .ignored(2, 2);
        if (firstRegister) {
            table.choice(6, 3, "Reg1", "", REGISTERS);
        } else {
            table.ignored(6, 3);
        }
        table.choice(9, 7, "Address size", "", "16-bit", "32-bit", "64-bit");
        if (registerForm) {
            table.flag(10, "Operand form", "", "memory", "register").ignored(14, 11);
        } else if (formBit == 11) {
            table.ignored(10, 10)
                    .flag(11, "Operand size", "", "16-bit", "32-bit")
                    .ignored(14, 12);
        } else {
            table.ignored(14, 10);
        }
        table.choice(17, 15, "Segment register", "", "ES", "CS", "SS", "DS", "FS", "GS")
                .choice(21, 18, "IndexReg", "", REGISTERS)
                .flag(22, "IndexReg invalid", "", "valid", "invalid")
                .choice(26, 23, "BaseReg", "", REGISTERS)
                .flag(27, "BaseReg invalid", "", "valid", "invalid");
        if (identities.length > 0) {
            table.choice(29, 28, "Instruction identity", "", identities).ignored(31, 30);
        } else if (!lastRegister.isEmpty()) {
            table.choice(31, 28, lastRegister, "", REGISTERS);
        } else {
            table.ignored(31, 28);
        }
        return table.build();
    }

    private static Map<ExitReason, BitFieldLayout> tables() {
        Map<ExitReason, BitFieldLayout> tables = new EnumMap<>(ExitReason.class);
        tables.put(ExitReason.IO_INSTRUCTION, STRING_IO);
        put(tables, INVALIDATE, ExitReason.INVEPT, ExitReason.INVPCID, ExitReason.INVVPID);
        put(
                tables,
                MEMORY,
                ExitReason.VMCLEAR,
                ExitReason.VMPTRLD,
                ExitReason.VMPTRST,
                ExitReason.VMXON,
                ExitReason.XRSTORS,
                ExitReason.XSAVES);
        put(tables, VMREAD_VMWRITE, ExitReason.VMREAD, ExitReason.VMWRITE);
        put(tables, GDTR_IDTR, ExitReason.GDTR_IDTR_ACCESS);
        put(tables, LDTR_TR, ExitReason.LDTR_TR_ACCESS);
        put(tables, RANDOM, ExitReason.RDRAND, ExitReason.RDSEED, ExitReason.TPAUSE, ExitReason.UMWAIT);
        put(tables, LOADIWKEY, ExitReason.LOADIWKEY);
        put(
                tables,
                MSR_REGISTER,
                ExitReason.URDMSR,
                ExitReason.UWRMSR,
                ExitReason.RDMSR_IMMEDIATE,
                ExitReason.WRMSRNS_IMMEDIATE);
        return Map.copyOf(tables);
    }

    private static void put(Map<ExitReason, BitFieldLayout> tables, BitFieldLayout table, ExitReason... reasons) {
        for (ExitReason reason : reasons) {
            tables.put(reason, table);
        }
    }

    private static BitFieldLayout.Builder table(String what) {
        return BitFieldLayout.of("vmcs", "VM-exit instruction information: " + what, 32, Sdm.section("28.2.5"));
    }
}
