package org.ringside.decoder.translation;

/** What an entry of a translation table is. */
public enum EntryKind {
    NOT_PRESENT,
    /** Refers to a table of the next level. */
    TABLE,
    /** Maps memory. */
    LEAF,
    /** Present, with reserved bits set or a combination that hardware refuses. */
    RESERVED,
    /** Asks for the translation to start again with other tables (HLAT paging): maps nothing itself. */
    RESTART
}
