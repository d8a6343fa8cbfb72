package org.ringside.agent.integrity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;

/**
 * Runs every check on a snapshot that has just been imported, against the snapshots next to it in time, and records in the trace what they
 * found: an alarm for a violated check, else an integrity event. Running it again records nothing twice.
 *
 * <p>The same call serves every way of importing:
 *
 * <pre>{@code
 * ImportResult result = ImageImport.run(trace, request, progress);
 * List<CheckReport> reports = CheckAfterImport.run(trace, result.snapshot(), symbols, progress);
 * }</pre>
 */
public final class CheckAfterImport {
    /** Events of one kind at one moment that are looked through for an earlier record. */
    private static final int MOST_EVENTS = 1 << 16;

    private CheckAfterImport() {}

    /** Every check there is, in the order in which they are reported. */
    public static List<IntegrityCheck> checks() {
        return List.of(new WriteProtectedMemoryCheck());
    }

    /**
     * Runs the checks on {@code imported} with the snapshot of the same machine before it as the baseline, and on the snapshot after it
     * with {@code imported} as the baseline.
     *
     * @param trace to read from and to append to
     * @param imported a snapshot of {@code trace}
     * @param symbols to name addresses with; {@link SymbolTable#empty()} if there are none
     * @param progress told what is done; may cancel between checks
     * @return one report for each check and pair; empty if the machine has no other snapshot
     * @throws IOException if the trace cannot be read or written
     * @throws CancellationException if {@code progress} says to stop; what was recorded before stays
     */
    public static List<CheckReport> run(
            Trace trace, SnapshotInfo imported, SymbolTable symbols, ProgressMonitor progress) throws IOException {
        List<SnapshotInfo> sameMachine = trace.snapshots().stream()
                .filter(snapshot -> snapshot.machine().equals(imported.machine()))
                .toList();
        int position = sameMachine.stream().map(SnapshotInfo::id).toList().indexOf(imported.id());
        if (position < 0) {
            throw new IllegalArgumentException(
                    "snapshot %d is not in %s".formatted(imported.id().value(), trace.path()));
        }
        List<CheckReport> reports = new ArrayList<>();
        if (position > 0) {
            reports.addAll(compare(trace, sameMachine.get(position - 1), imported, symbols, progress));
        }
        if (position + 1 < sameMachine.size()) {
            reports.addAll(compare(trace, imported, sameMachine.get(position + 1), symbols, progress));
        }
        return reports;
    }

    /**
     * Runs the checks on two snapshots and records what they found.
     *
     * @throws IOException if the trace cannot be read or written
     * @throws CancellationException if {@code progress} says to stop; what was recorded before stays
     */
    public static List<CheckReport> compare(
            Trace trace, SnapshotInfo baseline, SnapshotInfo current, SymbolTable symbols, ProgressMonitor progress)
            throws IOException {
        List<CheckReport> reports = new ArrayList<>();
        for (CheckReport report : evaluate(trace, baseline, current, progress)) {
            NewEvent event = new CheckEvent(report, symbols).toEvent();
            Optional<TraceEvent> recorded = recorded(trace, event);
            TraceEvent kept = recorded.isPresent() ? recorded.get() : trace.append(event);
            reports.add(new CheckReport(report.check(), baseline, current, report.result(), Optional.of(kept)));
        }
        return reports;
    }

    /**
     * Runs the checks on two snapshots and records nothing.
     *
     * @throws IOException if the trace cannot be read
     * @throws CancellationException if {@code progress} says to stop
     */
    public static List<CheckReport> evaluate(
            Trace trace, SnapshotInfo baseline, SnapshotInfo current, ProgressMonitor progress) throws IOException {
        CheckSubject subject = CheckSubject.of(trace, baseline, current);
        List<CheckReport> reports = new ArrayList<>();
        for (IntegrityCheck check : checks()) {
            progress.progress("checking: " + check.title(), reports.size(), checks().size());
            progress.checkCancelled();
            reports.add(new CheckReport(check, baseline, current, check.evaluate(subject, progress), Optional.empty()));
        }
        return reports;
    }

    /** The event that says the same as {@code event}, if the trace has one; names may have changed with the symbols, evidence not. */
    private static Optional<TraceEvent> recorded(Trace trace, NewEvent event) throws IOException {
        return trace.events(Set.of(event.kind()), event.time(), event.time(), MOST_EVENTS).stream()
                .filter(old -> CheckEvent.saysTheSame(old.content(), event))
                .findFirst();
    }
}
