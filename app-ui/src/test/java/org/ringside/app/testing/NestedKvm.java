package org.ringside.app.testing;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;

/**
 * The recorded memory of a Linux host that runs KVM under an emulator, its guest a hypervisor itself, as a trace. Tests that need it are skipped
 * with a message where the recording is absent.
 */
public final class NestedKvm {
    /** The host's VMCS. */
    public static final long VMCS01 = 0xf001000;

    /** The VMCS of the guest's own guest, in the layout of KVM. */
    public static final long VMCS12 = 0xf07d000;

    /** Ranges that the 23,621 leaves of the host's EPT merge into. */
    public static final int EPT_RANGES = 2960;

    private static final String IMAGE = "bochs-nested-kvm.physmem";

    private NestedKvm() {}

    /** The trace, made once a build. */
    public static Path require() throws IOException {
        Path packed = directory().resolve(IMAGE + ".zst");
        Assumptions.assumeTrue(
                Files.isRegularFile(packed),
                "recording " + packed
                        + " is absent; set the property ringside.traces or RINGSIDE_TRACES to its directory");
        Path target = Repository.root().resolve("app-ui/target/recordings");
        Path trace = target.resolve("nested-kvm.ringside");
        if (!Files.exists(trace)) {
            Files.createDirectories(target);
            Path image = target.resolve(IMAGE);
            try (ZstdInputStream zstd = new ZstdInputStream(new BufferedInputStream(Files.newInputStream(packed)))) {
                zstd.setLongMax(29);
                Files.copy(zstd, image, StandardCopyOption.REPLACE_EXISTING);
            }
            // Under another name until it is whole: a build that was stopped in the middle leaves nothing that looks
            // finished.
            Path unfinished = target.resolve("nested-kvm.unfinished.ringside");
            Files.deleteIfExists(unfinished);
            try (Trace made = TraceFile.openOrCreate(unfinished)) {
                ImageImport.run(
                        made,
                        new ImportRequest(
                                image,
                                Optional.of("nested"),
                                "bochs",
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.of(TraceTime.of(Instant.parse("2026-01-01T00:00:00Z")))),
                        ProgressMonitor.none());
            }
            Files.move(unfinished, trace, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(image);
        }
        return trace;
    }

    private static Path directory() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("ringside.traces")),
                        Optional.ofNullable(System.getenv("RINGSIDE_TRACES")))
                .flatMap(Optional::stream)
                .findFirst()
                .map(Path::of)
                .orElseGet(() -> Repository.root().resolve("../shared/traces").normalize());
    }
}
