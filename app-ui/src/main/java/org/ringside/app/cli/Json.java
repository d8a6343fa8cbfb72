package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import org.ringside.decoder.structure.Finding;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceTime;

/** The JSON that commands have in common. Field names are documented and stable. */
final class Json {
    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static <T> ArrayNode array(Collection<T> items, Function<? super T, ObjectNode> toJson) {
        ArrayNode array = array();
        items.forEach(item -> array.add(toJson.apply(item)));
        return array;
    }

    static ArrayNode strings(Collection<String> items) {
        ArrayNode array = array();
        items.forEach(array::add);
        return array;
    }

    /** An address or a register's value. */
    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    static ObjectNode time(TraceTime time) {
        return object().put("nanoseconds", time.epochNanoseconds()).put("iso8601", time.toString());
    }

    /** The short form by which other documents name a snapshot. */
    static ObjectNode reference(SnapshotInfo snapshot) {
        return object().put("id", snapshot.id().value()).put("name", snapshot.name());
    }

    static ObjectNode snapshot(SnapshotInfo snapshot) {
        ObjectNode json = reference(snapshot).put("machine", snapshot.machine());
        json.set("time", time(snapshot.time()));
        json.put("root", snapshot.root().toString())
                .put("capturedPages", snapshot.capturedPages())
                .put("zeroPages", snapshot.zeroPages())
                .put("inPlace", snapshot.inPlace())
                .put("source", snapshot.source().id());
        json.set(
                "ranges",
                array(
                        snapshot.ranges(),
                        range -> object().put("start", hex(range.start())).put("end", hex(range.end()))));
        return json;
    }

    static ObjectNode source(SourceInfo source) {
        ObjectNode json = object().put("id", source.id())
                .put("location", source.location())
                .put("format", source.format())
                .put("size", source.size())
                .put("sha256", source.sha256().toString());
        json.set("imported", time(source.imported()));
        json.set("notes", strings(source.notes()));
        return json;
    }

    static ObjectNode finding(Finding finding) {
        ObjectNode json = object().put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("code", finding.code())
                .put("message", finding.message());
        finding.span()
                .ifPresent(span -> json.put("space", span.space().toString())
                        .put("address", hex(span.address()))
                        .put("length", span.length()));
        finding.reference().ifPresent(reference -> json.put("reference", reference.toString()));
        return json;
    }
}
