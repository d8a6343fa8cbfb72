package org.ringside.app.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.importer.ImportResult;

/** A real trace of two small raw images that differ in a few bytes, with an alarm that points there. */
public final class SmallTrace {
    /** Bytes in each image. */
    public static final int SIZE = 1 << 20;

    /** Where the images differ: "before" holds zeros there, "after" {@link #PATCH}. */
    public static final long PATCHED = 0x4_3210;

    /** mov eax, 0x1337; ret: what "after" holds at {@link #PATCHED}. */
    public static final List<Integer> PATCH = List.of(0xb8, 0x37, 0x13, 0x00, 0x00, 0xc3);

    private SmallTrace() {}

    /** Writes the images and the trace into a directory; gives the trace's file. */
    public static Path write(Path directory) throws IOException {
        Path before = image(directory.resolve("before.bin"), false);
        Path after = image(directory.resolve("after.bin"), true);
        Path file = directory.resolve("small.ringside");
        try (Trace trace = TraceFile.openOrCreate(file)) {
            ImportResult first = add(trace, before, "2026-03-14T09:26:53Z");
            ImportResult second = add(trace, after, "2026-03-14T09:27:41Z");
            trace.append(new NewEvent(
                    TraceTime.of(Instant.parse("2026-03-14T09:27:40Z")),
                    EventKind.ALARM,
                    Severity.CRITICAL,
                    "guest",
                    "Kernel text was changed",
                    "The first bytes of a function were replaced.",
                    Optional.of(second.snapshot().id()),
                    List.of(new EvidenceLink(
                            "the function, patched",
                            second.snapshot().id(),
                            Optional.of(first.snapshot().id()),
                            ByteSpan.physical(PATCHED, PATCH.size())))));
        }
        return file;
    }

    /** Writes one image: text at its start, zeros, and the patch if wanted. */
    public static Path image(Path file, boolean patched) throws IOException {
        byte[] bytes = new byte[SIZE];
        byte[] banner = "Linux version 6.1.0".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(banner, 0, bytes, 0, banner.length);
        if (patched) {
            for (int i = 0; i < PATCH.size(); i++) {
                bytes[(int) PATCHED + i] = PATCH.get(i).byteValue();
            }
        }
        return Files.write(file, bytes);
    }

    private static ImportResult add(Trace trace, Path image, String time) throws IOException {
        return ImageImport.run(
                trace,
                new ImportRequest(
                        image,
                        Optional.empty(),
                        "guest",
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.of(TraceTime.of(Instant.parse(time)))),
                ProgressMonitor.none());
    }
}
