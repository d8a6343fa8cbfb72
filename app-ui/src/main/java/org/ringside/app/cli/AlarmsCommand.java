package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "alarms",
        mixinStandardHelpOptions = true,
        description = "The alarms of a trace and the evidence each points to. Exit status 1 if there are any.")
final class AlarmsCommand extends TraceCommand {
    @Option(
            names = "--limit",
            defaultValue = "10000",
            description = "At most so many, the earliest; default ${DEFAULT-VALUE}.")
    private int limit;

    AlarmsCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        if (limit < 1) {
            throw new CommandFailure("--limit " + limit + ": must be at least 1");
        }
        List<TraceEvent> alarms = trace.events(
                Set.of(EventKind.ALARM), new TraceTime(Long.MIN_VALUE), new TraceTime(Long.MAX_VALUE), limit);
        List<SnapshotInfo> snapshots = trace.snapshots();
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("alarms", Json.array(alarms, alarm -> json(alarm, snapshots)));
            write(json);
        } else {
            alarms.forEach(alarm -> print(alarm, snapshots));
            if (alarms.isEmpty()) {
                line("no alarm");
            }
        }
        return alarms.isEmpty() ? CommandLineInterface.FINE : CommandLineInterface.FOUND;
    }

    private static ObjectNode json(TraceEvent alarm, List<SnapshotInfo> snapshots) {
        var content = alarm.content();
        ObjectNode json = Json.object()
                .put("id", alarm.id())
                .put("severity", content.severity().name().toLowerCase(Locale.ROOT))
                .put("machine", content.machine())
                .put("title", content.title())
                .put("detail", content.detail());
        json.set("time", Json.time(content.time()));
        content.snapshot().ifPresent(id -> json.set("snapshot", reference(id, snapshots)));
        json.set("evidence", Json.array(content.links(), link -> json(link, snapshots)));
        return json;
    }

    private static ObjectNode json(EvidenceLink link, List<SnapshotInfo> snapshots) {
        ObjectNode json = Json.object().put("label", link.label());
        json.set("snapshot", reference(link.snapshot(), snapshots));
        link.baseline().ifPresent(id -> json.set("baseline", reference(id, snapshots)));
        return json.put("space", link.span().space().toString())
                .put("address", Json.hex(link.span().address()))
                .put("length", link.span().length());
    }

    private static ObjectNode reference(SnapshotId id, List<SnapshotInfo> snapshots) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.id().equals(id))
                .findFirst()
                .map(Json::reference)
                .orElseGet(() -> Json.object().put("id", id.value()));
    }

    private void print(TraceEvent alarm, List<SnapshotInfo> snapshots) {
        var content = alarm.content();
        line("%s  %s  %s  %s", content.time(), content.severity(), content.machine(), content.title());
        content.detail().lines().forEach(text -> line("    %s", text));
        List<String> names = new ArrayList<>();
        for (EvidenceLink link : content.links()) {
            ByteSpan span = link.span();
            names.clear();
            link.baseline().ifPresent(id -> names.add(name(id, snapshots)));
            names.add(name(link.snapshot(), snapshots));
            line(
                    "    %s %s, %d bytes (%s): %s",
                    span.space(), Json.hex(span.address()), span.length(), String.join(" -> ", names), link.label());
        }
    }

    private static String name(SnapshotId id, List<SnapshotInfo> snapshots) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.id().equals(id))
                .findFirst()
                .map(SnapshotInfo::name)
                .orElse("snapshot " + id.value());
    }
}
