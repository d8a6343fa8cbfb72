package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;

/** The sample trace that comes with the program: everything that the whole memory shows must be found in it, too. */
final class BundledSampleTest extends CorruptedDriverContract {
    private static final long MOST_BYTES = 8L << 20;
    private static final long MOST_SYMBOL_BYTES = 1L << 20;

    @TempDir
    static @Nullable Path directory;

    private Path copy = Path.of("");

    /** A copy, as opening a trace may leave files beside it. The symbols beside it come along. */
    @BeforeAll
    void copySample() throws IOException {
        Path target = Objects.requireNonNull(directory);
        copy = target.resolve("corrupted-driver.ringside");
        for (Path file : List.of(sample(), symbolFile())) {
            Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path sample() {
        return Repository.samples().resolve("corrupted-driver.ringside");
    }

    private static Path symbolFile() {
        return sample().resolveSibling("corrupted-driver.symbols.zst");
    }

    /** The sample was recorded by the lab in sample-traces: the same kernel and the same corruption at another time. */
    @Override
    Truth truth() {
        return new Truth("0x6456000", "0x61cc000", "0x61e3000", "00802dc0ffffffff", 311);
    }

    @Override
    Path trace() {
        return copy;
    }

    @Override
    List<Object> symbols() {
        return List.of();
    }

    @Test
    void theRemappingUnitWasCapturedAtBothMomentsWithItsFaultRecords() throws IOException {
        for (String snapshot : List.of("before", "after")) {
            JsonNode unit = Run.of("vtd", copy, snapshot, "--json")
                    .ended(CommandLineInterface.FINE)
                    .json()
                    .at("/units/0");
            assertEquals(9, unit.get("devices").size());
            assertTrue(unit.get("translationEnabled").asBoolean());
        }
    }

    @Test
    void itIsSmall() throws IOException {
        assertTrue(Files.size(sample()) <= MOST_BYTES, "the sample has " + Files.size(sample()) + " bytes");
        assertTrue(Files.size(symbolFile()) <= MOST_SYMBOL_BYTES);
    }

    @Test
    void whatWasLeftOutIsNotCapturedAndNotZero() throws IOException {
        JsonNode snapshot = Run.of("info", copy, "--json").json().at("/snapshots/0");
        assertTrue(snapshot.get("capturedPages").asLong() < 65_536);
        assertTrue(snapshot.get("ranges").size() > 1);
        assertEquals("before", snapshot.get("name").asText());
    }
}
