package org.ringside.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ringside npt}: the commands on AMD's nested page tables. */
@Command(
        name = "npt",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "AMD's nested page tables: the whole map of a guest, the way of one address and what an access does.")
final class NptCommand {
    private NptCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new NptCommand())
                .addSubcommand(new NptMapCommand(console))
                .addSubcommand(new NptWalkCommand(console));
    }
}
