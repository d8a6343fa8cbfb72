package org.ringside.app.inspector;

import java.util.ArrayList;
import java.util.List;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.text.LongText;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** A page as text that one can paste in a report. */
final class InspectorText {
    private InspectorText() {}

    static String of(InspectorPage page) {
        List<String> lines = new ArrayList<>();
        lines.add(page.title());
        if (!page.subtitle().isEmpty()) {
            lines.add(page.subtitle());
        }
        for (Section section : page.sections()) {
            lines.add("");
            if (!section.title().isEmpty()) {
                lines.add(section.title());
            }
            switch (section) {
                case Section.Facts(String title, List<Fact> facts) -> facts.forEach(fact -> lines.add(line(fact)));
                case Section.Bits bits -> bits.word().children().forEach(child -> lines.add(line(child)));
                case Section.Findings(String title, List<Finding> findings) ->
                    findings.forEach(finding -> lines.add(finding.severity() + ": " + finding.message()));
                case Section.Prose(String title, String text) -> lines.add(text);
                case Section.Notes(String title, List<LongText> notes) -> notes.forEach(note -> lines.add(note.full()));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(Fact fact) {
        String before = fact.before().map(old -> " (before: " + old + ")").orElse("");
        return (fact.name().isEmpty() ? "  " : fact.name() + ": ") + fact.value() + before;
    }

    private static String line(StructureNode node) {
        if (node instanceof StructureNode.Field field) {
            String bits = field.bits().map(Object::toString).orElse("");
            return "%-7s %s = %s%s"
                    .formatted(
                            bits,
                            field.name(),
                            NodePages.value(field),
                            field.meaning().isEmpty() ? "" : " (" + field.meaning() + ")");
        }
        return node.name() + (node.meaning().isEmpty() ? "" : ": " + node.meaning());
    }
}
