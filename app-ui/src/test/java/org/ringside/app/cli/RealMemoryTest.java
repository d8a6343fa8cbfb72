package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole memory of the recording, imported by the command line. */
final class RealMemoryTest extends CorruptedDriverContract {
    @TempDir
    static @Nullable Path directory;

    private @Nullable RecordedMachine machine;
    private @Nullable Run imported;

    @BeforeAll
    void importBothMoments() throws IOException {
        RecordedMachine found = RecordedMachine.require();
        machine = found;
        imported = Run.of(
                "import",
                "--json",
                "--into",
                trace(),
                "--machine",
                "guarded-linux",
                "--name",
                "before",
                "--registers",
                found.registersBefore(),
                "--name",
                "after",
                "--registers",
                found.registersAfter(),
                "--time",
                "2026-01-01T00:00:00Z",
                "--time",
                "2026-01-01T00:01:00Z",
                "--symbols",
                found.symbols(),
                found.before(),
                found.after());
    }

    @Override
    Truth truth() {
        return new Truth("0x6a80000", "0x61cc000", "0x61e4000", "005030c0ffffffff", 230);
    }

    @Override
    Path trace() {
        assertNotNull(directory);
        return directory.resolve("real.ringside");
    }

    @Override
    List<Object> symbols() {
        assertNotNull(machine);
        return List.of("--symbols", machine.symbols());
    }

    @Test
    void theImportReportsTheViolatedCheckAndAllPages() {
        assertNotNull(imported);
        JsonNode json = imported.ended(CommandLineInterface.FOUND).json();
        assertEquals(2, json.get("imported").size());
        assertEquals(65_536, json.at("/imported/0/capturedPages").asLong());
        assertEquals(43_515, json.at("/imported/0/zeroPages").asLong());
        assertEquals(0, json.at("/imported/0/checks").size());
        assertEquals("violated", json.at("/imported/1/checks/0/result").asText());
    }

    @Test
    void runningTheCheckAgainRecordsNothingTwice() throws IOException {
        for (int i = 0; i < 2; i++) {
            Run.of("check", trace(), "before", "after", "--record").ended(CommandLineInterface.FOUND);
        }
        JsonNode alarms = Run.of("alarms", trace(), "--json").json();
        assertEquals(1, alarms.get("alarms").size());
    }
}
