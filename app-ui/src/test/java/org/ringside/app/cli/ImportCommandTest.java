package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringside import}: order, names, times, and what a failure leaves. */
final class ImportCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandLineFiles files = new CommandLineFiles(directory);

    @BeforeEach
    void useDirectory() {
        files = new CommandLineFiles(directory);
    }

    @Test
    void importsInOrderAndNamesByPosition() throws IOException {
        JsonNode info = Run.of("info", files.trace(), "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("quiet", info.at("/snapshots/0/name").asText());
        assertEquals("later", info.at("/snapshots/1/name").asText());
        assertEquals(
                1_767_225_600_000_000_000L,
                info.at("/snapshots/0/time/nanoseconds").asLong());
        assertEquals(
                "2026-01-01T00:00:01Z", info.at("/snapshots/1/time/iso8601").asText());
        assertEquals(3, info.at("/snapshots/0/capturedPages").asLong());
        assertEquals(1, info.at("/snapshots/0/zeroPages").asLong());
        assertEquals(64, info.at("/sources/0/sha256").asText().length());
    }

    @Test
    void anImportWithoutRegistersSaysThatTheCheckCouldNotBeEvaluated() throws IOException {
        files.trace();
        Run run = Run.of("import", "--json", "--into", directory.resolve("t.ringside"), files.image("c.bin", 4));
        JsonNode check = run.ended(CommandLineInterface.FINE).json().at("/imported/0/checks/0");
        assertEquals("not-evaluable", check.get("result").asText());
        assertTrue(check.get("why").asText().contains("no registers were captured"), check::toString);
    }

    @Test
    void aFailedImportLeavesNoTraceWhereThereWasNone() throws IOException {
        Path target = directory.resolve("none.ringside");
        Path empty = Files.write(directory.resolve("empty.bin"), new byte[0]);
        Run.of("import", "--into", target, empty).error();
        Run.of("import", "--into", target, directory.resolve("missing.bin")).error();
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of("empty.bin"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void aFailedImportLeavesTheTraceAsItWas() throws IOException {
        Path trace = files.trace();
        String before = Run.of("info", trace, "--json").out();
        Path empty = Files.write(directory.resolve("empty.bin"), new byte[0]);
        Run.of("import", "--into", trace, empty).error();
        assertEquals(before, Run.of("info", trace, "--json").out());
    }

    @Test
    void anImportThatFailsHalfWaySaysWhatStays() throws IOException {
        Path target = directory.resolve("half.ringside");
        Path empty = Files.write(directory.resolve("empty.bin"), new byte[0]);
        String error = Run.of("import", "--into", target, files.image("a.bin", 2), empty)
                .error();
        assertTrue(error.contains("1 of 2 images were imported before and stay in " + target), error);
        assertEquals(1, Run.of("info", target, "--json").json().get("snapshots").size());
    }

    @Test
    void aNameThatIsTakenIsAnErrorThatNamesIt() throws IOException {
        String error = Run.of("import", "--into", files.trace(), "--name", "quiet", files.image("c.bin", 5))
                .error();
        assertTrue(error.contains("quiet"), error);
    }

    @Test
    void moreNamesThanSourcesIsAnError() throws IOException {
        String error = Run.of(
                        "import",
                        "--into",
                        directory.resolve("x.ringside"),
                        "--name",
                        "a",
                        "--name",
                        "b",
                        files.image("a.bin", 2))
                .error();
        assertTrue(error.contains("--name is given 2 times for 1 source"), error);
    }

    @Test
    void aTimeThatIsNoneIsAnError() throws IOException {
        String error =
                Run.of("import", "--time", "yesterday", files.image("a.bin", 2)).error();
        assertTrue(error.contains("write it as 2026-01-31T12:00:00Z"), error);
    }
}
