package org.ringside.decoder.vmcs;

import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** Bit tables of the model-specific registers that newer features keep in the guest-state and host-state areas. */
public final class StateRegisterLayouts {
    private static final String[] STACK_LEVELS = {"stack level 0", "stack level 1", "stack level 2", "stack level 3"};

    /** IA32_FRED_CONFIG. */
    public static final BitFieldLayout FRED_CONFIG = table("IA32_FRED_CONFIG", "8 (FRED)")
            .choice(1, 0, "CSL", "current stack level", STACK_LEVELS)
            .reservedZero(2, 2)
            .flag(3, "Decrement SSP", "the shadow-stack pointer is moved on events that keep the stack level in ring 0")
            .reservedZero(5, 4)
            .number(8, 6, "Redzone", "how far RSP is moved on such events", value -> 64 * value + " bytes")
            .choice(10, 9, "Interrupt stack level", "of maskable interrupts in ring 0", STACK_LEVELS)
            .reservedZero(11, 11)
            .address(63, 12, "Event handler", "page of the entry points")
            .build();

    /** IA32_FRED_STKLVLS: the stack level of each exception. */
    public static final BitFieldLayout FRED_STACK_LEVELS = stackLevels();

    /** IA32_PKRS, and PKRU in its lower half. */
    public static final BitFieldLayout PKRS = protectionKeys();

    /** IA32_SPEC_CTRL (SDM vol. 4, table 2-2). */
    public static final BitFieldLayout SPEC_CTRL = table("IA32_SPEC_CTRL", "2.1, table 2-2", "Intel SDM vol. 4")
            .flag(0, "IBRS", "indirect branch restricted speculation")
            .flag(1, "STIBP", "single-thread indirect branch predictors")
            .flag(2, "SSBD", "speculative store bypass disable")
            .flag(3, "IPRED_DIS_U", "indirect predictor disable in user mode")
            .flag(4, "IPRED_DIS_S", "indirect predictor disable in supervisor mode")
            .flag(5, "RRSBA_DIS_U", "restricted alternate return prediction disable in user mode")
            .flag(6, "RRSBA_DIS_S", "restricted alternate return prediction disable in supervisor mode")
            .flag(7, "PSFD", "fast store forwarding predictor disable")
            .flag(8, "DDPD_U", "data-dependent prefetcher disable in user mode")
            .reservedZero(9, 9)
            .flag(10, "BHI_DIS_S", "branch history of lower privilege not used in supervisor mode")
            .reservedZero(63, 11)
            .build();

    /** IA32_RTIT_CTL (SDM vol. 3, chapter on Processor Trace). */
    public static final BitFieldLayout RTIT_CTL = table("IA32_RTIT_CTL", "33.2.8 (Intel PT)")
            .flag(0, "TraceEn", "tracing")
            .flag(1, "CYCEn", "cycle-count packets")
            .flag(2, "OS", "traces in ring 0")
            .flag(3, "User", "traces above ring 0")
            .flag(4, "PwrEvtEn", "power-event packets")
            .flag(5, "FUPonPTW", "address packets after PTWRITE")
            .flag(6, "FabricEn", "output to the trace-transport subsystem")
            .flag(7, "CR3Filter", "traces only while CR3 matches")
            .flag(8, "ToPA", "output", "to one region", "to a table of physical addresses")
            .flag(9, "MTCEn", "time packets")
            .flag(10, "TSCEn", "time-stamp packets")
            .flag(11, "DisRETC", "return compression off")
            .flag(12, "PTWEn", "PTWRITE packets")
            .flag(13, "BranchEn", "branch packets")
            .number(17, 14, "MTCFreq", "")
            .reservedZero(18, 18)
            .number(22, 19, "CycThresh", "")
            .reservedZero(23, 23)
            .number(27, 24, "PSBFreq", "")
            .reservedZero(30, 28)
            .flag(31, "EventEn", "event-trace packets")
            .number(35, 32, "ADDR0_CFG", "use of the first address range")
            .number(39, 36, "ADDR1_CFG", "use of the second address range")
            .number(43, 40, "ADDR2_CFG", "use of the third address range")
            .number(47, 44, "ADDR3_CFG", "use of the fourth address range")
            .reservedZero(54, 48)
            .flag(55, "DisTNT", "no packets for conditional branches")
            .flag(56, "InjectPsbPmiOnEnable", "")
            .reservedZero(63, 57)
            .build();

    /** IA32_LBR_CTL (SDM vol. 4, table 2-2). */
    public static final BitFieldLayout LBR_CTL = table("IA32_LBR_CTL", "2.1, table 2-2", "Intel SDM vol. 4")
            .flag(0, "LBREn", "last-branch records")
            .flag(1, "OS", "in ring 0")
            .flag(2, "USR", "above ring 0")
            .flag(3, "CALL_STACK", "call-stack mode")
            .reservedZero(15, 4)
            .flag(16, "JCC", "conditional branches")
            .flag(17, "NEAR_REL_JMP", "near relative jumps")
            .flag(18, "NEAR_IND_JMP", "near indirect jumps")
            .flag(19, "NEAR_REL_CALL", "near relative calls")
            .flag(20, "NEAR_IND_CALL", "near indirect calls")
            .flag(21, "NEAR_RET", "near returns")
            .flag(22, "OTHER_BRANCH", "all other branches")
            .reservedZero(63, 23)
            .build();

    /** IA32_BNDCFGS (SDM vol. 4, table 2-2). */
    public static final BitFieldLayout BNDCFGS = table("IA32_BNDCFGS", "2.1, table 2-2", "Intel SDM vol. 4")
            .flag(0, "EN", "MPX in supervisor mode")
            .flag(1, "BNDPRESERVE", "bounds registers kept on near branches without prefix")
            .reservedZero(11, 2)
            .address(63, 12, "Bound directory", "linear address")
            .build();

    private StateRegisterLayouts() {}

    private static BitFieldLayout.Builder table(String name, String section) {
        return BitFieldLayout.of("vmcs", name, 64, Sdm.section(section));
    }

    private static BitFieldLayout.Builder table(String name, String section, String document) {
        return BitFieldLayout.of("vmcs", name, 64, new SpecificationReference(document, section));
    }

    private static BitFieldLayout stackLevels() {
        BitFieldLayout.Builder table = table("IA32_FRED_STKLVLS", "8 (FRED)");
        for (int vector = 0; vector < 32; vector++) {
            String exception = EventLayouts.vector(vector);
            String name = exception.isEmpty() || exception.startsWith("vector") ? "Vector " + vector : exception;
            table.choice(2 * vector + 1, 2 * vector, name, "", STACK_LEVELS);
        }
        return table.build();
    }

    private static BitFieldLayout protectionKeys() {
        BitFieldLayout.Builder table = table("IA32_PKRS", "4.6.2");
        for (int key = 0; key < 16; key++) {
            table.flag(2 * key, "AD" + key, "data accesses with key %d are not allowed".formatted(key))
                    .flag(2 * key + 1, "WD" + key, "writes with key %d are not allowed".formatted(key));
        }
        return table.reservedZero(63, 32).build();
    }
}
