package org.ringside.trace;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.Severity;

/**
 * An event as a source reports it, before the trace has numbered it.
 *
 * @param time when it happened, on the source's clock
 * @param kind its lane
 * @param severity how much it matters
 * @param machine name of the machine it happened on
 * @param title one line
 * @param detail everything else in words; may be empty
 * @param snapshot the snapshot it is about, if one
 * @param links where to look, most important first
 */
public record NewEvent(
        TraceTime time,
        EventKind kind,
        Severity severity,
        String machine,
        String title,
        String detail,
        Optional<SnapshotId> snapshot,
        List<EvidenceLink> links) {
    public NewEvent {
        links = List.copyOf(links);
    }
}
