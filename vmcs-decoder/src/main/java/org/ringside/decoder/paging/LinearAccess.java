package org.ringside.decoder.paging;

/**
 * An access to a linear address (Intel SDM vol. 3, section 4.6).
 *
 * @param kind what is done
 * @param mode on whose behalf
 */
public record LinearAccess(Kind kind, Mode mode) {
    /** What is done. */
    public enum Kind {
        READ,
        WRITE,
        EXECUTE,
        /** A load from the shadow stack, for example by RET. */
        SHADOW_STACK_READ,
        /** A store to the shadow stack, for example by CALL. */
        SHADOW_STACK_WRITE
    }

    /** On whose behalf. */
    public enum Mode {
        /** With CPL = 3, and by WRUSS. */
        USER,
        /** With CPL below 3. */
        SUPERVISOR,
        /** To a system structure (GDT, LDT, IDT, TSS), whatever the CPL. */
        IMPLICIT_SUPERVISOR
    }

    /** There are no implicit fetches. */
    public LinearAccess {
        if (mode == Mode.IMPLICIT_SUPERVISOR && kind == Kind.EXECUTE) {
            throw new IllegalArgumentException("instructions are never fetched implicitly");
        }
    }

    public boolean user() {
        return mode == Mode.USER;
    }

    public boolean writes() {
        return kind == Kind.WRITE || kind == Kind.SHADOW_STACK_WRITE;
    }

    public boolean fetches() {
        return kind == Kind.EXECUTE;
    }

    public boolean toShadowStack() {
        return kind == Kind.SHADOW_STACK_READ || kind == Kind.SHADOW_STACK_WRITE;
    }

    /** For example {@code "user-mode write"}. */
    @Override
    public String toString() {
        String who = switch (mode) {
            case USER -> "user-mode";
            case SUPERVISOR -> "supervisor-mode";
            case IMPLICIT_SUPERVISOR -> "implicit supervisor-mode";
        };
        String what = switch (kind) {
            case READ -> "read";
            case WRITE -> "write";
            case EXECUTE -> "fetch";
            case SHADOW_STACK_READ -> "shadow-stack read";
            case SHADOW_STACK_WRITE -> "shadow-stack write";
        };
        return who + " " + what;
    }
}
