package org.ringside.trace.importer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.importer.qemu.RegistersText;
import org.ringside.trace.sqlite.ImportJob;
import org.ringside.trace.sqlite.SqliteTrace;

/** Adds memory images to a trace. */
public final class ImageImport {
    private ImageImport() {}

    /**
     * Imports one image: its memory as a snapshot, its registers, an event that says so, and one that says what changed since the
     * machine's snapshot before. All of it is on disk when this returns. If it fails or is cancelled, or the power goes, the trace is as
     * it was.
     *
     * @throws ImportException if a file is not what it claims to be
     * @throws IOException if something cannot be read or written, the name is taken, or the image cannot be indexed in place
     * @throws java.util.concurrent.CancellationException if the monitor said to stop
     */
    public static ImportResult run(Trace trace, ImportRequest request, ProgressMonitor monitor) throws IOException {
        if (!(trace instanceof SqliteTrace stored)) {
            throw new IllegalArgumentException("not a trace file: " + trace.path());
        }
        Optional<MemoryMap> map = request.memoryMap().isPresent()
                ? Optional.of(MemoryMap.parse(request.memoryMap().get()))
                : Optional.empty();
        try (MemoryImage image = ImageFormats.open(request.image(), map)) {
            Optional<Path> registers = request.registers();
            RegistersText text = registers.isPresent()
                    ? RegistersText.read(registers.get())
                    : new RegistersText(image.state(), List.of());
            ImportJob.Result result = stored.add(
                    new ImportJob(
                            request.image(),
                            image,
                            request.name(),
                            request.machine(),
                            request.time(),
                            text.state(),
                            registers,
                            text.notes(),
                            request.inPlace()),
                    monitor);
            return new ImportResult(
                    result.snapshot(), result.baseline(), result.events(), result.newPages(), result.newBytes());
        }
    }
}
