package org.ringside.app.workspace;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

/**
 * What a person noted in a trace, as events of kind {@link EventKind#ANNOTATION}. A trace only grows: taking something back is a further
 * event. What an event means stands in its detail, as one line; any other detail is a note in free text.
 */
public final class Annotation {
    private static final String BOOKMARK = "bookmark";
    private static final String REMOVED = "removed #";
    private static final String RENAMED = "renamed #";
    private static final String ACKNOWLEDGED = "acknowledged #";

    private Annotation() {}

    /** A place to come back to. */
    public static NewEvent bookmark(
            TraceTime time, String machine, String title, Optional<SnapshotId> snapshot, List<EvidenceLink> links) {
        return event(time, machine, title, BOOKMARK, snapshot, links);
    }

    /** Takes an annotation back. */
    public static NewEvent removal(TraceEvent annotation) {
        return about(annotation, "Removed: " + annotation.content().title(), REMOVED + annotation.id());
    }

    /** Gives a bookmark another title. */
    public static NewEvent renaming(TraceEvent bookmark, String title) {
        return about(bookmark, title, RENAMED + bookmark.id());
    }

    /** Says that somebody has seen to an alarm. */
    public static NewEvent acknowledgement(TraceEvent alarm) {
        return about(alarm, "Acknowledged: " + alarm.content().title(), ACKNOWLEDGED + alarm.id());
    }

    /** The bookmarks that were not removed, by time, with the titles that they were given last. */
    public static List<TraceEvent> bookmarks(List<TraceEvent> annotations) {
        Set<Long> removed = removed(annotations);
        Map<Long, String> titles = new HashMap<>();
        annotations.stream()
                .filter(event -> event.content().detail().startsWith(RENAMED) && !removed.contains(event.id()))
                .sorted(Comparator.comparingLong(TraceEvent::id))
                .forEach(event -> number(event.content().detail().substring(RENAMED.length()))
                        .ifPresent(id -> titles.put(id, event.content().title())));
        return annotations.stream()
                .filter(event -> event.content().detail().equals(BOOKMARK) && !removed.contains(event.id()))
                .map(event -> titled(
                        event, titles.getOrDefault(event.id(), event.content().title())))
                .toList();
    }

    private static TraceEvent titled(TraceEvent bookmark, String title) {
        return new TraceEvent(
                bookmark.id(), about(bookmark, title, bookmark.content().detail()));
    }

    /** Ids of the alarms that somebody has seen to. */
    public static Set<Long> acknowledged(List<TraceEvent> annotations) {
        return targets(annotations, ACKNOWLEDGED, removed(annotations));
    }

    /** Annotations that were taken back; a removal may itself have been taken back, by a later event. */
    private static Set<Long> removed(List<TraceEvent> annotations) {
        Set<Long> removed = new HashSet<>();
        for (TraceEvent event : annotations.stream()
                .sorted(Comparator.comparingLong(TraceEvent::id).reversed())
                .toList()) {
            String detail = event.content().detail();
            if (detail.startsWith(REMOVED) && !removed.contains(event.id())) {
                number(detail.substring(REMOVED.length())).ifPresent(removed::add);
            }
        }
        return removed;
    }

    private static Set<Long> targets(List<TraceEvent> annotations, String prefix, Set<Long> withdrawn) {
        Set<Long> targets = new HashSet<>();
        for (TraceEvent event : annotations) {
            String detail = event.content().detail();
            if (detail.startsWith(prefix) && !withdrawn.contains(event.id())) {
                number(detail.substring(prefix.length())).ifPresent(targets::add);
            }
        }
        return targets;
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException writtenByHand) {
            return Optional.empty();
        }
    }

    private static NewEvent about(TraceEvent event, String title, String detail) {
        NewEvent content = event.content();
        return event(content.time(), content.machine(), title, detail, content.snapshot(), content.links());
    }

    private static NewEvent event(
            TraceTime time,
            String machine,
            String title,
            String detail,
            Optional<SnapshotId> snapshot,
            List<EvidenceLink> links) {
        return new NewEvent(time, EventKind.ANNOTATION, Severity.INFORMATION, machine, title, detail, snapshot, links);
    }
}
