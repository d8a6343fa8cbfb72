package org.ringside.decoder.paging;

/**
 * How a guest's linear addresses are translated by tables of its hypervisor (HLAT paging; Intel SDM vol. 3, sections 4.5.1 and 25.6.23).
 *
 * @param pointer the HLAT pointer: guest-physical address of the root table, and PWT and PCD
 * @param prefixSize HLAT prefix size: 0 for all addresses, 1 for those with bit 63 set
 */
public record HlatControls(long pointer, int prefixSize) {
    /** Bits 2:0 and 11:5 of the pointer, which a VM entry demands to be 0; what lies beyond the address width is reserved as well. */
    public static final long RESERVED_BITS = 0xfe7;

    /**
     * Whether HLAT paging translates {@code linear}. The specification defines prefix sizes 0 and 1 and no others; greater ones are taken as
     * 1, as each prefix of ones begins with bit 63.
     */
    public boolean covers(long linear) {
        return prefixSize == 0 || linear < 0;
    }

    /** Whether the specification says what this prefix size means. */
    public boolean isDefined() {
        return prefixSize == 0 || prefixSize == 1;
    }
}
