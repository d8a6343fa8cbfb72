package org.ringside.decoder.symbol;

/**
 * A named address.
 *
 * @param address virtual address
 * @param type the letter of nm(1): {@code T} text, {@code D} data, {@code R} read-only data, {@code B} zero-initialised data, {@code A}
 *     absolute; lower case is local
 * @param name the name
 * @param module the kernel module that defines it; empty for the kernel itself
 */
public record Symbol(long address, char type, String name, String module) {
    /** Whether the letter says text (code). */
    public boolean isText() {
        return type == 't' || type == 'T' || type == 'w' || type == 'W';
    }

    @Override
    public String toString() {
        return module.isEmpty() ? name : name + " [" + module + "]";
    }
}
