package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.vmcs.check.CheckResult;

/** The results of checks on a control structure, as JSON and as text. */
final class RuleChecks {
    private final boolean failedOnly;
    private final List<Done> done = new ArrayList<>();

    /**
     * @param failedOnly list those only that fail; all are counted
     */
    RuleChecks(boolean failedOnly) {
        this.failedOnly = failedOnly;
    }

    /** A check with what it is about. */
    private record Done(String kind, CheckResult result) {
        boolean is(CheckResult.Outcome outcome) {
            return result.outcome() == outcome;
        }
    }

    /** Adds results; {@code kind} says what demands them, for example {@code "memory"}. */
    RuleChecks add(String kind, List<CheckResult> results) {
        results.forEach(result -> done.add(new Done(kind, result)));
        return this;
    }

    /** The exit status: whether one fails. */
    int status() {
        return count(CheckResult.Outcome.FAIL) > 0 ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    void putInto(ObjectNode json) {
        json.put("passed", count(CheckResult.Outcome.PASS))
                .put("failed", count(CheckResult.Outcome.FAIL))
                .put("notEvaluable", count(CheckResult.Outcome.NOT_EVALUABLE));
        json.set("checks", Json.array(shown(), RuleChecks::json));
    }

    void print(RingsideCommand command) {
        for (Done one : shown()) {
            CheckResult result = one.result();
            command.line(
                    "%-13s %-9s %s: %s [%s]",
                    result.outcome().word(), result.section(), result.id(), result.rule(), result.detail());
        }
        command.line(
                "%d passed, %d failed, %d could not be evaluated",
                count(CheckResult.Outcome.PASS),
                count(CheckResult.Outcome.FAIL),
                count(CheckResult.Outcome.NOT_EVALUABLE));
    }

    private List<Done> shown() {
        return done.stream()
                .filter(one -> !failedOnly || one.is(CheckResult.Outcome.FAIL))
                .toList();
    }

    private long count(CheckResult.Outcome outcome) {
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
