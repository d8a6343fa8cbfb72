package org.ringside.decoder.ept;

import java.util.Optional;

/**
 * An access of a guest to guest-physical memory.
 *
 * @param kind read, write or fetch
 * @param user whether it is made in user mode (of a fetch: to a linear address that is a user-mode address)
 * @param linearAddress whether there is a linear address: false only for what has none, such as the load of PDPTEs by MOV CR
 * @param paging whether the processor makes it to walk or update guest paging structures
 * @param shadowStack whether it is a shadow-stack access
 * @param asynchronous whether it belongs to no instruction and no event delivery, such as trace output
 * @param page what guest paging says of the linear address; empty if that is not known
 */
public record EptAccess(
        Kind kind,
        boolean user,
        boolean linearAddress,
        boolean paging,
        boolean shadowStack,
        boolean asynchronous,
        Optional<GuestPage> page) {
    /** What is done. */
    public enum Kind {
        READ,
        WRITE,
        FETCH
    }

    /**
     * What the guest's own paging says of a linear address.
     *
     * @param user whether it is a user-mode address
     * @param writable whether every entry allows writes
     * @param executeDisable whether an entry forbids fetches
     * @param verified whether every guest paging structure used lies in a page that guest paging may update (EPT bit 58)
     */
    public record GuestPage(boolean user, boolean writable, boolean executeDisable, boolean verified) {
        /** Without paging every linear address counts as a writable and executable user-mode address. */
        public static GuestPage unpaged() {
            return new GuestPage(true, true, false, true);
        }
    }

    /** An ordinary access, of whose linear address nothing more is known. */
    public EptAccess(Kind kind, boolean user, boolean linearAddress, boolean paging) {
        this(kind, user, linearAddress, paging, false, false, Optional.empty());
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

    /** The same access to or from a shadow stack. */
    public EptAccess toShadowStack() {
        return new EptAccess(kind, user, linearAddress, paging, true, asynchronous, page);
    }

    /** The same access, asynchronous to instruction execution. */
    public EptAccess madeAsynchronously() {
        return new EptAccess(kind, user, linearAddress, paging, shadowStack, true, page);
    }

    /** The same access, with what guest paging says of its linear address. */
    public EptAccess to(GuestPage known) {
        return new EptAccess(kind, user, linearAddress, paging, shadowStack, asynchronous, Optional.of(known));
    }
}
