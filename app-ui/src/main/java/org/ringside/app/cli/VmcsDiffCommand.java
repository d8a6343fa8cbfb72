package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsDiff;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsTree;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Two VMCSs, or one at two times: SNAP ADDRESS [SNAP] ADDRESS. Exit status 1 if a field known on both sides differs."
        })
final class VmcsDiffCommand extends TraceCommand {
    @Parameters(
            index = "1..*",
            arity = "3..4",
            paramLabel = "SNAP ADDRESS [SNAP] ADDRESS",
            hideParamSyntax = true,
            description = "The left VMCS and the right one; without a second SNAP both are in the same snapshot.")
    private List<String> sides = List.of();

    @Option(names = "--all", description = "Also the fields that only one side's layout has.")
    private boolean all;

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    @Mixin
    private LevelOptions levels = new LevelOptions();

    VmcsDiffCommand(Console console) {
        super(console);
    }

    private record Side(SnapshotInfo snapshot, Vmcs vmcs) {}

    @Override
    int run(Trace trace) throws IOException {
        Side left = side(trace, sides.getFirst(), sides.get(1));
        Side right = side(trace, sides.size() == 4 ? sides.get(2) : sides.getFirst(), sides.getLast());
        List<VmcsDiff.Difference> differences = VmcsDiff.compare(left.vmcs(), right.vmcs());
        List<VmcsDiff.Difference> shown = differences.stream()
                .filter(difference -> all || difference.isChange())
                .toList();
        long changed =
                differences.stream().filter(VmcsDiff.Difference::isChange).count();
        long equal = List.of(VmcsField.values()).stream()
                .filter(field -> left.vmcs().get(field) instanceof Observed.Known<Long> known
                        && known.equals(right.vmcs().get(field)))
                .count();
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("left", json(left));
            json.set("right", json(right));
            json.put("changed", changed).put("equal", equal).put("oneSideOnly", differences.size() - changed);
            json.set("differences", Json.array(shown, difference -> json(difference, left.vmcs(), right.vmcs())));
            write(json);
        } else {
            shown.forEach(difference -> print(difference, left.vmcs(), right.vmcs()));
            line(
                    "%d fields differ, %d are equal, %d are known on one side only",
                    changed, equal, differences.size() - changed);
        }
        return changed > 0 ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    private Side side(Trace trace, String snapshot, String address) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        LevelOptions.Levels reached = levels.open(
                trace.memory(chosen.id()),
                layouts,
                VmcsSubjectCommand.capabilities(trace, chosen),
                TableLimits.standard());
        LevelOptions.Place place = LevelOptions.place(reached.memories(), "ADDRESS", address);
        return new Side(
                chosen, layouts.read(place.memory().memory(), place.value()).vmcs());
    }

    private static ObjectNode json(Side side) {
        ObjectNode json = Json.object();
        json.set("snapshot", Json.reference(side.snapshot()));
        return json.put("address", Json.hex(side.vmcs().address()))
                .put("layout", side.vmcs().layout().id());
    }

    private static ObjectNode json(VmcsDiff.Difference difference, Vmcs left, Vmcs right) {
        VmcsField field = difference.field();
        ObjectNode json = Json.object()
                .put("name", field.name())
                .put("encoding", "0x%04x".formatted(field.encoding()))
                .put("title", field.title());
        json.set("left", value(difference.left(), field, left));
        json.set("right", value(difference.right(), field, right));
        json.set("changes", Json.strings(difference.changes()));
        return json;
    }

    private static ObjectNode value(Observed<Long> observed, VmcsField field, Vmcs vmcs) {
        return switch (observed) {
            case Observed.Known<Long>(Long value) ->
                Json.object()
                        .put("value", Json.hex(value))
                        .put("meaning", VmcsTree.field(field, vmcs).meaning());
            case Observed<Long> missing -> Json.object().put("missing", missing.reason());
        };
    }

    private void print(VmcsDiff.Difference difference, Vmcs left, Vmcs right) {
        line(
                "%-34s %18s -> %s",
                difference.field().name(),
                difference.left().map(Json::hex).orElse("?"),
                difference.right().map(Json::hex).orElse("?"));
        if (!difference.changes().isEmpty()) {
            line("    %s", String.join(", ", difference.changes()));
            return;
        }
        String before = VmcsTree.field(difference.field(), left).meaning();
        String after = VmcsTree.field(difference.field(), right).meaning();
        if (!before.equals(after)) {
            line("    %s -> %s", before, after);
        }
    }
}
