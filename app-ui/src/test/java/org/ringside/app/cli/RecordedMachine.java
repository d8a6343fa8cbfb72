package org.ringside.app.cli;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.ringside.app.testing.Repository;

/**
 * The recording of a corrupted driver beside the repository: two memory images, registers, symbols. Tests that need it are skipped with a
 * message where it is absent.
 *
 * @param before memory before the driver was loaded
 * @param after memory after it was loaded
 * @param registersBefore registers of the same moment, DMAR unit included
 * @param registersAfter registers of the later moment
 * @param symbols System.map, compressed
 */
record RecordedMachine(Path before, Path after, Path registersBefore, Path registersAfter, Path symbols) {
    private static final String ARCHIVE = "linux-corrupted-driver.tar.zst";

    static RecordedMachine require() throws IOException {
        Path directory = directory();
        Path archive = directory.resolve(ARCHIVE);
        Assumptions.assumeTrue(
                Files.isRegularFile(archive),
                "recording " + archive
                        + " is absent; set the property ringside.traces or RINGSIDE_TRACES to its directory");
        Path unpacked = Repository.root().resolve("app-ui/target/recordings");
        unpackOnce(archive, unpacked);
        return new RecordedMachine(
                unpacked.resolve("ram-before.bin"),
                unpacked.resolve("ram-after.bin"),
                directory.resolve("regs-before.txt"),
                directory.resolve("regs-after.txt"),
                directory.resolve("System.map.zst"));
    }

    /** A recorded file by its plain name, unpacked if it is packed with zstd. */
    static Path unpacked(String name) throws IOException {
        Path plain = directory().resolve(name);
        if (Files.isRegularFile(plain)) {
            return plain;
        }
        Path packed = directory().resolve(name + ".zst");
        Assumptions.assumeTrue(
                Files.isRegularFile(packed),
                "recording " + packed
                        + " is absent; set the property ringside.traces or RINGSIDE_TRACES to its directory");
        Path target = Repository.root().resolve("app-ui/target/recordings").resolve(name);
        if (!Files.exists(target)) {
            Files.createDirectories(target.getParent());
            Path part = target.resolveSibling(name + ".part");
            try (ZstdInputStream zstd = new ZstdInputStream(new BufferedInputStream(Files.newInputStream(packed)))) {
                zstd.setLongMax(29);
                Files.copy(zstd, part, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, target);
        }
        return target;
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

    /** Unpacking half a gigabyte takes seconds: it is done once a build, and a mark tells that it was done whole. */
    private static void unpackOnce(Path archive, Path target) throws IOException {
        Path mark = target.resolve("unpacked");
        if (Files.exists(mark) && Files.getLastModifiedTime(mark).compareTo(Files.getLastModifiedTime(archive)) >= 0) {
            return;
        }
        Files.createDirectories(target);
        // The archive keeps its files sparse, which Debian's own tar understands and leaves sparse on the disk.
        Process tar = new ProcessBuilder("tar", "-x", "-C", target.toString())
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("tar.log").toFile())
                .start();
        try (ZstdInputStream zstd = new ZstdInputStream(new BufferedInputStream(Files.newInputStream(archive)));
                OutputStream input = tar.getOutputStream()) {
            zstd.setLongMax(29);
            zstd.transferTo(input);
        }
        try {
            if (tar.waitFor() != 0) {
                throw new IOException("tar failed: " + Files.readString(target.resolve("tar.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unpacking " + archive, e);
        }
        Files.writeString(mark, "");
    }
}
