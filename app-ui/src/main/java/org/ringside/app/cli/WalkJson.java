package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;

/** Walks through translation tables, as JSON and as text. */
final class WalkJson {
    private WalkJson() {}

    /** Adds the table, every entry read and where the walk ended. */
    static void walk(ObjectNode json, TableWalk walk, List<Journey.Entry> entries) {
        json.put("format", walk.format().name()).put("root", Json.hex(walk.root()));
        json.set("entries", Json.array(entries, WalkJson::entry));
        switch (walk.result()) {
            case Observed.Known<Translation>(Translation found) ->
                json.put("output", Json.hex(found.output()))
                        .put("pageSize", found.pageSize())
                        .put("rights", found.rights().toString())
                        .put("attributes", found.attributes())
                        .put("accessed", found.accessed())
                        .put("dirty", found.dirty());
            case Observed<Translation> none ->
                json.put("missing", walk.stop().map(stop -> stop.message()).orElseGet(none::reason));
        }
        walk.stop()
                .ifPresent(stop -> json.put(
                        "stop", stop.reason().name().toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    private static ObjectNode entry(Journey.Entry entry) {
        TableStep step = entry.step();
        ObjectNode json = Json.object()
                .put("name", step.level().entryName())
                .put("level", step.level().number())
                .put("index", step.index())
                .put("address", Json.hex(step.entryAddress()));
        entry.hostAddress().toOptional().ifPresent(host -> json.put("hostAddress", Json.hex(host)));
        switch (step.raw()) {
            case Observed.Known<Long>(Long raw) -> json.put("value", Json.hex(raw));
            case Observed<Long> missing -> json.put("missing", missing.reason());
        }
        json.put("kind", kind(step));
        json.set("bits", StructureJson.bits(step.entry()));
        return json;
    }

    private static String kind(TableStep step) {
        return step.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The entries, a line each, and the result. */
    static void print(RingsideCommand command, TableWalk walk, List<Journey.Entry> entries) {
        for (Journey.Entry entry : entries) {
            TableStep step = entry.step();
            String host = entry.hostAddress()
                    .toOptional()
                    .filter(address -> address != step.entryAddress())
                    .map(address -> " (host " + Json.hex(address) + ")")
                    .orElse("");
            command.line(
                    "  %-6s %3d  at %s%s  %s  %s",
                    step.level().entryName(),
                    step.index(),
                    Json.hex(step.entryAddress()),
                    host,
                    step.raw() instanceof Observed.Known<Long>(Long raw)
                            ? Json.hex(raw)
                            : step.raw().reason(),
                    kind(step));
        }
        switch (walk.result()) {
            case Observed.Known<Translation>(Translation found) -> command.line("  %s", found);
            case Observed<Translation> none ->
                command.line(
                        "  stops: %s", walk.stop().map(stop -> stop.message()).orElseGet(none::reason));
        }
    }
}
