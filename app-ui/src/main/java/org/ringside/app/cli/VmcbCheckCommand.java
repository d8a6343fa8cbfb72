package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.check.VmrunChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "The consistency checks of VMRUN (AMD64 APM volume 2, chapter 15), and whether the VMCB agrees with the memory it points to.",
            "Exit status 1 if a check fails."
        })
final class VmcbCheckCommand extends VmcbSubjectCommand {
    @Option(names = "--failed", description = "Only checks that fail.")
    private boolean failedOnly;

    VmcbCheckCommand(Console console) {
        super(console);
    }

    @Override
    int run(Subject subject) throws IOException {
        Optional<PhysicalMemory> memory = Optional.of(subject.memory());
        RuleChecks checks = new RuleChecks(failedOnly)
                .add("vmrun", VmrunChecks.run(subject.vmcb(), subject.host(), memory))
                .add("memory", VmrunChecks.consistency(subject.vmcb(), subject.host(), memory));
        if (wantsJson()) {
            ObjectNode json = subject.json();
            checks.putInto(json);
            write(json);
        } else {
            line("VMCB at %s", Json.hex(subject.vmcb().address()));
            checks.print(this);
        }
        return checks.status();
    }
}
