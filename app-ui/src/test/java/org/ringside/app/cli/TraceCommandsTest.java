package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about a whole trace: {@code diff}, {@code custody}, {@code extract}. */
final class TraceCommandsTest {
    private static final int PAGE = 4096;

    @TempDir
    private Path directory = Path.of("");

    private CommandLineFiles files = new CommandLineFiles(directory);

    @BeforeEach
    void useDirectory() {
        files = new CommandLineFiles(directory);
    }

    @Test
    void diffFindsThePageAndItsBytes() throws IOException {
        JsonNode diff = Run.of("diff", files.trace(), "quiet", "2", "--bytes", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals(1, diff.get("changedPages").asLong());
        assertEquals("0x2000", diff.at("/pages/0/address").asText());
        assertEquals("02".repeat(PAGE), diff.at("/pages/0/changes/0/before").asText());
        assertFalse(diff.at("/pages/0").has("useBefore"), "the use is not known without registers");
        Run text = Run.of("diff", files.traceFile(), "1", "2").ended(CommandLineInterface.FOUND);
        assertTrue(text.out().contains("not known: no registers were captured"), text::out);
    }

    @Test
    void diffListsAtMostWhatIsAskedForAndSaysSo() throws IOException {
        Path many = Files.write(directory.resolve("many.bin"), new byte[20 * PAGE]);
        byte[] other = new byte[20 * PAGE];
        for (int page = 0; page < 20; page++) {
            other[page * PAGE] = (byte) (page + 1);
        }
        Path changed = Files.write(directory.resolve("changed.bin"), other);
        Path trace = directory.resolve("many.ringside");
        Run.of("import", "--into", trace, many, changed).ended(CommandLineInterface.FINE);
        JsonNode diff = Run.of("diff", trace, "1", "2", "--limit", "5", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals(5, diff.get("pages").size());
        assertTrue(diff.get("pagesCut").asBoolean());
        assertEquals(20, diff.get("changedPages").asLong());
        assertEquals(1, diff.get("runs").size());
    }

    @Test
    void aFlippedByteAnywhereIsFoundByTheCustodyCheck() throws IOException {
        Path trace = files.trace();
        assertEquals(
                0,
                Run.of("custody", trace, "--json")
                        .ended(CommandLineInterface.FINE)
                        .json()
                        .get("problems")
                        .size());
        byte[] whole = Files.readAllBytes(trace);
        for (int i = 0; i < 64; i++) {
            byte[] flipped = whole.clone();
            int at = (int) ((long) whole.length * i / 64);
            flipped[at] ^= 0x10;
            Path damaged = Files.write(directory.resolve("damaged.ringside"), flipped);
            JsonNode custody = Run.of("custody", damaged, "--json")
                    .ended(CommandLineInterface.FOUND)
                    .json();
            assertFalse(custody.get("intact").asBoolean());
            assertTrue(custody.get("problems").size() > 0, "byte " + at);
            assertFalse(custody.at("/problems/0/where").asText().isEmpty());
            assertEquals(0, custody.get("entries").size(), "nothing of a damaged log is repeated as if it were true");
        }
        assertTrue(
                Run.of("custody", directory.resolve("damaged.ringside")).out().contains("NOT INTACT"));
    }

    @Test
    void anExtractHasTheSameSnapshotsAndChangesInFewerPages() throws IOException {
        Path small = directory.resolve("small.ringside");
        JsonNode extract = Run.of("extract", files.trace(), "--out", small, "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(1, extract.get("essentialPages").asLong());
        JsonNode info =
                Run.of("info", small, "--json").ended(CommandLineInterface.FINE).json();
        assertEquals("later", info.at("/snapshots/1/name").asText());
        assertEquals(1, info.at("/snapshots/1/capturedPages").asLong());
        assertEquals("0x2000", info.at("/snapshots/1/ranges/0/start").asText());
        JsonNode diff = Run.of("diff", small, "quiet", "later", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals("0x2000", diff.at("/pages/0/address").asText());
        Run.of("custody", small).ended(CommandLineInterface.FINE);
        assertTrue(Run.of("extract", files.traceFile(), "--out", small).error().contains("exists"));
        Path none = directory.resolve("none.ringside");
        assertTrue(Run.of("extract", files.traceFile(), "--out", none, "--budget", "1K")
                .error()
                .contains("raise --budget"));
        assertFalse(Files.exists(none));
    }

    @Test
    void symbolsAreReadCompressedAndPutBesideAnExtract() throws IOException {
        Path map = Files.writeString(
                directory.resolve("System.map"), "ffffffff81000000 T _text\nffffffff81000010 t local [evil]\n");
        Path small = directory.resolve("small.ringside");
        Run.of("extract", files.trace(), "--out", small, "--symbols", map).ended(CommandLineInterface.FINE);
        assertTrue(Files.exists(directory.resolve("small.symbols.zst")));
        String error = Run.of("read", small, "1", "local", "1").error();
        assertTrue(
                error.contains("cannot translate virtual addresses"),
                "the symbol beside the trace was found: " + error);
        String unknown = Run.of("read", small, "1", "nosuchsymbol", "1").error();
        assertTrue(unknown.contains("nosuchsymbol"), unknown);
        String noSymbols = Run.of("read", files.traceFile(), "1", "local", "1").error();
        assertTrue(noSymbols.contains("symbols need --symbols System.map"), noSymbols);
        Path empty = Files.writeString(directory.resolve("empty.map"), "");
        assertTrue(Run.of("read", files.traceFile(), "1", "1", "1", "--symbols", empty)
                .error()
                .contains("has no symbols"));
    }
}
