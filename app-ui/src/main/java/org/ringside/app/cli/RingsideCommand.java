package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command has: {@code --json}, {@code --verbose}, and where to write. */
abstract class RingsideCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "Write one JSON document instead of text.")
    private boolean json;

    @Option(names = "--verbose", description = "On an error, also show where in the program it came from.")
    private boolean verbose;

    RingsideCommand(Console console) {
        this.console = console;
    }

    /**
     * Does what the command is for.
     *
     * @return {@link CommandLineInterface#FINE} or {@link CommandLineInterface#FOUND}
     * @throws IOException with a one-line message, for {@link CommandLineInterface#ERROR}
     */
    abstract int run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        int status = run();
        console.out().flush();
        return status;
    }

    final boolean wantsJson() {
        return json;
    }

    final boolean isVerbose() {
        return verbose;
    }

    final Console console() {
        return console;
    }

    final PrintWriter out() {
        return console.out();
    }

    /** Writes a result line. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
    final void line(String format, @Nullable Object... arguments) {
        console.out().println(format.formatted(arguments));
    }

    final void write(ObjectNode document) {
        console.out().println(document.toPrettyString());
    }
}
