package org.ringside.decoder.translation;

import java.util.Arrays;

/**
 * What a translation allows, as a set of bits; entries on the way to a leaf are combined with {@link #and}.
 *
 * @param mask bits of {@link #READ} … {@link #SHADOW_STACK}
 */
public record AccessRights(int mask) {
    public static final int READ = 1;
    public static final int WRITE = 2;
    /** Instruction fetch; where user mode has its own bit ({@link #USER_EXECUTE}), supervisor mode only. */
    public static final int EXECUTE = 4;
    /** Accesses in user mode are allowed at all (guest paging). */
    public static final int USER = 8;
    /** Instruction fetch in user mode, where it has its own bit (mode-based execute control of EPT). */
    public static final int USER_EXECUTE = 16;
    /** The page is a shadow stack (guest paging with CR4.CET): shadow-stack accesses are allowed, ordinary writes are not. */
    public static final int SHADOW_STACK = 32;

    public static final AccessRights NONE = new AccessRights(0);

    private static final AccessRights[] ALL = all();

    private static AccessRights[] all() {
        AccessRights[] all = new AccessRights[2 * USER_EXECUTE];
        Arrays.setAll(all, AccessRights::new);
        return all;
    }

    /** The rights of a mask; listings have millions of them, so equal ones are one object. */
    public static AccessRights of(int mask) {
        return mask >= 0 && mask < ALL.length ? ALL[mask] : new AccessRights(mask);
    }

    public boolean read() {
        return (mask & READ) != 0;
    }

    public boolean write() {
        return (mask & WRITE) != 0;
    }

    public boolean execute() {
        return (mask & EXECUTE) != 0;
    }

    public boolean user() {
        return (mask & USER) != 0;
    }

    public boolean userExecute() {
        return (mask & USER_EXECUTE) != 0;
    }

    public boolean shadowStack() {
        return (mask & SHADOW_STACK) != 0;
    }

    public AccessRights and(AccessRights other) {
        return new AccessRights(mask & other.mask);
    }

    /** For example {@code "rw-"} or {@code "r-xu"}; {@code "s"} at the end is a shadow stack. */
    @Override
    public String toString() {
        return (read() ? "r" : "-")
                + (write() ? "w" : "-")
                + (execute() ? "x" : "-")
                + (user() ? "u" : "")
                + (userExecute() ? "X" : "")
                + (shadowStack() ? "s" : "");
    }
}
