package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptMap;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableSummary;
import org.ringside.decoder.translation.Translation;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "map",
        mixinStandardHelpOptions = true,
        description = "All that nested page tables map, merged into ranges, with rights, findings and totals.")
final class NptMapCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Ranges listed at most, default ${DEFAULT-VALUE}; the totals count all.")
    private int limit = 65_536;

    @Mixin
    private NptOptions tables = new NptOptions();

    NptMapCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        if (limit < 0) {
            throw new CommandFailure("--limit " + limit + ": must not be negative");
        }
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory memory = trace.memory(chosen.id());
        NptOptions.Chosen guest = tables.open(memory);
        NestedPageTables nested = new NestedPageTables(memory, guest.context());
        NptMap map;
        try (Cancellation cancellation = Cancellation.onInterrupt()) {
            map = nested.map(TableLimits.standard().cancelledBy(cancellation::isWanted));
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            guest.vmcb().ifPresent(vmcb -> json.put("vmcb", Json.hex(vmcb.address())));
            SvmJson.context(json, guest.context());
            json(json, nested.format(), map);
            write(json);
        } else {
            print(nested.format(), map);
        }
        return CommandLineInterface.FINE;
    }

    private void json(ObjectNode json, TableFormat format, NptMap map) {
        TableSummary summary = map.summary();
        ObjectNode totals = Json.object()
                .put("tables", summary.tables())
                .put("leaves", summary.leaves())
                .put("ranges", summary.ranges())
                .put("mappedBytes", summary.mappedBytes());
        totals.set("bytesByRights", totals(map, range -> range.rights().toString()));
        totals.set("bytesByLargestPage", totals(map, range -> Translation.size(range.largestPage())));
        json.set("totals", totals);
        json.put("complete", summary.complete());
        List<MappedRange> shown =
                map.ranges().subList(0, Math.min(limit, map.ranges().size()));
        json.set("ranges", Json.array(shown, range -> range(range, format)));
        json.put("rangesCut", map.ranges().size() > shown.size());
        json.set("findings", Json.array(summary.findings(), Json::finding));
    }

    private static ObjectNode totals(NptMap map, Function<MappedRange, String> key) {
        Map<String, Long> bytes = new TreeMap<>();
        map.ranges().forEach(range -> bytes.merge(key.apply(range), range.length(), Long::sum));
        ObjectNode json = Json.object();
        bytes.forEach(json::put);
        return json;
    }

    private static ObjectNode range(MappedRange range, TableFormat format) {
        return Json.object()
                .put("start", Json.hex(range.input()))
                .put("end", Json.hex(range.input() + range.length()))
                .put("target", Json.hex(range.output()))
                .put("rights", range.rights().toString())
                .put("read", range.rights().read())
                .put("write", range.rights().write())
                .put("execute", range.rights().execute())
                .put("user", range.rights().user())
                .put("attributes", format.describeAttributes(range.attributes()))
                .put("leaves", range.leaves())
                .put("smallestPage", range.smallestPage())
                .put("largestPage", range.largestPage());
    }

    private void print(TableFormat format, NptMap map) {
        TableSummary summary = map.summary();
        line(
                "N_CR3 %s, %d levels: %,d tables, %,d leaves, %,d ranges, %,d KiB%s",
                Json.hex(map.context().nCr3()),
                map.context().levels(),
                summary.tables(),
                summary.leaves(),
                summary.ranges(),
                summary.mappedBytes() >> 10,
                summary.complete() ? "" : " (not all of it)");
        for (MappedRange range :
                map.ranges().subList(0, Math.min(limit, map.ranges().size()))) {
            String attributes = format.describeAttributes(range.attributes());
            line(
                    "  %s  %s%s",
                    range, Translation.size(range.largestPage()), attributes.isEmpty() ? "" : ", " + attributes);
        }
        if (map.ranges().size() > limit) {
            line("  … and %,d more", map.ranges().size() - limit);
        }
        summary.findings().forEach(finding -> line("%s: %s", finding.severity(), finding.message()));
    }
}
