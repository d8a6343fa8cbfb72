package org.ringside.app.diff;

import java.util.Optional;
import org.ringside.decoder.symbol.SymbolPlace;

/**
 * An aligned 64-bit word that held or holds what may be a kernel address.
 *
 * @param address physical address of the word
 * @param before its value before, little-endian
 * @param after its value after
 * @param oldName the symbol at or below {@code before}
 * @param newName the symbol at or below {@code after}
 */
public record PointerChange(
        long address, long before, long after, Optional<SymbolPlace> oldName, Optional<SymbolPlace> newName) {
    /** The first canonical address of the upper half with 48-bit addresses, where 64-bit kernels live. */
    private static final long LOWEST_KERNEL_ADDRESS = 0xffff_8000_0000_0000L;

    /** Small negative numbers look like addresses too: error codes and counters. */
    private static final long HIGHEST_KERNEL_ADDRESS = -0x1_0000L;

    /** Whether a word may be an address in the kernel half. */
    public static boolean isKernelAddress(long value) {
        return Long.compareUnsigned(value, LOWEST_KERNEL_ADDRESS) >= 0
                && Long.compareUnsigned(value, HIGHEST_KERNEL_ADDRESS) < 0;
    }
}
