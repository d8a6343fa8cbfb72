package org.ringside.app;

import java.nio.file.Path;
import java.util.List;
import org.ringside.app.cli.CommandLineInterface;
import org.ringside.app.cli.Console;

/**
 * Does once what people do first, so that the virtual machine can keep the classes and the profiles of it for later starts
 * (JEP 514 and 515): imports a file, asks for its contents, draws the window.
 */
public final class StartupTraining {
    private StartupTraining() {}

    /**
     * Runs the training and ends the process: with 0 if all of it worked, else 2.
     *
     * @param arguments a file of some ten MiB to import as if it were memory, the directory for what it makes, a trace to show
     */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("needs a file to import, a directory and a trace");
            System.exit(2);
        }
        Path directory = Path.of(arguments[1]);
        String imported = directory.resolve("training.ringside").toString();
        String picture = directory.resolve("training.png").toString();
        boolean worked = works("import", "--no-check", "--into", imported, arguments[0])
                && works("info", imported)
                && works("screenshot", arguments[2], "--view", "window", "--out", picture);
        System.exit(worked ? 0 : 2);
    }

    private static boolean works(String... command) {
        return CommandLineInterface.execute(List.of(command), Console.ofProcess(), new ProcessWindow()) == 0;
    }
}
