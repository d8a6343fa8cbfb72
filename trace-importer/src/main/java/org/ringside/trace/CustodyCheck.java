package org.ringside.trace;

import java.io.IOException;
import java.nio.file.Path;
import org.ringside.trace.sqlite.Verification;

/** Verifies a trace: that everything in it is what was recorded. */
public final class CustodyCheck {
    private CustodyCheck() {}

    /**
     * Recomputes everything a trace claims: the chain of its custody log, what the entries say was added, the hash of every page, node and
     * root, every event, the bytes of the file itself, and the files that were indexed in place. Writes nothing. A trace that is open,
     * or was not closed, is verified as of its last commit; its seal then says nothing, which the notes tell.
     *
     * @return what was found; damage is a problem in the report, not an exception
     * @throws IOException if the file does not exist or cannot be read at all
     * @throws java.util.concurrent.CancellationException if the monitor said to stop
     */
    public static CustodyReport verify(Path file, ProgressMonitor monitor) throws IOException {
        return Verification.run(file, monitor);
    }
}
