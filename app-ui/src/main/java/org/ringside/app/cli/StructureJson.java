package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;

/** The JSON of decoded structures. */
final class StructureJson {
    /** Deeper trees than any decoder builds. */
    private static final int MOST_DEPTH = 32;

    private StructureJson() {}

    /** A node and everything below it. */
    static ObjectNode of(StructureNode node) {
        return of(node, 0);
    }

    private static ObjectNode of(StructureNode node, int depth) {
        ObjectNode json = Json.object().put("name", node.name());
        if (node instanceof StructureNode.Field field) {
            value(json, field);
        }
        if (!node.meaning().isEmpty()) {
            json.put("meaning", node.meaning());
        }
        node.span()
                .ifPresent(span -> json.put("space", span.space().toString())
                        .put("address", Json.hex(span.address()))
                        .put("length", span.length()));
        node.reference().ifPresent(reference -> json.put("reference", reference.toString()));
        if (!node.findings().isEmpty()) {
            json.set("findings", Json.array(node.findings(), Json::finding));
        }
        if (!node.children().isEmpty() && depth < MOST_DEPTH) {
            ArrayNode children = Json.array();
            node.children().forEach(child -> children.add(of(child, depth + 1)));
            json.set("children", children);
        }
        return json;
    }

    /** The bit fields of a word: name, bits, value, meaning. */
    static ArrayNode bits(StructureNode word) {
        ArrayNode bits = Json.array();
        for (StructureNode child : word.children()) {
            if (child instanceof StructureNode.Field field) {
                ObjectNode json = Json.object().put("name", field.name());
                value(json, field);
                if (!field.meaning().isEmpty()) {
                    json.put("meaning", field.meaning());
                }
                bits.add(json);
            }
        }
        return bits;
    }

    private static void value(ObjectNode json, StructureNode.Field field) {
        field.bits().ifPresent(bits -> json.put("bits", bits.toString()));
        switch (field.value()) {
            case Observed.Known<Long>(Long value) -> json.put("value", Json.hex(value));
            case Observed<Long> missing -> json.put("missing", missing.reason());
        }
    }
}
