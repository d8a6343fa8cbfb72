package org.ringside.trace.sqlite;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.MemoryImage;

/**
 * A memory image to add to a trace.
 *
 * @param file the image's file
 * @param image the same, open
 * @param name for the snapshot, if one was chosen; must be new in the trace
 * @param machine the machine's name
 * @param time when the memory was captured; else the file's time of last change
 * @param state registers
 * @param registers the file that {@code state} was read from, if one: it becomes a source of its own
 * @param registerNotes what its reader did not understand or doubted
 * @param inPlace whether the bytes stay in the file
 */
public record ImportJob(
        Path file,
        MemoryImage image,
        Optional<String> name,
        String machine,
        Optional<TraceTime> time,
        MachineState state,
        Optional<Path> registers,
        List<String> registerNotes,
        boolean inPlace) {

    /**
     * What was added.
     *
     * @param snapshot the new snapshot
     * @param baseline the snapshot that it was compared with
     * @param events what was put on the time line
     * @param newPages different pages that the trace did not know before
     * @param newBytes bytes those take, compressed; 0 if they stay in the file
     */
    public record Result(
            SnapshotInfo snapshot,
            Optional<SnapshotInfo> baseline,
            List<TraceEvent> events,
            long newPages,
            long newBytes) {}
}
