package org.ringside.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ringside vmcb}: the commands on AMD's virtual machine control blocks. */
@Command(
        name = "vmcb",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "AMD's virtual machine control blocks: find, show, check.")
final class VmcbCommand {
    private VmcbCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new VmcbCommand())
                .addSubcommand(new VmcbScanCommand(console))
                .addSubcommand(new VmcbShowCommand(console))
                .addSubcommand(new VmcbCheckCommand(console));
    }
}
