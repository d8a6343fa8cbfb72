package org.ringside.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ringside.app.cli.CommandLineInterface;
import org.ringside.app.cli.Console;

/** Where the program starts: the window without arguments or with a file, else the command line. */
public final class Launcher {
    private Launcher() {}

    /** Runs the program and ends the process with its status: 0 fine, 1 something was found, 2 error. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** The window opens without a detour through the command line's classes; commands run without those of the window. */
    private static int run(String[] arguments) {
        if (arguments.length == 0) {
            return new ProcessWindow().open(Optional.empty());
        }
        if (arguments.length == 1 && Files.isRegularFile(Path.of(arguments[0]))) {
            return new ProcessWindow().open(Optional.of(Path.of(arguments[0])));
        }
        return CommandLineInterface.execute(List.of(arguments), Console.ofProcess(), new ProcessWindow());
    }
}
