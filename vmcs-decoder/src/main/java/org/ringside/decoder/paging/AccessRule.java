package org.ringside.decoder.paging;

import org.ringside.decoder.structure.SpecificationReference;

/** Why the processor allows or refuses an access to a linear address (Intel SDM vol. 3, sections 4.6 and 4.7). */
public enum AccessRule {
    NO_PAGING("paging is off (CR0.PG = 0): nothing is checked", "4.1.1"),
    TRANSLATION_ALLOWS("the translation and the control registers allow it", "4.6.1"),
    NOT_CANONICAL("the address is not canonical", "4.5.2"),
    SPACE_SEPARATION(
            "linear-address-space separation (CR4.LASS) keeps the two halves of the address space apart",
            "linear-address pre-processing (LASS)"),
    NOT_PRESENT("an entry is not present", "4.7"),
    RESERVED_BIT("an entry has a reserved bit set", "4.7"),
    SUPERVISOR_ADDRESS("a user-mode access to a supervisor-mode address", "4.6.1"),
    SMAP(
            "supervisor-mode access prevention (CR4.SMAP): a supervisor-mode access to data at a user-mode address",
            "4.6.1"),
    SMEP("supervisor-mode execution prevention (CR4.SMEP): a supervisor-mode fetch from a user-mode address", "4.6.1"),
    NOT_WRITABLE("a write where an entry has R/W = 0", "4.6.1"),
    EXECUTE_DISABLE("a fetch where an entry has XD = 1", "4.6.1"),
    USER_KEY_ACCESS("the protection key of the user-mode address forbids data accesses (PKRU.AD)", "4.6.2"),
    USER_KEY_WRITE("the protection key of the user-mode address forbids writes (PKRU.WD)", "4.6.2"),
    SUPERVISOR_KEY_ACCESS(
            "the protection key of the supervisor-mode address forbids data accesses (IA32_PKRS.AD)", "4.6.2"),
    SUPERVISOR_KEY_WRITE("the protection key of the supervisor-mode address forbids writes (IA32_PKRS.WD)", "4.6.2"),
    NOT_A_SHADOW_STACK(
            "a shadow-stack access to a page that is no shadow stack (R/W = 0 and D = 1 in the entry that maps it, R/W = 1 above)",
            "4.6.1"),
    SHADOW_STACK_OF_OTHER_MODE("a shadow-stack access to a shadow stack of the other mode", "4.6.1");

    private final String text;
    private final String section;

    AccessRule(String text, String section) {
        this.text = text;
        this.section = section;
    }

    /** The rule, for a person. */
    public String text() {
        return text;
    }

    public SpecificationReference reference() {
        return new SpecificationReference("Intel SDM vol. 3", section);
    }
}
