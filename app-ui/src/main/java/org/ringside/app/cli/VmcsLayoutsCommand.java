package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.stream.Collectors;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "layouts",
        mixinStandardHelpOptions = true,
        description = "The known layouts of VMCS regions, and how each was verified.")
final class VmcsLayoutsCommand extends RingsideCommand {
    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    VmcsLayoutsCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException {
        VmcsLayouts all = layouts.layouts();
        if (wantsJson()) {
            ObjectNode json = Json.object();
            json.set("layouts", Json.array(all.all(), VmxJson::layout));
            write(json);
        } else {
            all.all().forEach(this::print);
        }
        return CommandLineInterface.FINE;
    }

    private void print(VmcsLayout layout) {
        line(
                "%-14s %s, kept by a %s, %d fields, revision %s",
                layout.id(),
                layout.title(),
                layout.keeper() == VmcsLayout.Keeper.PROCESSOR ? "processor" : "hypervisor",
                layout.slots().size(),
                layout.revisions().stream().sorted().map("0x%x"::formatted).collect(Collectors.joining(", ")));
        line("               verified: %s", layout.verified());
        line("               source: %s", layout.source());
        layout.notes().forEach(note -> line("               note: %s", note));
    }
}
