package org.ringside.decoder.ept;

/**
 * An access of a guest to guest-physical memory.
 *
 * @param kind read, write or fetch
 * @param user whether it is made in user mode (to a linear address that is a user-mode address)
 * @param linearAddress whether it is the translation of a linear address; else an access to a guest paging structure
 * @param paging whether the processor makes it to walk or update guest paging structures
 */
public record EptAccess(Kind kind, boolean user, boolean linearAddress, boolean paging) {
    /** What is done. */
    public enum Kind {
        READ,
        WRITE,
        FETCH
    }

    /** An access to the final translation of a linear address, in supervisor mode. */
    public static EptAccess supervisor(Kind kind) {
        return new EptAccess(kind, false, true, false);
    }

    /** An access to the final translation of a linear address, in user mode. */
    public static EptAccess user(Kind kind) {
        return new EptAccess(kind, true, true, false);
    }

    /** The processor reads an entry of the guest's page tables. */
    public static EptAccess pagingRead() {
        return new EptAccess(Kind.READ, false, true, true);
    }

    /** The processor sets an accessed or dirty flag in the guest's page tables. */
    public static EptAccess pagingWrite() {
        return new EptAccess(Kind.WRITE, false, true, true);
    }
}
