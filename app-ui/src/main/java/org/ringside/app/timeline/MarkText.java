package org.ringside.app.timeline;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** What a mark on the timeline stands for, in words: for the pointer and for screen readers. */
final class MarkText {
    private static final int MOST_LINES = 6;
    private static final int LONGEST_DETAIL = 400;

    private final OptionalLong origin;
    private final long cursor;

    /**
     * Writes as the axis does.
     *
     * @param origin what times count from; empty for the time of day
     * @param cursor the time cursor, that distances are told from
     */
    MarkText(OptionalLong origin, long cursor) {
        this.origin = origin;
        this.cursor = cursor;
    }

    String of(Lane lane, Mark mark) {
        return switch (mark) {
            case Mark.Bar bar ->
                "%,d %s in %s%n%s"
                        .formatted(
                                bar.count(),
                                bar.count() == 1 ? lane.singular() : lane.plural(),
                                Durations.text(bar.until() - bar.from() + 1),
                                time(bar.from()));
            case Mark.Events events -> of(lane, events.events(), events.representative());
            case Mark.Snapshots snapshots -> of(snapshots.snapshots());
            case Mark.Loading ignored -> lane.title() + ": being read";
        };
    }

    static String severity(Severity severity) {
        return severity.name().charAt(0) + severity.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private String of(Lane lane, List<TraceEvent> events, TraceEvent representative) {
        NewEvent shown = representative.content();
        StringBuilder text = new StringBuilder();
        if (events.size() > 1) {
            text.append("%,d %s within %s%n"
                    .formatted(
                            events.size(),
                            lane.plural(),
                            Durations.text(events.getLast().content().time().epochNanoseconds()
                                    - events.getFirst().content().time().epochNanoseconds())));
        }
        text.append(severity(shown.severity()))
                .append(": ")
                .append(shown.title())
                .append('\n');
        text.append(time(shown.time().epochNanoseconds()));
        if (!shown.machine().isEmpty()) {
            text.append(" · ").append(shown.machine());
        }
        if (!shown.detail().isBlank()) {
            String detail = shown.detail().strip();
            text.append('\n')
                    .append(detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) + "…" : detail);
        }
        return text.toString();
    }

    private String of(List<SnapshotInfo> snapshots) {
        StringBuilder text = new StringBuilder();
        for (SnapshotInfo snapshot : snapshots.subList(0, Math.min(MOST_LINES, snapshots.size()))) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append("Snapshot %s of %s, %,d pages%n%s"
                    .formatted(
                            snapshot.name(),
                            snapshot.machine(),
                            snapshot.capturedPages(),
                            time(snapshot.time().epochNanoseconds())));
        }
        if (snapshots.size() > MOST_LINES) {
            text.append("\nand %,d more".formatted(snapshots.size() - MOST_LINES));
        }
        return text.toString();
    }

    private String time(long time) {
        long distance = time - cursor;
        String from = distance == 0
                ? "at the cursor"
                : Durations.text(Math.abs(distance)) + (distance > 0 ? " after the cursor" : " before the cursor");
        return TimeAxis.moment(time, origin) + ", " + from;
    }
}
