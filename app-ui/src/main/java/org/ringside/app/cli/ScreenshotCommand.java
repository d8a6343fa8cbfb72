package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.app.workspace.AddressExpression;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "screenshot",
        mixinStandardHelpOptions = true,
        description = "Draw the window, or one view of it, into a PNG file; needs no display.")
final class ScreenshotCommand extends RingsideCommand {
    private static final Pattern SIZE = Pattern.compile("(\\d{2,5})x(\\d{2,5})");

    private final Window window;

    @Parameters(index = "0", paramLabel = "TRACE", description = "A trace, *.ringside.")
    private Path trace = Path.of("");

    @Option(
            names = "--view",
            required = true,
            paramLabel = "NAME",
            description =
                    "machine, timeline, memory, map, vmcs, ept, vmcb, nesting, journey, diff, vtd, inspector, alarms, or window for all of it.")
    private String view = "";

    @Option(names = "--out", required = true, paramLabel = "F.png", description = "The picture to write.")
    private Path output = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "WIDTHxHEIGHT",
            defaultValue = "1600x1000",
            description = "Pixels, default ${DEFAULT-VALUE}.")
    private String size = "";

    @Option(
            names = "--theme",
            paramLabel = "dark|light",
            defaultValue = "dark",
            description = "Default ${DEFAULT-VALUE}.")
    private Theme theme = Theme.DARK;

    @Option(
            names = "--select",
            paramLabel = "ADDRESS",
            description = "A physical address to select before the picture is taken.")
    private Optional<String> select = Optional.empty();

    private enum Theme {
        DARK,
        LIGHT
    }

    ScreenshotCommand(Console console, Window window) {
        super(console);
        this.window = window;
    }

    @Override
    int run() throws IOException {
        Matcher pixels = SIZE.matcher(size);
        if (!pixels.matches()) {
            throw new CommandFailure("--size " + size + ": write it as 1600x1000");
        }
        if (!Files.exists(trace)) {
            throw new CommandFailure(trace + ": no such trace");
        }
        int width = Integer.parseInt(pixels.group(1));
        int height = Integer.parseInt(pixels.group(2));
        window.screenshot(
                new Window.ScreenshotRequest(trace, view, output, width, height, theme == Theme.DARK, address()));
        if (wantsJson()) {
            write(Json.object()
                    .put("output", output.toAbsolutePath().toString())
                    .put("view", view)
                    .put("width", width)
                    .put("height", height)
                    .put("theme", theme.name().toLowerCase(Locale.ROOT)));
        } else {
            line("%s: %s, %d x %d pixels", output, view, width, height);
        }
        return CommandLineInterface.FINE;
    }

    private Optional<Long> address() throws CommandFailure {
        if (select.isEmpty()) {
            return Optional.empty();
        }
        return switch (AddressExpression.evaluate(select.get(), AddressExpression.Names.none())) {
            case AddressExpression.Value(long value) -> Optional.of(value);
            case AddressExpression.Problem(String message, int position) ->
                throw new CommandFailure("--select " + select.get() + ": " + message);
        };
    }
}
