package org.ringside.app.shell;

import org.ringside.app.workspace.TraceOpener;
import org.ringside.trace.TraceFile;

/** Where the window gets traces from. */
public final class Traces {
    private Traces() {}

    /** Opens trace files. */
    public static TraceOpener opener() {
        return TraceFile::open;
    }
}
