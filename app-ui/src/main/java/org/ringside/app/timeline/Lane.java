package org.ringside.app.timeline;

import java.util.List;
import org.ringside.trace.EventKind;

/**
 * A row of the timeline.
 *
 * @param kind what it shows
 * @param title its name on the screen
 * @param singular what one of its events is called, for example {@code "alarm"}
 * @param plural what several are called
 */
public record Lane(EventKind kind, String title, String singular, String plural) {
    /** Every lane, from what an analyst must see first to what is context. */
    public static final List<Lane> ALL = List.of(
            new Lane(EventKind.ALARM, "Alarms", "alarm", "alarms"),
            new Lane(EventKind.CHALLENGE, "Challenges", "challenge", "challenges"),
            new Lane(EventKind.INTEGRITY, "Integrity", "measurement", "measurements"),
            new Lane(EventKind.VM_EXIT, "Exits", "VM exit", "VM exits"),
            new Lane(EventKind.ADDRESS_SPACE, "Address spaces", "address-space switch", "address-space switches"),
            new Lane(EventKind.SNAPSHOT, "Snapshots", "snapshot", "snapshots"),
            new Lane(EventKind.LINK, "Links", "link event", "link events"),
            new Lane(EventKind.LOG, "Log", "log line", "log lines"),
            new Lane(EventKind.ANNOTATION, "Annotations", "annotation", "annotations"));
}
