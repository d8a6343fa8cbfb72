package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a whole: help, versions, errors in one line, and what the window is asked. */
final class CommandLineTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandLineFiles files = new CommandLineFiles(directory);

    @BeforeEach
    void useDirectory() {
        files = new CommandLineFiles(directory);
    }

    @Test
    void anUnknownSnapshotIsAnsweredWithThoseThereAre() throws IOException {
        String error = Run.of("diff", files.trace(), "quiet", "nosuch").error();
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
        String error = Run.of("info", files.image("a.bin", 2)).error();
        assertTrue(error.contains("a.bin"), error);
    }

    @Test
    void verboseShowsWhereAnErrorCameFrom() {
        Run run = Run.of("info", "--verbose", directory.resolve("missing.ringside"))
                .ended(CommandLineInterface.ERROR);
        assertTrue(run.err().contains("\tat org.ringside.app.cli."), run::err);
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
        Path trace = files.trace();
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
