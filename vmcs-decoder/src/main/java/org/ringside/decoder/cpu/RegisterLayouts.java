package org.ringside.decoder.cpu;

import java.util.function.LongFunction;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** Bit tables of the processor's control, flag and model-specific registers (Intel SDM vol. 3 and 4). */
public final class RegisterLayouts {
    public static final BitFieldLayout CR0 = table("CR0", "2.5")
            .flag(0, "PE", "protection enable")
            .flag(1, "MP", "monitor coprocessor")
            .flag(2, "EM", "emulation: no x87 unit")
            .flag(3, "TS", "task switched")
            .flag(4, "ET", "extension type")
            .flag(5, "NE", "numeric error")
            .ignored(15, 6)
            .flag(16, "WP", "write protect: supervisor writes respect read-only pages")
            .ignored(17, 17)
            .flag(18, "AM", "alignment mask")
            .ignored(28, 19)
            .flag(29, "NW", "not write-through")
            .flag(30, "CD", "cache disable")
            .flag(31, "PG", "paging")
            .reservedZero(63, 32)
            .build();

    public static final BitFieldLayout CR3 = table("CR3", "4.5.2, table 4-12")
            .number(11, 0, "PCID", "process-context identifier if CR4.PCIDE = 1; else PWT (bit 3) and PCD (bit 4)")
            .address(51, 12, "Root table", "physical address of the root paging structure")
            .reservedZero(60, 52)
            .flag(61, "LAM_U57", "linear-address masking, 57 bits")
            .flag(62, "LAM_U48", "linear-address masking, 48 bits")
            .flag(63, "No invalidation", "0 when read")
            .build();

    public static final BitFieldLayout CR4 = table("CR4", "2.5")
            .flag(0, "VME", "virtual-8086 mode extensions")
            .flag(1, "PVI", "protected-mode virtual interrupts")
            .flag(2, "TSD", "time-stamp counter in ring 0 only")
            .flag(3, "DE", "debugging extensions")
            .flag(4, "PSE", "page-size extensions")
            .flag(5, "PAE", "physical-address extension")
            .flag(6, "MCE", "machine-check exceptions")
            .flag(7, "PGE", "global pages")
            .flag(8, "PCE", "RDPMC at any privilege level")
            .flag(9, "OSFXSR", "operating system supports FXSAVE")
            .flag(10, "OSXMMEXCPT", "operating system supports SIMD exceptions")
            .flag(11, "UMIP", "user-mode instruction prevention")
            .flag(12, "LA57", "57-bit linear addresses: 5-level paging")
            .flag(13, "VMXE", "VMX enabled")
            .flag(14, "SMXE", "SMX enabled")
            .reservedZero(15, 15)
            .flag(16, "FSGSBASE", "RDFSBASE and its kin enabled")
            .flag(17, "PCIDE", "process-context identifiers enabled")
            .flag(18, "OSXSAVE", "XSAVE enabled")
            .flag(19, "KL", "Key Locker enabled")
            .flag(20, "SMEP", "supervisor-mode execution prevention")
            .flag(21, "SMAP", "supervisor-mode access prevention")
            .flag(22, "PKE", "protection keys for user-mode pages")
            .flag(23, "CET", "control-flow enforcement")
            .flag(24, "PKS", "protection keys for supervisor-mode pages")
            .flag(25, "UINTR", "user interrupts")
            .reservedZero(26, 26)
            .flag(27, "LASS", "linear-address-space separation")
            .flag(28, "LAM_SUP", "linear-address masking for supervisor addresses")
            .reservedZero(31, 29)
            .flag(32, "FRED", "flexible return and event delivery")
            .reservedZero(63, 33)
            .build();

    public static final BitFieldLayout EFER = table("IA32_EFER", "2.2.1")
            .flag(0, "SCE", "SYSCALL enabled")
            .reservedZero(7, 1)
            .flag(8, "LME", "IA-32e mode enabled")
            .reservedZero(9, 9)
            .flag(10, "LMA", "IA-32e mode active")
            .flag(11, "NXE", "execute-disable enabled")
            .flag(12, "SVME", "AMD: SVM enabled; reserved on Intel processors")
            .reservedZero(63, 13)
            .build();

    public static final BitFieldLayout RFLAGS = table("RFLAGS", "2.3")
            .flag(0, "CF", "carry")
            .reservedOne(1, 1)
            .flag(2, "PF", "parity")
            .reservedZero(3, 3)
            .flag(4, "AF", "auxiliary carry")
            .reservedZero(5, 5)
            .flag(6, "ZF", "zero")
            .flag(7, "SF", "sign")
            .flag(8, "TF", "trap: single step")
            .flag(9, "IF", "interrupts enabled")
            .flag(10, "DF", "direction")
            .flag(11, "OF", "overflow")
            .number(13, 12, "IOPL", "I/O privilege level")
            .flag(14, "NT", "nested task")
            .reservedZero(15, 15)
            .flag(16, "RF", "resume")
            .flag(17, "VM", "virtual-8086 mode")
            .flag(18, "AC", "alignment check, or access control with SMAP")
            .flag(19, "VIF", "virtual interrupt flag")
            .flag(20, "VIP", "virtual interrupt pending")
            .flag(21, "ID", "CPUID is supported")
            .reservedZero(63, 22)
            .build();

