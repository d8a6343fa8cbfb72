package org.ringside.agent.kernel.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded memory of real kernels. The recordings beside the repository are found by the property {@code ringside.traces} or the variable
 * RINGSIDE_TRACES; further ones, a directory each as the lab's script leaves it, by {@code ringside.recordings} or RINGSIDE_RECORDINGS. Tests are skipped
 * with a message where they are absent.
 */
final class RecordedImages {
    private RecordedImages() {}

    /** A recorded file, unpacked under {@code target} if need be. */
    static Path file(String name) throws IOException, InterruptedException {
        Path directory = Stream.of(given("ringside.traces", "RINGSIDE_TRACES").stream(), beside())
                .flatMap(stream -> stream)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(Path.of("nowhere"));
        Path plain = directory.resolve(name);
        Path packed = directory.resolve(name + ".zst");
        if (Files.exists(plain)) {
            return plain;
        }
        Assumptions.assumeTrue(
                Files.exists(packed), "the recording " + name + " is absent: set ringside.traces or RINGSIDE_TRACES");
        Path unpacked = Path.of("target", "recordings", name);
        if (!Files.exists(unpacked)) {
            Files.createDirectories(unpacked.getParent());
            Path part = unpacked.resolveSibling(name + ".part");
            Process zstd = new ProcessBuilder(
                            "zstd", "-q", "-d", "--long=29", "-f", packed.toString(), "-o", part.toString())
                    .inheritIO()
                    .start();
            Assumptions.assumeTrue(zstd.waitFor() == 0, "could not unpack " + packed);
            Files.move(part, unpacked);
        }
        return unpacked;
    }

    private static Stream<Path> beside() {
        return Stream.of("../../shared/traces", "../../../shared/traces").map(Path::of);
    }

    /** Directories with a System.map and images called ram-*.bin; none where none are given. */
    static List<Path> recordings() throws IOException {
        Optional<Path> all = given("ringside.recordings", "RINGSIDE_RECORDINGS");
        if (all.isEmpty() || !Files.isDirectory(all.get())) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(all.get())) {
            return found.filter(directory -> Files.exists(directory.resolve("System.map"))
                            && Files.exists(directory.resolve("ram-after.bin")))
                    .sorted()
                    .toList();
        }
    }

    private static Optional<Path> given(String property, String variable) {
        return Optional.ofNullable(System.getProperty(property, System.getenv(variable)))
                .map(Path::of);
    }

    /** A raw image whose first byte is physical address 0; what is written over it does not go to the file. */
    static ArrayMemory open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new ArrayMemory(bytes.asSlice(0, bytes.byteSize() & -4096L));
        }
    }
}
