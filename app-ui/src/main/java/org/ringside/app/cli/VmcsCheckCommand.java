package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.vmcs.check.CheckResult;
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

    /** A check with what it is about. */
    private record Done(String kind, CheckResult result) {
        boolean is(CheckResult.Outcome outcome) {
            return result.outcome() == outcome;
        }
    }

    @Override
    int run(Subject subject) throws IOException {
        Optional<PhysicalMemory> memory = subject.memory().map(MemorySpace::memory);
        List<Done> done = new ArrayList<>();
        VmEntryChecks.run(subject.values(), subject.capabilities(), memory)
                .forEach(result -> done.add(new Done("vm-entry", result)));
        VmEntryChecks.consistency(subject.values(), subject.capabilities(), memory)
                .forEach(result -> done.add(new Done("memory", result)));
        long failed = count(done, CheckResult.Outcome.FAIL);
        List<Done> shown = done.stream()
                .filter(one -> !failedOnly || one.is(CheckResult.Outcome.FAIL))
                .toList();
        if (wantsJson()) {
            ObjectNode json = subject.json();
            json.put("passed", count(done, CheckResult.Outcome.PASS))
                    .put("failed", failed)
                    .put("notEvaluable", count(done, CheckResult.Outcome.NOT_EVALUABLE));
            json.set("checks", Json.array(shown, VmcsCheckCommand::json));
            write(json);
        } else {
            line("%s", subject.title());
            for (Done one : shown) {
                CheckResult result = one.result();
                line(
                        "%-13s %-9s %s: %s [%s]",
                        result.outcome().word(), result.section(), result.id(), result.rule(), result.detail());
            }
            line(
                    "%d passed, %d failed, %d could not be evaluated",
                    count(done, CheckResult.Outcome.PASS), failed, count(done, CheckResult.Outcome.NOT_EVALUABLE));
        }
        return failed > 0 ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    private static long count(List<Done> done, CheckResult.Outcome outcome) {
        return done.stream().filter(one -> one.is(outcome)).count();
    }

    private static ObjectNode json(Done done) {
        CheckResult result = done.result();
        return Json.object()
                .put("id", result.id())
                .put("kind", done.kind())
                .put("section", result.section())
                .put("rule", result.rule())
                .put("result", result.outcome().word())
                .put("detail", result.detail());
    }
}
