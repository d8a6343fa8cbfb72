package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.symbols.SymbolFiles;

/** The kernel in the bundled sample, which holds its symbols but little else of it. */
final class KernelCommandTest {
    @TempDir
    @Nullable
    Path directory;

    private Path trace = Path.of("");
    private Path symbols = Path.of("");

    @BeforeEach
    void copySample() throws IOException {
        Path target = Objects.requireNonNull(directory);
        trace = target.resolve("sample.ringside");
        symbols = target.resolve("elsewhere.zst");
        Files.copy(Repository.samples().resolve("corrupted-driver.ringside"), trace);
        Files.copy(Repository.samples().resolve("corrupted-driver.symbols.zst"), symbols);
    }

    @Test
    void theSymbolsInMemoryAreThoseOfTheSymbolFile() throws IOException {
        Run run = Run.of("kernel", trace, "after", "--symbols", symbols, "--json");
        assertEquals(CommandLineInterface.FINE, run.status(), run.err());
        JsonNode json = run.json();
        assertEquals("found", json.path("result").asText());
        assertEquals("0xffffffff81000000", json.at("/place/virtualBase").asText());
        assertEquals("0x1000000", json.at("/place/physicalBase").asText());
        assertEquals("0x0", json.at("/place/slide").asText());
        assertEquals(0, json.at("/given/disagreeing").asInt(-1));
        assertEquals(
                json.at("/symbols/count").asInt(), json.at("/given/agreeing").asInt());
        assertTrue(json.at("/modules/missing").asText().startsWith("not captured"), run.out());
    }

    @Test
    void symbolsThatWereWrittenOutAreReadAgain() throws IOException {
        Run run = Run.of("kernel", trace, "before", "--dump-symbols");
        assertEquals(CommandLineInterface.FINE, run.status(), run.err());
        SymbolTable dumped = SymbolTable.parse(run.out());
        SymbolTable file = SymbolFiles.read(symbols);
        assertEquals(
                file.byName("sys_call_table").orElseThrow().address(),
                dumped.byName("sys_call_table").orElseThrow().address());
    }

    @Test
    void aSymbolFileOfAnotherKernelDisagrees() throws IOException {
        Path other = Objects.requireNonNull(directory).resolve("other.map");
        Files.writeString(other, "ffffffff81000000 T _text\nffffffff81000010 T not_in_this_kernel\n");
        Run run = Run.of("kernel", trace, "after", "--symbols", other);
        assertEquals(CommandLineInterface.FOUND, run.status(), run.err());
        assertTrue(run.out().contains("only in the file:  ffffffff81000010 T not_in_this_kernel"), run.out());
        assertFalse(run.out().contains("no Linux"));
    }

    @Test
    void aSnapshotThatDoesNotExistIsAnError() {
        assertEquals(
                CommandLineInterface.ERROR, Run.of("kernel", trace, "never").status());
    }
}
