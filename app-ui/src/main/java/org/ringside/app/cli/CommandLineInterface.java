package org.ringside.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line of Ringside, as a function: arguments in, text and an exit status out. */
public final class CommandLineInterface {
    /** Exit status: done, and nothing out of order was found. */
    public static final int FINE = 0;

    /** Exit status: done, and something was found: a difference, an alarm, a violated check, a broken custody log. */
    public static final int FOUND = 1;

    /** Exit status: not done; one line on the error stream says what, where and what to do. */
    public static final int ERROR = 2;

    /** Exit status: stopped by whoever ran it, as shells count it for Ctrl+C. */
    public static final int CANCELLED = 130;

    private CommandLineInterface() {}

    /**
     * Runs one command.
     *
     * @param arguments without the program's name
     * @param console where to write
     * @param window the window, for the commands that need it
     * @return the exit status
     */
    public static int execute(List<String> arguments, Console console, Window window) {
        if (arguments.size() == 1 && Files.isRegularFile(Path.of(arguments.getFirst()))) {
            return execute(List.of("open", arguments.getFirst()), console, window);
        }
        CommandLine commandLine = new CommandLine(new Root(window))
                .addSubcommand(new OpenCommand(console, window))
                .addSubcommand(new ImportCommand(console))
                .addSubcommand(new InfoCommand(console))
                .addSubcommand(new DiffCommand(console))
                .addSubcommand(new ReadCommand(console))
                .addSubcommand(new DisasmCommand(console))
                .addSubcommand(new VtdCommand(console))
                .addSubcommand(VmcsCommand.with(console))
                .addSubcommand(EptCommand.with(console))
                .addSubcommand(VmcbCommand.with(console))
                .addSubcommand(NptCommand.with(console))
                .addSubcommand(new WalkCommand(console))
                .addSubcommand(new KernelCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new CustodyCommand(console))
                .addSubcommand(new AlarmsCommand(console))
                .addSubcommand(new ScreenshotCommand(console, window))
                .addSubcommand(new ExtractCommand(console))
                .addSubcommand(new GenerateCompletion());
        commandLine
                .setOut(console.out())
                .setErr(console.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, arguments_) -> usageError(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> failure(failure, command, console));
        int status = commandLine.execute(arguments.toArray(String[]::new));
        console.out().flush();
        console.err().flush();
        return status;
    }

    private static int usageError(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(oneLine(failure.getMessage()) + "; see: "
                + command.getCommandSpec().qualifiedName() + " --help");
        return ERROR;
    }

    private static int failure(Exception failure, CommandLine command, Console console) {
        console.out().flush();
        boolean verbose = System.getenv("RINGSIDE_DEBUG") != null
                || (command.getCommand() instanceof RingsideCommand ringside && ringside.isVerbose());
        console.err().println("ringside: " + explain(failure));
        if (verbose) {
            failure.printStackTrace(console.err());
        }
        return failure instanceof CancellationException ? CANCELLED : ERROR;
    }

    private static String explain(Exception failure) {
        return switch (failure) {
            case CancellationException cancelled -> oneLine(cancelled.getMessage());
            case NoSuchFileException missing -> missing.getMessage() + ": no such file";
            case AccessDeniedException denied -> denied.getMessage() + ": no permission to read or write it";
            case FileAlreadyExistsException exists -> exists.getMessage() + ": exists already";
            case IOException known when known.getMessage() != null -> oneLine(known.getMessage());
            default ->
                "unexpected: " + oneLine(failure.toString())
                        + "; this is a mistake in the program, run again with --verbose and report what it says";
        };
    }

    private static String oneLine(@Nullable String message) {
        return Optional.ofNullable(message).orElse("no reason given").strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** The program itself, without a command: opens the window. */
    @Command(
            name = "ringside",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            description = {
                "A ringside seat at ring -1: a workbench for hypervisor forensics.",
                "Without a command: the window; with a file only: the window on that file."
            },
            footer = {
                "",
                "Exit status: 0 fine, 1 something was found or violated, 2 error.",
                "ADDRESS is hexadecimal (0x10be3a0) or decimal, a register (rip), with --symbols a name, or arithmetic on",
                "them (sys_call_table+8*102)."
            })
    static final class Root implements Callable<Integer> {
        private final Window window;

        Root(Window window) {
            this.window = window;
        }

        @Override
        public Integer call() throws IOException {
            return window.open(Optional.empty());
        }
    }
}
