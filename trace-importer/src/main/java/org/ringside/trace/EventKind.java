package org.ringside.trace;

/** What an event tells of; each kind has a lane on the timeline. The names are stored in traces: do not rename. */
public enum EventKind {
    ALARM,
    CHALLENGE,
    INTEGRITY,
    VM_EXIT,
    ADDRESS_SPACE,
    SNAPSHOT,
    LINK,
    LOG,
    ANNOTATION
}
