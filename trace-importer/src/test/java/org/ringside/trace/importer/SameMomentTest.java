package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Compares large images that are not kept with the sources: {@code RINGSIDE_DUMPS} names a directory with {@code memory.raw}, physical memory
 * from address 0 on, and images of the same moment in any format.
 */
class SameMomentTest {
    @TestFactory
    Stream<DynamicTest> everyImageShowsTheRawMemory() throws IOException {
        Optional<Path> directory =
                Optional.ofNullable(System.getenv("RINGSIDE_DUMPS")).map(Path::of);
        Assumptions.assumeTrue(directory.isPresent(), "RINGSIDE_DUMPS is not set: no large images to compare");
        Path raw = directory.orElseThrow().resolve("memory.raw");
        try (Stream<Path> files = Files.list(directory.orElseThrow())) {
            return files
                    .filter(file -> !file.equals(raw))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName() + "", () -> compare(raw, file)))
                    .toList()
                    .stream();
        }
    }

    private static void compare(Path raw, Path file) throws IOException {
        long compared = 0;
        try (MemoryImage memory = ImageFormats.open(raw);
                MemoryImage image = ImageFormats.open(file)) {
            for (AddressRange range : image.ranges()) {
                for (long page = range.start(); page < range.end(); page += PhysicalMemory.PAGE_SIZE) {
                    Observed<MemorySegment> seen = image.page(page);
                    assertTrue(seen.isKnown(), seen::reason);
                    if (memory.page(page) instanceof Observed.Known<MemorySegment>(MemorySegment expected)) {
                        // RAM below the adapter's hole and the firmware's shadow is not what the CPU sees there.
                        if (page < 0xa0000 || page >= 0x100000) {
                            assertEquals(-1, seen.orElseThrow().mismatch(expected), "page 0x%x".formatted(page));
                            compared++;
                        }
                    }
                }
            }
            assertTrue(compared > 0);
            System.out.printf(
                    "%s: %s, %d pages compared, %s%n",
                    file.getFileName(), image.format(), compared, shorten(image.notes() + ""));
        }
    }

    private static String shorten(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
