package org.ringside.decoder.paging;

import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;

/** How a processor translates linear addresses (Intel SDM vol. 3, section 4.1.1). */
public enum PagingMode {
    /** CR0.PG = 0: linear addresses are physical. */
    NONE("no paging", 32),
    /** CR4.PAE = 0. */
    THIRTY_TWO_BIT("32-bit paging", 32),
    /** CR4.PAE = 1, not in IA-32e mode. */
    PAE("PAE paging", 32),
    /** IA-32e mode, CR4.LA57 = 0. */
    FOUR_LEVEL("4-level paging", 48),
    /** IA-32e mode, CR4.LA57 = 1. */
    FIVE_LEVEL("5-level paging", 57);

    private static final long CR0_PG = 1L << 31;
    private static final long CR4_PAE = 1L << 5;
    private static final long CR4_LA57 = 1L << 12;
    private static final long EFER_LMA = 1L << 10;

    private final String title;
    private final int linearBits;

    PagingMode(String title, int linearBits) {
        this.title = title;
        this.linearBits = linearBits;
    }

    /** For a person. */
    public String title() {
        return title;
    }

    /** Bits of a linear address that are translated. */
    public int linearBits() {
        return linearBits;
    }

    /** Whether it is the paging of IA-32e mode: 4-level or 5-level. */
    public boolean isLong() {
        return this == FOUR_LEVEL || this == FIVE_LEVEL;
    }

    /** The mode that CR0, CR4 and IA32_EFER select, or which of them is missing. Only what decides is asked for. */
    public static Observed<PagingMode> of(CpuRegisters registers) {
        return registers.get("cr0").flatMap(cr0 -> {
            if ((cr0 & CR0_PG) == 0) {
                return Observed.known(NONE);
            }
            return registers.get("cr4").flatMap(cr4 -> {
                if ((cr4 & CR4_PAE) == 0) {
                    return Observed.known(THIRTY_TWO_BIT);
                }
                return registers.get("efer").map(efer -> {
                    if ((efer & EFER_LMA) == 0) {
                        return PAE;
                    }
                    return (cr4 & CR4_LA57) == 0 ? FOUR_LEVEL : FIVE_LEVEL;
                });
            });
        });
    }
}
