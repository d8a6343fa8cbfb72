package org.ringside.decoder.translation;

import java.util.Optional;

/**
 * Why a walk ended without a translation.
 *
 * @param reason the kind of end
 * @param level where; empty if no entry was reached
 * @param message what, where, for a person
 */
public record WalkStop(Reason reason, Optional<TableLevel> level, String message) {
    public enum Reason {
        /** The entry is not present: the processor raises a page fault (or its like). */
        NOT_PRESENT,
        /** The entry has reserved bits set: the access faults, whatever the entry says. */
        RESERVED_BITS,
        /** The entry asks for the translation to start again with other tables (HLAT paging). */
        RESTART,
        /** The address has bits that this format does not translate (not canonical, beyond the width). */
        OUT_OF_RANGE,
        /** The entry's memory is not in the evidence. */
        NOT_READABLE
    }
}
