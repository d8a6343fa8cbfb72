package org.ringside.decoder.ept;

/**
 * An EPTP (SDM vol. 3, 25.6.11).
 *
 * @param raw the value as it is in the VMCS
 */
public record ExtendedPageTablePointer(long raw) {
    /** Physical address of the root table. */
    public long root() {
        return raw & 0x000f_ffff_ffff_f000L;
    }

    /** Memory type of the tables: 0 uncacheable, 6 write-back, others reserved. */
    public int memoryType() {
        return (int) raw & 7;
    }

    /** Levels of the tables: the page-walk length, 1 to 8; 4 and 5 exist. */
    public int levels() {
        return (int) (raw >>> 3 & 7) + 1;
    }

    /** Whether accessed and dirty flags are enabled. */
    public boolean accessedAndDirty() {
        return (raw >>> 6 & 1) != 0;
    }

    /** Whether access rights of supervisor shadow-stack pages are enforced. */
    public boolean supervisorShadowStack() {
        return (raw >>> 7 & 1) != 0;
    }

    /** Whether a VM entry would take it: type and length exist, reserved bits are 0 (SDM vol. 3, 27.2.1.1). */
    public boolean isValid() {
        return (memoryType() == 0 || memoryType() == 6)
                && (levels() == 4 || levels() == 5)
                && (raw & 0xfff0_0000_0000_0f00L) == 0;
    }

    @Override
    public String toString() {
        return "EPTP 0x%x".formatted(raw);
    }
}
