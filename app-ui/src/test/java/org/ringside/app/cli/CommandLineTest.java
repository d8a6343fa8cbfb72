package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    private static final int PAGE = 4096;

    @TempDir
    private Path directory = Path.of("");

    /** An image of three pages: zeros, ones, and {@code last} repeated. */
    private Path image(String name, int last) throws IOException {
        byte[] bytes = new byte[3 * PAGE];
        for (int i = 0; i < PAGE; i++) {
            bytes[PAGE + i] = 1;
            bytes[2 * PAGE + i] = (byte) last;
        }
        return Files.write(directory.resolve(name), bytes);
    }

    /** A trace with the snapshots {@code quiet} and {@code later}. */
    private Path trace() throws IOException {
        Path trace = directory.resolve("t.ringside");
        Run.of(
                        "import",
                        "--into",
                        trace,
                        "--name",
                        "quiet",
                        "--time",
                        "2026-01-01T00:00:00Z",
                        "--name",
                        "later",
                        "--time",
                        "2026-01-01T00:00:01Z",
                        image("a.bin", 2),
                        image("b.bin", 3))
                .ended(CommandLineInterface.FINE);
        return trace;
    }

    @Test
    void importsInOrderAndNamesByPosition() throws IOException {
        JsonNode info = Run.of("info", trace(), "--json")
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
        trace();
        Run run = Run.of("import", "--json", "--into", directory.resolve("t.ringside"), image("c.bin", 4));
        JsonNode check = run.ended(CommandLineInterface.FINE).json().at("/imported/0/checks/0");
        assertEquals("not-evaluable", check.get("result").asText());
        assertTrue(check.get("why").asText().contains("no registers were captured"), check::toString);
    }

    @Test
    void diffFindsThePageAndItsBytes() throws IOException {
        JsonNode diff = Run.of("diff", trace(), "quiet", "2", "--bytes", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals(1, diff.get("changedPages").asLong());
        assertEquals("0x2000", diff.at("/pages/0/address").asText());
        assertEquals("02".repeat(PAGE), diff.at("/pages/0/changes/0/before").asText());
        assertFalse(diff.at("/pages/0").has("useBefore"), "the use is not known without registers");
        Run text = Run.of("diff", trace2(), "1", "2").ended(CommandLineInterface.FOUND);
        assertTrue(text.out().contains("not known: no registers were captured"), text::out);
    }

    private Path trace2() {
        return directory.resolve("t.ringside");
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
    void readSaysWhichBytesAreMissing() throws IOException {
        JsonNode read = Run.of("read", trace(), "quiet", "0x2ffc", "8", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("02020202", read.at("/pieces/0/bytes").asText());
        assertEquals("0x3000", read.at("/pieces/1/address").asText());
        assertTrue(read.at("/pieces/1/missing").asText().contains("not captured"));
        String nothing = Run.of("read", trace2(), "quiet", "0x3000", "1").error();
        assertTrue(nothing.contains("not captured"), nothing);
    }

    @Test
    void readDumpsRowsOfSixteenAtAnyAlignment() throws IOException {
        Path text = directory.resolve("text.bin");
        byte[] bytes = new byte[PAGE];
        System.arraycopy("Ringside!".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0x1c, 9);
        Files.write(text, bytes);
        Path trace = directory.resolve("text.ringside");
        Run.of("import", "--into", trace, text).ended(CommandLineInterface.FINE);
        assertEquals(
                """
                0000000000000010                                       52 69 6e 67  |            Ring|
                0000000000000020  73 69 64 65 21                                    |side!           |
                """,
                Run.of("read", trace, "1", "0x1c", "9")
                        .ended(CommandLineInterface.FINE)
                        .out());
    }

    @Test
    void rawBytesComeOutAsTheyAreOrNotAtAll() throws IOException {
        assertEquals(
                "0101", Run.of("read", trace(), "quiet", "0x1000", "2", "--raw").binary());
        Run cut = Run.of("read", trace2(), "quiet", "0x2fff", "2", "--raw");
        assertTrue(cut.error().contains("not captured"), cut::err);
        assertEquals("", cut.binary());
    }

    @Test
    void addressesMayBeArithmetic() throws IOException {
        JsonNode read =
                Run.of("read", trace(), "quiet", "0x1000+4096", "1", "--json").json();
        assertEquals("0x2000", read.get("address").asText());
    }

    @Test
    void aVirtualAddressNeedsRegisters() throws IOException {
        String error = Run.of("read", trace(), "quiet", "0xffffffff81000000", "1", "--virtual")
                .error();
        assertTrue(error.contains("no registers of vCPU 0 were captured"), error);
        assertTrue(error.contains("--cr3"), error);
    }

    @Test
    void anUnknownSnapshotIsAnsweredWithThoseThereAre() throws IOException {
        String error = Run.of("diff", trace(), "quiet", "nosuch").error();
        assertTrue(error.contains("no snapshot is called nosuch; there are: 1 quiet, 2 later"), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "alarms", "custody"})
    void aMissingTraceIsOneLine(String command) {
        String error = Run.of(command, directory.resolve("missing.ringside")).error();
        assertTrue(error.contains("missing.ringside: no such trace"), error);
    }

    @Test
    void aFileThatIsNoTraceIsOneLine() throws IOException {
        String error = Run.of("info", image("a.bin", 2)).error();
        assertTrue(error.contains("a.bin"), error);
    }

    @Test
    void aFlippedByteAnywhereIsFoundByTheCustodyCheck() throws IOException {
        Path trace = trace();
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
        JsonNode extract = Run.of("extract", trace(), "--out", small, "--json")
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
        assertTrue(Run.of("extract", trace2(), "--out", small).error().contains("exists"));
        Path none = directory.resolve("none.ringside");
        assertTrue(Run.of("extract", trace2(), "--out", none, "--budget", "1K")
                .error()
                .contains("raise --budget"));
        assertFalse(Files.exists(none));
    }

    @Test
    void symbolsAreReadCompressedAndPutBesideAnExtract() throws IOException {
        Path map = Files.writeString(
                directory.resolve("System.map"), "ffffffff81000000 T _text\nffffffff81000010 t local [evil]\n");
        Path small = directory.resolve("small.ringside");
        Run.of("extract", trace(), "--out", small, "--symbols", map).ended(CommandLineInterface.FINE);
        assertTrue(Files.exists(directory.resolve("small.symbols.zst")));
        String error = Run.of("read", small, "1", "local", "1").error();
        assertTrue(
                error.contains("cannot translate virtual addresses"),
                "the symbol beside the trace was found: " + error);
        String unknown = Run.of("read", small, "1", "nosuchsymbol", "1").error();
        assertTrue(unknown.contains("nosuchsymbol"), unknown);
        String noSymbols = Run.of("read", trace2(), "1", "local", "1").error();
        assertTrue(noSymbols.contains("symbols need --symbols System.map"), noSymbols);
        Path empty = Files.writeString(directory.resolve("empty.map"), "");
        assertTrue(Run.of("read", trace2(), "1", "1", "1", "--symbols", empty)
                .error()
                .contains("has no symbols"));
    }

    @Test
    void vtdWithoutCapturedRegistersSaysWhatToGive() throws IOException {
        String error = Run.of("vtd", trace(), "quiet").error();
        assertTrue(error.contains("give --root"), error);
        JsonNode unit = Run.of("vtd", trace2(), "quiet", "--root", "0x0", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(0, unit.at("/units/0/devices").size());
    }

    @Test
    void disasmOfMemoryThatWasNotCapturedIsAnError() throws IOException {
        assertTrue(Run.of("disasm", trace(), "quiet", "0x10000", "1").error().contains("not captured"));
        assertTrue(Run.of("disasm", trace2(), "quiet", "0x1000", "0").error().contains("COUNT"));
        assertTrue(Run.of("disasm", trace2(), "quiet", "0x1000", "1", "--bits", "8")
                .error()
                .contains("16, 32 or 64"));
    }

    @Test
    void verboseShowsWhereAnErrorCameFrom() {
        Run run = Run.of("info", "--verbose", directory.resolve("missing.ringside"))
                .ended(CommandLineInterface.ERROR);
        assertTrue(run.err().contains("\tat org.ringside.app.cli."), run::err);
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
        Path trace = trace();
        String before = Run.of("info", trace, "--json").out();
        Path empty = Files.write(directory.resolve("empty.bin"), new byte[0]);
        Run.of("import", "--into", trace, empty).error();
        assertEquals(before, Run.of("info", trace, "--json").out());
    }

    @Test
    void anImportThatFailsHalfWaySaysWhatStays() throws IOException {
        Path target = directory.resolve("half.ringside");
        Path empty = Files.write(directory.resolve("empty.bin"), new byte[0]);
        String error =
                Run.of("import", "--into", target, image("a.bin", 2), empty).error();
        assertTrue(error.contains("1 of 2 images were imported before and stay in " + target), error);
        assertEquals(1, Run.of("info", target, "--json").json().get("snapshots").size());
    }

    @Test
    void aNameThatIsTakenIsAnErrorThatNamesIt() throws IOException {
        String error = Run.of("import", "--into", trace(), "--name", "quiet", image("c.bin", 5))
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
                        image("a.bin", 2))
                .error();
        assertTrue(error.contains("--name is given 2 times for 1 source"), error);
    }

    @Test
    void aTimeThatIsNoneIsAnError() throws IOException {
        String error =
                Run.of("import", "--time", "yesterday", image("a.bin", 2)).error();
        assertTrue(error.contains("write it as 2026-01-31T12:00:00Z"), error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open",
                "import",
                "info",
                "diff",
                "read",
                "disasm",
                "vtd",
                "check",
                "custody",
                "alarms",
                "screenshot",
                "extract"
            })
    void everyCommandHasHelp(String command) {
        Run run = Run.of(command, "--help").ended(CommandLineInterface.FINE);
        assertTrue(run.out().contains("Usage: ringside " + command), run::out);
        assertTrue(run.out().contains("--json") || command.equals("generate-completion"), run::out);
        Run wrong = Run.of(command, "--no-such-option");
        assertTrue(wrong.error().contains("ringside " + command + " --help"), wrong::err);
    }

    @Test
    void theProgramSaysItsVersionAndHelp() {
        assertTrue(Run.of("--version").ended(CommandLineInterface.FINE).out().matches("(?s)ringside \\d+\\.\\d+.*"));
        assertTrue(Run.of("--help").ended(CommandLineInterface.FINE).out().contains("Exit status"));
        assertTrue(Run.of("nosuch").error().contains("nosuch"));
        assertTrue(Run.of("generate-completion")
                .ended(CommandLineInterface.FINE)
                .out()
                .contains("complete -F _complete_ringside"));
    }

    @Test
    void openAndScreenshotAskTheWindow() throws IOException {
        List<Object> asked = new ArrayList<>();
        Window window = new Window() {
            @Override
            public int open(Optional<Path> file) {
                asked.add(file);
                return CommandLineInterface.FINE;
            }

            @Override
            public void screenshot(ScreenshotRequest request) {
                asked.add(request);
            }
        };
        Path trace = trace();
        Path picture = directory.resolve("p.png");
        Run.of(window).ended(CommandLineInterface.FINE);
        Run.of(window, "open").ended(CommandLineInterface.FINE);
        Run.of(window, "open", trace).ended(CommandLineInterface.FINE);
        Run.of(window, trace).ended(CommandLineInterface.FINE);
        Run.of(
                        window,
                        "screenshot",
                        trace,
                        "--view",
                        "diff",
                        "--out",
                        picture,
                        "--size",
                        "800x600",
                        "--theme",
                        "light",
                        "--select",
                        "0x2000")
                .ended(CommandLineInterface.FINE);
        assertEquals(
                List.of(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(trace),
                        Optional.of(trace),
                        new Window.ScreenshotRequest(trace, "diff", picture, 800, 600, false, Optional.of(0x2000L))),
                asked);
        assertTrue(Run.of("screenshot", trace, "--view", "diff", "--out", picture, "--size", "big")
                .error()
                .contains("1600x1000"));
        assertTrue(Run.of("open", directory.resolve("missing")).error().contains("no such file"));
    }
}
