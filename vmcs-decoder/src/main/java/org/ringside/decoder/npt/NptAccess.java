package org.ringside.decoder.npt;

/**
 * An access of a guest to its physical memory.
 *
 * @param kind read, write or fetch
 * @param supervisor whether it is made at CPL 0, 1 or 2: matters for fetches with the guest-mode execute trap only
 * @param guestTable whether the processor makes it to walk or update the guest's page tables
 */
public record NptAccess(Kind kind, boolean supervisor, boolean guestTable) {
    /** What is done. */
    public enum Kind {
        READ,
        WRITE,
        FETCH
    }

    /** An access of the guest's kernel to a final guest-physical address. */
    public static NptAccess supervisor(Kind kind) {
        return new NptAccess(kind, true, false);
    }

    /** An access of the guest's user mode to a final guest-physical address. */
    public static NptAccess user(Kind kind) {
        return new NptAccess(kind, false, false);
    }

    /** The processor reads an entry of the guest's page tables. */
    public static NptAccess tableWalk() {
        return new NptAccess(Kind.READ, false, true);
    }
}
