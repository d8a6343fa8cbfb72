package org.ringside.app.workspace;

import java.io.IOException;
import java.nio.file.Path;
import org.ringside.trace.Trace;

/** Opens trace files; blocks, so never on the UI thread. */
@FunctionalInterface
public interface TraceOpener {
    Trace open(Path path) throws IOException;
}
