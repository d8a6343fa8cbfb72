package org.ringside.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What verifying a trace found.
 *
 * @param file the trace
 * @param problems everything that is not as it was recorded; empty if the trace is intact
 * @param notes what could not be checked, and why
 * @param head hash of the last custody entry. Whoever wrote this down elsewhere can tell that nothing was taken off the end since
 * @param entries custody entries
 * @param snapshots snapshots verified
 * @param pages different pages verified
 * @param events events verified
 */
public record CustodyReport(
        Path file,
        List<CustodyProblem> problems,
        List<String> notes,
        Optional<Digest> head,
        long entries,
        long snapshots,
        long pages,
        long events) {
    public CustodyReport {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** Whether nothing is wrong. */
    public boolean intact() {
        return problems.isEmpty();
    }
}
