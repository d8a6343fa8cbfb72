package org.ringside.app.memory;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;

/**
 * The memory that a view shows and what it compares with, open for reading.
 *
 * @param trace where it is from
 * @param snapshot what is shown
 * @param memory its memory
 * @param state its registers
 * @param baseline what it is compared with
 * @param baselineMemory the baseline's memory; null if there is no baseline
 * @param baselineState the baseline's registers
 */
public record MemoryEvidence(
        OpenTrace trace,
        SnapshotInfo snapshot,
        PhysicalMemory memory,
        MachineState state,
        Optional<SnapshotInfo> baseline,
        @Nullable PhysicalMemory baselineMemory,
        MachineState baselineState) {
    /**
     * Opens the memory of a moment; blocks.
     *
     * @param snapshot the moment's snapshot
     */
    static MemoryEvidence open(OpenTrace trace, SnapshotInfo snapshot, Moment moment) throws IOException {
        PhysicalMemory baselineMemory = null;
        MachineState baselineState = MachineState.none();
        if (moment.baseline().isPresent()) {
            SnapshotInfo baseline = moment.baseline().get();
            baselineMemory = trace.trace().memory(baseline.id());
            baselineState = trace.state(baseline.id());
        }
        return new MemoryEvidence(
                trace,
                snapshot,
                trace.trace().memory(snapshot.id()),
                trace.state(snapshot.id()),
                moment.baseline(),
                baselineMemory,
                baselineState);
    }

    /** First address above all captured memory, of both snapshots. */
    long end() {
        long end = snapshot.ranges().isEmpty() ? 0 : snapshot.ranges().getLast().end();
        if (baseline.isPresent() && !baseline.get().ranges().isEmpty()) {
            end = Math.max(end, baseline.get().ranges().getLast().end());
        }
        return end;
    }
}
