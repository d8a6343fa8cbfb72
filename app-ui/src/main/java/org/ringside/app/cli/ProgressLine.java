package org.ringside.app.cli;

import java.util.Locale;
import org.ringside.trace.ProgressMonitor;

/** Progress of an import: one line on a terminal that redraws itself, nothing elsewhere. */
final class ProgressLine implements ProgressMonitor, AutoCloseable {
    private static final String ERASE_LINE = "\r\u001b[K";

    /** A person reads no faster. */
    private static final long REDRAW_NANOSECONDS = 100_000_000L;

    private final Console console;
    private final String prefix;
    private final Cancellation cancellation;
    private long lastDrawn;
    private boolean drawn;

    ProgressLine(Console console, String prefix, Cancellation cancellation) {
        this.console = console;
        this.prefix = prefix;
        this.cancellation = cancellation;
    }

    @Override
    public synchronized void progress(String activity, long done, long total) {
        long now = System.nanoTime();
        if (!console.interactive() || (drawn && now - lastDrawn < REDRAW_NANOSECONDS)) {
            return;
        }
        lastDrawn = now;
        drawn = true;
        String share = total > 0 ? String.format(Locale.ROOT, " %3d %%", Math.min(100, 100 * done / total)) : "";
        console.err().print(ERASE_LINE + prefix + activity + share);
        console.err().flush();
    }

    @Override
    public boolean isCancelled() {
        return cancellation.isWanted();
    }

    @Override
    public synchronized void close() {
        if (drawn) {
            console.err().print(ERASE_LINE);
            console.err().flush();
        }
    }
}
