package org.ringside.agent.integrity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotId;

/** The event that records a check's result, in words and with links to the evidence. */
final class CheckEvent {
    /** Violations that get links of their own; the text counts the rest. */
    private static final int MOST_LINKED = 64;

    /** Names in a title, beyond which it says how many more. */
    private static final int MOST_TITLED = 3;

    /** Bytes shown of a change in the text; the links lead to all of them. */
    private static final int MOST_SHOWN = 16;

    /** A symbol farther below an address does not name it: kernel functions are smaller. */
    private static final long FARTHEST_SYMBOL = 1L << 20;

    private final CheckReport report;
    private final SymbolTable symbols;

    CheckEvent(CheckReport report, SymbolTable symbols) {
        this.report = report;
        this.symbols = symbols;
    }

    NewEvent toEvent() {
        return switch (report.result()) {
            case CheckResult.Violated violated -> alarm(violated);
            case CheckResult.Intact intact ->
                event(
                        EventKind.INTEGRITY,
                        Severity.INFORMATION,
                        report.check().title() + " since " + report.baseline().name(),
                        detail(intact.examined(), intact.notes()),
                        List.of());
            case CheckResult.NotEvaluable unknown ->
                event(
                        EventKind.INTEGRITY,
                        Severity.WARNING,
                        "Could not be evaluated: " + report.check().title(),
                        detail(unknown.why(), List.of()),
                        List.of());
        };
    }

    /** Whether two events record the same result on the same snapshots: an alarm by its evidence, anything else by its words. */
    static boolean saysTheSame(NewEvent one, NewEvent other) {
        if (one.kind() != other.kind() || !one.snapshot().equals(other.snapshot())) {
            return false;
        }
        return one.kind() == EventKind.ALARM
                ? places(one).equals(places(other))
                : one.title().equals(other.title()) && one.detail().equals(other.detail());
    }

    private record Place(ByteSpan span, Optional<SnapshotId> baseline) {}

    private static List<Place> places(NewEvent event) {
        return event.links().stream()
                .map(link -> new Place(link.span(), link.baseline()))
                .toList();
    }

    private NewEvent alarm(CheckResult.Violated violated) {
        List<Violation> violations = violated.violations();
        Severity severity = violations.stream()
                .map(Violation::severity)
                .max(Severity::compareTo)
                .orElse(Severity.CRITICAL);
        List<String> lines = new ArrayList<>();
        List<EvidenceLink> links = new ArrayList<>();
        for (Violation violation : violations.subList(0, Math.min(MOST_LINKED, violations.size()))) {
            lines.add("%s: %s, physical 0x%x: %s -> %s"
                    .formatted(
                            violation.what(),
                            name(violation),
                            violation.physical().address(),
                            shown(violation.before()),
                            shown(violation.after())));
            String label = label(violation);
            links.add(link(label, violation.physical()));
            violation.virtual().stream().limit(1).forEach(span -> links.add(link(label, span)));
        }
        if (violations.size() > MOST_LINKED) {
            lines.add("and %d more changes".formatted(violations.size() - MOST_LINKED));
        }
        return event(
                EventKind.ALARM,
                severity,
                title(violations),
                detail(String.join("\n", lines), violated.notes()),
                links);
    }

    private NewEvent event(EventKind kind, Severity severity, String title, String detail, List<EvidenceLink> links) {
        return new NewEvent(
                report.current().time(),
                kind,
                severity,
                report.current().machine(),
                title,
                detail,
                Optional.of(report.current().id()),
                links);
    }

    private String detail(String text, List<String> notes) {
        List<String> lines = new ArrayList<>();
        lines.add(text);
        notes.forEach(note -> lines.add("Note: " + note));
        lines.add("Check %s, %s compared with %s."
                .formatted(
                        report.check().id(),
                        report.current().name(),
                        report.baseline().name()));
        return String.join("\n", lines);
    }

    private String title(List<Violation> violations) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        violations.forEach(violation -> names.add(name(violation)));
        List<String> shown = names.stream().limit(MOST_TITLED).toList();
        String more = names.size() > MOST_TITLED ? " and %d more".formatted(names.size() - MOST_TITLED) : "";
        return "Write-protected kernel memory changed: " + String.join(", ", shown) + more;
    }

    private String label(Violation violation) {
        return "%s: %s".formatted(violation.what(), name(violation));
    }

    /** The symbol where the change begins, or its kernel address. */
    private String name(Violation violation) {
        return violation.virtual().stream()
                .findFirst()
                .map(span -> symbols.nearest(span.address(), FARTHEST_SYMBOL)
                        .map(Object::toString)
                        .orElseGet(() -> "0x%x".formatted(span.address())))
                .orElseGet(() -> "physical 0x%x".formatted(violation.physical().address()));
    }

    private EvidenceLink link(String label, ByteSpan span) {
        return new EvidenceLink(
                label, report.current().id(), Optional.of(report.baseline().id()), span);
    }

    private static String shown(ByteString bytes) {
        String text = bytes.toString();
        return text.length() <= 2 * MOST_SHOWN ? text : text.substring(0, 2 * MOST_SHOWN) + "…";
    }
}
