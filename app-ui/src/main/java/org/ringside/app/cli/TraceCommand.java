package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import picocli.CommandLine.Parameters;

/** A command on one trace. */
abstract class TraceCommand extends RingsideCommand {
    @Parameters(index = "0", paramLabel = "TRACE", description = "A trace, *.ringside.")
    private Path trace = Path.of("");

    TraceCommand(Console console) {
        super(console);
    }

    /** Does what the command is for, on the open trace. */
    abstract int run(Trace open) throws IOException;

    @Override
    final int run() throws IOException {
        if (!Files.exists(trace)) {
            throw missing(trace);
        }
        try (Trace open = TraceFile.open(trace)) {
            return run(open);
        }
    }

    static CommandFailure missing(Path trace) {
        return new CommandFailure(trace + ": no such trace; make one with: ringside import --into " + trace + " IMAGE");
    }

    /** @throws CommandFailure that lists the snapshots there are, if there is none of this name or number */
    static SnapshotInfo snapshot(Trace trace, String nameOrNumber) throws IOException {
        var found = trace.findSnapshot(nameOrNumber);
        if (found.isPresent()) {
            return found.get();
        }
        List<SnapshotInfo> all = trace.snapshots();
        throw new CommandFailure("%s: no snapshot is called %s; %s"
                .formatted(
                        trace.path(),
                        nameOrNumber,
                        all.isEmpty()
                                ? "it has none yet, import one with: ringside import --into " + trace.path() + " IMAGE"
                                : "there are: "
                                        + String.join(
                                                ", ",
                                                all.stream()
                                                        .map(TraceCommand::label)
                                                        .toList())));
    }

    private static String label(SnapshotInfo snapshot) {
        return "%d %s".formatted(snapshot.id().value(), snapshot.name());
    }
}
