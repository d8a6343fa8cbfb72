package org.ringside.decoder.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The recorded images that some tests need. They are found unpacked, or packed where zstd is installed, in the directory of the system
 * property {@code ringside.traces}, else of the variable RINGSIDE_TRACES, else in {@code shared/traces} beside
 * the repository or one level up; a test is skipped without.
 */
public final class Recording {
    private Recording() {}

    /** A raw image whose first byte is physical address 0. */
    public static PhysicalMemory raw(String name) throws IOException, InterruptedException {
        Path file = file(name);
        try (FileChannel channel = FileChannel.open(file)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new Raw(bytes);
        }
    }

    /** The recorded file called {@code name}, unpacked under {@code target} if need be. */
    public static Path file(String name) throws IOException, InterruptedException {
        Optional<Path> directory = directory();
        Assumptions.assumeTrue(directory.isPresent(), "the recorded images are not here: set RINGSIDE_TRACES");
        Path plain = directory.orElseThrow().resolve(name);
        Path unpacked = Path.of("target", "recordings", name);
        if (Files.exists(plain)) {
            return plain;
        }
        if (Files.exists(unpacked)) {
            return unpacked;
        }
        Files.createDirectories(unpacked.getParent());
        Path packed = directory.orElseThrow().resolve(name + ".zst");
        Path archive = directory.orElseThrow().resolve("linux-corrupted-driver.tar.zst");
        if (Files.exists(packed)) {
            Path part = unpacked.resolveSibling(name + ".part");
            run("zstd", "-q", "-d", "--long=29", "-f", packed.toString(), "-o", part.toString());
            Files.move(part, unpacked);
        } else if (Files.exists(archive)) {
            Path folder = Files.createTempDirectory(unpacked.getParent(), "unpack");
            run(
                    "tar",
                    "--use-compress-program=zstd -d --long=29",
                    "-xf",
                    archive.toString(),
                    "-C",
                    folder.toString(),
                    "--wildcards",
                    "*" + name);
            try (var found = Files.walk(folder)) {
                Path file =
                        found.filter(path -> path.endsWith(name)).findFirst().orElseThrow();
                Files.move(file, unpacked);
            }
        }
        Assumptions.assumeTrue(Files.exists(unpacked), "the recorded images lack " + name);
        return unpacked;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        Assumptions.assumeTrue(process.waitFor() == 0, "could not unpack: " + List.of(command));
    }

    private static Optional<Path> directory() {
        String given = System.getProperty("ringside.traces", System.getenv().getOrDefault("RINGSIDE_TRACES", ""));
        List<Path> candidates = given.isEmpty()
                ? List.of(Path.of("..", "..", "shared", "traces"), Path.of("..", "..", "..", "shared", "traces"))
                : List.of(Path.of(given));
        return candidates.stream().filter(Files::isDirectory).findFirst();
    }

    private record Raw(MemorySegment bytes) implements PhysicalMemory {
        @Override
        public List<AddressRange> ranges() {
            return List.of(AddressRange.ofLength(0, bytes.byteSize() & -PAGE_SIZE));
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            long start = address & -PAGE_SIZE;
            return start < 0 || start + PAGE_SIZE > bytes.byteSize()
                    ? new Observed.NotCaptured<>(start, PAGE_SIZE)
                    : Observed.known(bytes.asSlice(start, PAGE_SIZE));
        }
    }
}
