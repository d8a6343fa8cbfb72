package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.translation.AccessRights;
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
        description =
                "All that extended page tables map, merged into ranges, with rights, memory types, findings and totals.")
final class EptMapCommand extends TraceCommand {
    private static final int MOST_ALIASES = 1000;
    private static final String[] MEMORY_TYPES = {"UC", "WC", "reserved 2", "reserved 3", "WT", "WP", "WB", "reserved 7"
    };

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Ranges listed at most, default ${DEFAULT-VALUE}; the totals count all.")
    private int limit = 65_536;

    @Mixin
    private EptOptions tables = new EptOptions();

    EptMapCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        if (limit < 0) {
            throw new CommandFailure("--limit " + limit + ": must not be negative");
        }
        SnapshotInfo chosen = snapshot(trace, snapshot);
        MemorySpace guest;
        try (Cancellation cancellation = Cancellation.onInterrupt()) {
            guest = tables.open(
                    trace.memory(chosen.id()),
                    VmcsSubjectCommand.capabilities(trace, chosen),
                    TableLimits.standard().cancelledBy(cancellation::isWanted));
        }
        ExtendedPageTables ept = guest.tables().orElseThrow();
        EptMap map = guest.map().orElseThrow();
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            json.setAll(json(guest, ept, map));
            write(json);
        } else {
            print(guest, ept, map);
        }
        return CommandLineInterface.FINE;
    }

    private ObjectNode json(MemorySpace guest, ExtendedPageTables ept, EptMap map) {
        EptContext context = ept.context();
        ObjectNode json = Json.object()
                .put("eptp", Json.hex(context.pointer().raw()))
                .put("root", Json.hex(context.pointer().root()))
                .put("levels", context.pointer().levels())
                .put("accessedAndDirty", context.pointer().accessedAndDirty())
                .put("modeBasedExecute", context.modeBasedExecute())
                .put("level", guest.level());
        guest.outer().ifPresent(outer -> json.put("tablesIn", outer.space().toString()));
        TableSummary summary = map.summary();
        ObjectNode totals = Json.object()
                .put("tables", summary.tables())
                .put("leaves", summary.leaves())
                .put("ranges", summary.ranges())
                .put("mappedBytes", summary.mappedBytes());
        totals.set("bytesByRights", totals(map, range -> range.rights().toString()));
        totals.set("bytesByMemoryType", totals(map, EptMapCommand::memoryType));
        totals.set("bytesByLargestPage", totals(map, range -> Translation.size(range.largestPage())));
        json.set("totals", totals);
        json.put("complete", summary.complete());
        List<MappedRange> shown =
                map.ranges().subList(0, Math.min(limit, map.ranges().size()));
        json.set("ranges", Json.array(shown, range -> range(range, context, ept.format())));
        json.put("rangesCut", map.ranges().size() > shown.size());
        json.set(
                "aliases",
                Json.array(
                        map.aliases().stream().limit(MOST_ALIASES).toList(),
                        alias -> Json.object()
                                .put("target", Json.hex(alias.hostPhysical()))
                                .put("length", alias.length())
                                .put("mappings", alias.mappings())));
        json.set("findings", Json.array(summary.findings(), Json::finding));
        return json;
    }

    private static ObjectNode totals(EptMap map, Function<MappedRange, String> key) {
        Map<String, Long> bytes = new TreeMap<>();
        map.ranges().forEach(range -> bytes.merge(key.apply(range), range.length(), Long::sum));
        ObjectNode json = Json.object();
        bytes.forEach(json::put);
        return json;
    }

    private static String memoryType(MappedRange range) {
        return MEMORY_TYPES[range.attributes() & 7];
    }

    private static ObjectNode range(MappedRange range, EptContext context, TableFormat format) {
        ObjectNode json = Json.object()
                .put("start", Json.hex(range.input()))
                .put("end", Json.hex(range.input() + range.length()))
                .put("target", Json.hex(range.output()));
        rights(json, range.rights(), context);
        return json.put("memoryType", memoryType(range))
                .put("attributes", format.describeAttributes(range.attributes()))
                .put("leaves", range.leaves())
                .put("smallestPage", range.smallestPage())
                .put("largestPage", range.largestPage());
    }

    /** Rights as text and one by one; without mode-based control, user mode has no execute right of its own. */
    static void rights(ObjectNode json, AccessRights rights, EptContext context) {
        json.put("rights", rights.toString())
                .put("read", rights.read())
                .put("write", rights.write())
                .put("execute", rights.execute());
        if (context.modeBasedExecute()) {
            json.put("userExecute", rights.userExecute());
        }
    }

    private void print(MemorySpace guest, ExtendedPageTables ept, EptMap map) {
        TableSummary summary = map.summary();
        line(
                "%s, %d levels, tables in %s: %,d tables, %,d leaves, %,d ranges, %,d KiB%s",
                guest,
                ept.context().pointer().levels(),
                guest.outer().map(MemorySpace::toString).orElse("host memory"),
                summary.tables(),
                summary.leaves(),
                summary.ranges(),
                summary.mappedBytes() >> 10,
                summary.complete() ? "" : " (not all of it)");
        map.ranges().stream()
                .limit(limit)
                .forEach(range -> line(
                        "  %s  %s%s",
                        range,
                        Translation.size(range.largestPage()),
                        suffix(ept.format().describeAttributes(range.attributes()))));
        if (map.ranges().size() > limit) {
            line("  … and %,d more", map.ranges().size() - limit);
        }
        summary.findings().forEach(finding -> line("%s: %s", finding.severity(), finding.message()));
    }

    private static String suffix(String attributes) {
        return attributes.isEmpty() ? "" : ", " + attributes;
    }
}