    public static final BitFieldLayout DR7 = table("DR7", "19.2.4")
            .number(7, 0, "Breakpoints enabled", "two bits each: local, global")
            .flag(8, "LE", "local exact")
            .flag(9, "GE", "global exact")
            .reservedOne(10, 10)
            .flag(11, "RTM", "restricted transactional memory")
            .reservedZero(12, 12)
            .flag(13, "GD", "general detect")
            .reservedZero(15, 14)
            .number(31, 16, "Conditions and lengths", "four bits for each breakpoint")
            .reservedZero(63, 32)
            .build();

    public static final BitFieldLayout DR6 = table("DR6", "19.2.3")
            .flag(0, "B0", "breakpoint condition of DR0 was met")
            .flag(1, "B1", "breakpoint condition of DR1 was met")
            .flag(2, "B2", "breakpoint condition of DR2 was met")
            .flag(3, "B3", "breakpoint condition of DR3 was met")
            .reservedOne(10, 4)
            .flag(11, "BLD", "bus lock", "detected", "not detected")
            .reservedZero(12, 12)
            .flag(13, "BD", "an instruction was about to access a debug register")
            .flag(14, "BS", "single step")
            .flag(15, "BT", "task switch")
            .flag(16, "RTM", "transactional region", "inside one", "not inside one")
            .reservedOne(31, 17)
            .reservedZero(63, 32)
            .build();

    /** A segment selector. */
    public static final BitFieldLayout SELECTOR = table("Segment selector", 16, "3.4.2")
            .number(1, 0, "RPL", "requested privilege level")
            .choice(2, 2, "TI", "table", "GDT", "LDT")
            .number(15, 3, "Index", "descriptor", value -> "entry " + value)
            .build();

    /**
     * Access rights of CS, SS, DS, ES, FS and GS, in the form that a VMCS holds them in (SDM vol. 3, 25.4.1) and captured registers are
     * stored in. Bits 7:0 and 15:12 are bits 47:40 and 55:52 of the segment descriptor (3.4.5). Two things differ from a descriptor: bits
     * 11:8 are reserved here, where a descriptor has limit 19:16, and bit 16 says that the register is unusable, which no descriptor has.
     */
    public static final BitFieldLayout SEGMENT = access("Segment access rights", RegisterLayouts::codeOrDataType);

    /** Access rights of LDTR and TR, in the same form. */
    public static final BitFieldLayout SYSTEM_SEGMENT =
            access("System-segment access rights", RegisterLayouts::systemType);

    public static final BitFieldLayout PAT = pat();

    private RegisterLayouts() {}

    private static BitFieldLayout.Builder table(String name, String section) {
        return table(name, 64, section);
    }

    private static BitFieldLayout.Builder table(String name, int width, String section) {
        return BitFieldLayout.of("cpu", name, width, new SpecificationReference("Intel SDM vol. 3", section));
    }

    private static BitFieldLayout access(String name, LongFunction<String> types) {
        return table(name, 32, "3.4.5 and 25.4.1, table 25-2")
                .number(3, 0, "Type", "", types)
                .flag(4, "S", "descriptor type", "system", "code or data")
                .number(6, 5, "DPL", "descriptor privilege level")
                .flag(7, "P", "", "not present", "present")
                .reservedZero(11, 8)
                .flag(12, "AVL", "available for use by system software")
                .flag(13, "L", "64-bit mode (CS only)")
                .flag(14, "D/B", "default operation size", "16 bits", "32 bits")
                .flag(15, "G", "granularity of the limit", "bytes", "4 KiB")
                .flag(16, "Unusable", "", "usable", "unusable")
                .reservedZero(31, 17)
                .build();
    }

    private static String codeOrDataType(long type) {
        boolean code = (type & 8) != 0;
        String kind =
                code ? (type & 2) != 0 ? "execute/read" : "execute-only" : (type & 2) != 0 ? "read/write" : "read-only";
        String shape = (type & 4) == 0 ? "" : code ? ", conforming" : ", expand-down";
        return (code ? "code, " : "data, ") + kind + shape + ((type & 1) != 0 ? ", accessed" : "");
    }

    private static String systemType(long type) {
        return switch ((int) type) {
            case 1 -> "16-bit TSS (available)";
            case 2 -> "LDT";
            case 3 -> "16-bit TSS (busy)";
            case 9 -> "TSS (available)";
            case 11 -> "TSS (busy)";
            default -> "type " + type;
        };
    }

    private static BitFieldLayout pat() {
        BitFieldLayout.Builder table = table("IA32_PAT", "12.12.2");
        String[] types = {"UC", "WC", "reserved", "reserved", "WT", "WP", "WB", "UC-"};
        for (int entry = 0; entry < 8; entry++) {
            int low = 8 * entry;
            table.choice(low + 2, low, "PA" + entry, "memory type", types).reservedZero(low + 7, low + 3);
        }
        return table.build();
    }
}
