package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        description = "Open the window, on a trace or on an image to import.")
final class OpenCommand extends RingsideCommand {
    private final Window window;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "A trace, *.ringside, or a memory image.")
    private Optional<Path> file = Optional.empty();

    OpenCommand(Console console, Window window) {
        super(console);
        this.window = window;
    }

    @Override
    int run() throws IOException {
        if (file.isPresent() && !Files.exists(file.get())) {
            throw new CommandFailure(file.get() + ": no such file");
        }
        return window.open(file);
    }
}
