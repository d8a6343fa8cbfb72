package org.ringside.agent.integrity;

import java.io.IOException;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.snapshot.SnapshotDiff;

/**
 * Two moments of one machine and what was captured of them.
 *
 * @param baseline the moment that is trusted
 * @param baselineMemory its memory
 * @param baselineState its registers
 * @param current the moment under suspicion
 * @param currentMemory its memory
 * @param currentState its registers
 * @param diff what differs from {@code baseline} to {@code current}
 */
public record CheckSubject(
        SnapshotInfo baseline,
        PhysicalMemory baselineMemory,
        MachineState baselineState,
        SnapshotInfo current,
        PhysicalMemory currentMemory,
        MachineState currentState,
        SnapshotDiff diff) {
    /**
     * Reads what the trace holds of two snapshots; memory is read when a check asks for it.
     *
     * @throws IOException if the trace cannot be read
     */
    public static CheckSubject of(Trace trace, SnapshotInfo baseline, SnapshotInfo current) throws IOException {
        return new CheckSubject(
                baseline,
                trace.memory(baseline.id()),
                trace.state(baseline.id()),
                current,
                trace.memory(current.id()),
                trace.state(current.id()),
                trace.diff(baseline.id(), current.id()));
    }
}
