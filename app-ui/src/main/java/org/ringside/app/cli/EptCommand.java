package org.ringside.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ringside ept}: the commands on extended page tables. */
@Command(
        name = "ept",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Extended page tables: the whole map of a guest, the way of one address and what an access does.")
final class EptCommand {
    private EptCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new EptCommand())
                .addSubcommand(new EptMapCommand(console))
                .addSubcommand(new EptWalkCommand(console));
    }
}
