package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.vmcs.check.VmEntryChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "The checks of a VM entry (SDM volume 3, chapter 27), and whether the VMCS agrees with the memory it points to.",
            "Exit status 1 if a check fails."
        })
final class VmcsCheckCommand extends VmcsSubjectCommand {
    @Option(names = "--failed", description = "Only checks that fail.")
    private boolean failedOnly;

    VmcsCheckCommand(Console console) {
        super(console);
    }

    @Override
    int run(Subject subject) throws IOException {
        Optional<PhysicalMemory> memory = subject.memory().map(MemorySpace::memory);
        RuleChecks checks = new RuleChecks(failedOnly)
                .add("vm-entry", VmEntryChecks.run(subject.values(), subject.capabilities(), memory))
                .add("memory", VmEntryChecks.consistency(subject.values(), subject.capabilities(), memory));
        if (wantsJson()) {
            ObjectNode json = subject.json();
            checks.putInto(json);
            write(json);
        } else {
            line("%s", subject.title());
            checks.print(this);
        }
        return checks.status();
    }
}
