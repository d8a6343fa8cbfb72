package org.ringside.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ringside vmcs}: the commands on virtual-machine control structures. */
@Command(
        name = "vmcs",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Virtual-machine control structures: find, show, check, compare, learn their layout.")
final class VmcsCommand {
    private VmcsCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new VmcsCommand())
                .addSubcommand(new VmcsScanCommand(console))
                .addSubcommand(new VmcsShowCommand(console))
                .addSubcommand(new VmcsCheckCommand(console))
                .addSubcommand(new VmcsDiffCommand(console))
                .addSubcommand(new VmcsDiscoverCommand(console))
                .addSubcommand(new VmcsLayoutsCommand(console));
    }
}
