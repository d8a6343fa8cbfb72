package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.agent.integrity.CheckReport;
import org.ringside.agent.integrity.CheckResult;
import org.ringside.agent.integrity.Evidence;
import org.ringside.agent.integrity.Violation;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.SymbolTable;

/** Results of integrity checks, as JSON and as text. */
final class CheckText {
    private CheckText() {}

    static ObjectNode json(CheckReport report, SymbolTable symbols) {
        ObjectNode json = Json.object()
                .put("check", report.check().id())
                .put("title", report.check().title());
        json.set("baseline", Json.reference(report.baseline()));
        json.set("current", Json.reference(report.current()));
        switch (report.result()) {
            case CheckResult.Violated violated -> {
                json.put("result", "violated");
                json.set("violations", Json.array(violated.violations(), violation -> json(violation, symbols)));
                json.set("notes", Json.strings(violated.notes()));
            }
            case CheckResult.Intact intact -> {
                json.put("result", "intact").put("examined", intact.examined());
                json.set("notes", Json.strings(intact.notes()));
            }
            case CheckResult.NotEvaluable unknown -> {
                json.put("result", "not-evaluable").put("why", unknown.why());
                List<String> missing = unknown.missing().stream()
                        .sorted()
                        .map(Evidence::meaning)
                        .toList();
                json.set("missing", Json.strings(missing));
            }
        }
        report.event().ifPresent(event -> json.put("event", event.id()));
        return json;
    }

    private static ObjectNode json(Violation violation, SymbolTable symbols) {
        ObjectNode json = Json.object()
                .put("code", violation.code())
                .put("severity", violation.severity().name().toLowerCase(Locale.ROOT))
                .put("what", violation.what())
                .put("physical", Json.hex(violation.physical().address()))
                .put("length", violation.physical().length());
        json.set(
                "virtual",
                Json.strings(violation.virtual().stream()
                        .map(span -> Json.hex(span.address()))
                        .toList()));
        symbol(violation, symbols).ifPresent(name -> json.put("symbol", name));
        return json.put("before", violation.before().toString())
                .put("after", violation.after().toString());
    }

    static void print(CheckReport report, SymbolTable symbols, RingsideCommand command) {
        String between =
                "%s -> %s".formatted(report.baseline().name(), report.current().name());
        switch (report.result()) {
            case CheckResult.Violated violated -> {
                command.line("VIOLATED       %s  (%s)", report.check().title(), between);
                violated.violations().forEach(violation -> print(violation, symbols, command));
                violated.notes().forEach(note -> command.line("  note: %s", note));
            }
            case CheckResult.Intact intact -> {
                command.line("intact         %s  (%s): %s", report.check().title(), between, intact.examined());
                intact.notes().forEach(note -> command.line("  note: %s", note));
            }
            case CheckResult.NotEvaluable unknown ->
                command.line("not evaluable  %s  (%s): %s", report.check().title(), between, unknown.why());
        }
    }

    private static void print(Violation violation, SymbolTable symbols, RingsideCommand command) {
        command.line("  %s: %s", violation.what(), symbol(violation, symbols).orElse("(no symbol)"));
        command.line(
                "    physical %s, virtual %s, %d bytes",
                Json.hex(violation.physical().address()),
                String.join(
                        ", ",
                        violation.virtual().stream()
                                .map(span -> Json.hex(span.address()))
                                .toList()),
                violation.physical().length());
        command.line("    before %s", violation.before());
        command.line("    after  %s", violation.after());
    }

    private static Optional<String> symbol(Violation violation, SymbolTable symbols) {
        return violation.virtual().stream()
                .map(ByteSpan::address)
                .flatMap(address -> SymbolsOption.nearest(symbols, address).stream())
                .findFirst();
    }
}
