package org.ringside.app.importing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.importer.ImportResult;

/** Imports of one window: into different traces at the same time, into the same trace one after the other. */
final class ImportQueue {
    private static final long LOOK_MILLISECONDS = 50;

    private final Map<Path, Semaphore> writers = new ConcurrentHashMap<>();

    /** Imports one image, through a handle of its own on the trace. Blocks. */
    ImportResult run(Path target, ImportRequest request, String waiting, ProgressMonitor monitor)
            throws IOException, InterruptedException {
        Semaphore writer = writers.computeIfAbsent(target.toAbsolutePath().normalize(), path -> new Semaphore(1, true));
        monitor.progress(waiting, 0, 0);
        while (!writer.tryAcquire(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
            monitor.checkCancelled();
        }
        try (Trace trace = TraceFile.openOrCreate(target)) {
            monitor.checkCancelled();
            return ImageImport.run(trace, request, monitor);
        } finally {
            writer.release();
        }
    }
}
