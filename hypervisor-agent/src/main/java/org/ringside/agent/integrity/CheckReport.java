package org.ringside.agent.integrity;

import java.util.Optional;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/**
 * One check, run on two snapshots of a trace.
 *
 * @param check which
 * @param baseline the moment that is trusted
 * @param current the moment under suspicion
 * @param result what was found out
 * @param event the trace's record of it: an alarm if the check is violated; empty if nothing was recorded
 */
public record CheckReport(
        IntegrityCheck check,
        SnapshotInfo baseline,
        SnapshotInfo current,
        CheckResult result,
        Optional<TraceEvent> event) {
    public boolean isViolated() {
        return result instanceof CheckResult.Violated;
    }
}
