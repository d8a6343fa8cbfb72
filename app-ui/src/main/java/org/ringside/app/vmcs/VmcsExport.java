package org.ringside.app.vmcs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ringside.decoder.vmcs.LayoutScore;

/** A VMCS for reports and for other programs. */
final class VmcsExport {
    private static final String CSV_HEAD = "group,field,encoding,width,value,other,meaning\n";

    private VmcsExport() {}

    /** Rows as text that one can paste in a report: those given, without what is below them. */
    static String text(List<VmcsRow> rows) {
        StringBuilder text = new StringBuilder();
        for (VmcsRow row : rows) {
            List<String> words = new ArrayList<>(List.of(row.name()));
            words.add(row.encoding());
            words.add(row.value());
            row.difference().ifPresent(other -> words.add("other: " + other.other()));
            words.add(row.meaning());
            words.removeIf(String::isEmpty);
            text.append(String.join("\t", words)).append('\n');
        }
        return text.toString();
    }

    /** All groups and fields as text; what failed first. */
    static String text(VmcsPicture picture, List<VmcsRow> groups) {
        StringBuilder text = new StringBuilder();
        text.append("%s, %s, layout %s%n"
                .formatted(
                        picture.found().title(),
                        picture.structures().snapshot().name(),
                        picture.layout().id()));
        for (VmcsProblem problem : picture.problems()) {
            if (problem.kind() == VmcsProblem.Kind.FINDING || problem.kind() == VmcsProblem.Kind.FAILED) {
                text.append("%s: %s %s (%s)%n"
                        .formatted(word(problem.kind()), problem.title(), problem.detail(), problem.section()));
            }
        }
        for (VmcsRow group : groups) {
            text.append('\n').append(group.name()).append('\n').append(text(group.children()));
        }
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    /** Comma-separated values (RFC 4180), a line for each field. */
    static String csv(List<VmcsRow> groups) {
        StringBuilder text = new StringBuilder(CSV_HEAD);
        for (VmcsRow group : groups) {
            for (VmcsRow row : group.children()) {
                text.append(String.join(
                                ",",
                                quoted(group.name()),
                                quoted(row.name()),
                                row.encoding(),
                                row.width(),
                                row.value().equals("?") ? "" : row.value(),
                                row.difference().map(VmcsRow.Difference::other).orElse(""),
                                quoted(row.meaning())))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** JSON: values as lower-case hexadecimal strings; a field without a value has a reason instead. */
    static String json(VmcsPicture picture, List<VmcsRow> groups) {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("snapshot", picture.structures().snapshot().name());
        root.put("name", picture.found().name());
        root.put("address", hex(picture.found().address()));
        root.put("kind", picture.found().kind().title());
        root.put("revision", hex(picture.vmcs().revision()));
        root.put("layout", picture.layout().id());
        picture.found().best().map(LayoutScore::percent).ifPresent(score -> root.put("score", score));
        ArrayNode fields = root.putArray("fields");
        for (VmcsRow group : groups) {
            group.children().forEach(row -> fields.add(field(mapper, group, row)));
        }
        ArrayNode checks = root.putArray("checks");
        ArrayNode findings = root.putArray("findings");
        for (VmcsProblem problem : picture.problems()) {
            ObjectNode node = mapper.createObjectNode();
            boolean finding = problem.kind() == VmcsProblem.Kind.FINDING;
            node.put(finding ? "message" : "rule", problem.title());
            node.put(
                    finding ? "severity" : "result",
                    finding ? problem.severity().name().toLowerCase(Locale.ROOT) : word(problem.kind()));
            node.put("section", problem.section());
            if (!finding) {
                node.put("detail", problem.detail());
            }
            (finding ? findings : checks).add(node);
        }
        try {
            return mapper.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers is always written", impossible);
        }
    }

    private static ObjectNode field(ObjectMapper mapper, VmcsRow group, VmcsRow row) {
        ObjectNode node = mapper.createObjectNode();
        node.put("group", group.name());
        node.put("name", row.name());
        row.field().ifPresent(field -> {
            node.put("field", field.name());
            node.put("encoding", row.encoding());
            node.put("width", field.width().bits());
        });
        if (row.look() == VmcsRow.Look.NOT_KNOWN) {
            node.put("reason", row.meaning());
        } else {
            node.put("value", row.value());
            node.put("meaning", row.meaning());
        }
        row.difference().ifPresent(other -> {
            node.put("other", other.other());
            node.put("changes", other.changes());
        });
        if (!row.children().isEmpty()) {
            ArrayNode parts = node.putArray("parts");
            row.children().forEach(part -> parts.add(part(mapper, part)));
        }
        return node;
    }

    private static ObjectNode part(ObjectMapper mapper, VmcsRow row) {
        ObjectNode node = mapper.createObjectNode();
        node.put("name", row.name());
        if (!row.width().isEmpty()) {
            node.put("bits", row.width());
        }
        if (!row.value().isEmpty()) {
            node.put("value", row.value());
        }
        node.put("meaning", row.meaning());
        if (!row.children().isEmpty()) {
            ArrayNode parts = node.putArray("parts");
            row.children().forEach(part -> parts.add(part(mapper, part)));
        }
        return node;
    }

    /** A kind as JSON and text say it. */
    static String word(VmcsProblem.Kind kind) {
        return switch (kind) {
            case FINDING -> "finding";
            case FAILED -> "fail";
            case NOT_EVALUABLE -> "not-evaluable";
            case PASSED -> "pass";
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String quoted(String text) {
        return text.matches("[^\",\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
