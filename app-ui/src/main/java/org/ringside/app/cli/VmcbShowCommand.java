package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbGroup;
import org.ringside.decoder.svm.VmcbTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Every field of a VMCB with its meaning, every bit named.")
final class VmcbShowCommand extends VmcbSubjectCommand {
    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Only fields of this group, for example intercepts, exit, segments.")
    private Optional<String> group = Optional.empty();

    @Option(
            names = "--search",
            paramLabel = "TEXT",
            description = "Only fields with this text in their name, title, meaning or the name of a bit that is set.")
    private Optional<String> search = Optional.empty();

    @Option(names = "--bits", description = "Also print every bit field.")
    private boolean bits;

    @Option(
            names = "--structures",
            description =
                    "Also what the VMCB points to: the MSR permissions map by register, the I/O permissions map by port.")
    private boolean structures;

    VmcbShowCommand(Console console) {
        super(console);
    }

    /** A field that was asked for. */
    private record Shown(VmcbField field, StructureNode node) {}

    @Override
    int run(Subject subject) throws IOException {
        Optional<VmcbGroup> only = wantedGroup();
        List<Shown> shown = new ArrayList<>();
        for (VmcbField field : VmcbField.values()) {
            StructureNode node = VmcbTree.field(field, subject.vmcb());
            if ((only.isEmpty() || field.group() == only.get())
                    && (search.isEmpty() || matches(field, node, search.get().toLowerCase(Locale.ROOT)))) {
                shown.add(new Shown(field, node));
            }
        }
        List<StructureNode> pointed = structures ? structures(subject) : List.of();
        if (wantsJson()) {
            ObjectNode json = subject.json();
            json.set("fields", Json.array(shown, VmcbShowCommand::json));
            if (structures) {
                json.set("structures", Json.array(pointed, StructureJson::of));
            }
            write(json);
        } else {
            print(subject, shown, pointed);
        }
        return CommandLineInterface.FINE;
    }

    private static List<StructureNode> structures(Subject subject) {
        return List.of(
                PermissionMaps.msrs(subject.memory(), subject.vmcb().element(VmcbField.MSRPM_BASE_PA, 0)),
                PermissionMaps.ports(subject.memory(), subject.vmcb().element(VmcbField.IOPM_BASE_PA, 0)));
    }

    private Optional<VmcbGroup> wantedGroup() throws CommandFailure {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        for (VmcbGroup candidate : VmcbGroup.values()) {
            if (name(candidate).equals(group.get().toLowerCase(Locale.ROOT))) {
                return Optional.of(candidate);
            }
        }
        throw new CommandFailure("--group %s: must be one of %s"
                .formatted(
                        group.get(),
                        Stream.of(VmcbGroup.values()).map(VmcbShowCommand::name).collect(Collectors.joining(", "))));
    }

    private static String name(VmcbGroup group) {
        return group.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean matches(VmcbField field, StructureNode node, String wanted) {
        return has(field.symbol(), wanted)
                || has(field.title(), wanted)
                || has(node.meaning(), wanted)
                || node.children().stream()
                        .anyMatch(child -> child instanceof StructureNode.Field bit
                                && bit.value().orElse(0L) != 0
                                && has(bit.name(), wanted));
    }

    private static boolean has(String where, String what) {
        return where.toLowerCase(Locale.ROOT).contains(what);
    }

    private static ObjectNode json(Shown shown) {
        VmcbField field = shown.field();
        ObjectNode json = Json.object()
                .put("name", field.symbol())
                .put("offset", "0x%03x".formatted(field.offset()))
                .put("title", field.title())
                .put("group", name(field.group()))
                .put("width", 8 * field.bytes());
        if (shown.node() instanceof StructureNode.Field word) {
            word.value().toOptional().ifPresent(value -> json.put("value", Json.hex(value)));
        } else {
            json.set("elements", Json.array(shown.node().children(), StructureJson::of));
        }
        json.put("meaning", shown.node().meaning());
        shown.node()
                .span()
                .ifPresent(span -> json.put("address", Json.hex(span.address())).put("length", span.length()));
        if (shown.node() instanceof StructureNode.Field word) {
            json.set("bits", StructureJson.bits(word));
        }
        json.set("findings", Json.array(shown.node().findings(), Json::finding));
        shown.node().reference().ifPresent(reference -> json.put("reference", reference.toString()));
        return json;
    }

    private void print(Subject subject, List<Shown> shown, List<StructureNode> pointed) {
        line("VMCB at %s: %s", Json.hex(subject.vmcb().address()), VmcbTree.summary(subject.vmcb()));
        VmcbGroup last = null;
        for (Shown one : shown) {
            if (one.field().group() != last) {
                last = one.field().group();
                line("%s", last.title());
            }
            String value = one.node() instanceof StructureNode.Field word
                    ? word.value().map(Json::hex).orElse("?")
                    : "";
            line(
                    "  %03x %-28s %18s  %s",
                    one.field().offset(),
                    one.field().symbol(),
                    value,
                    one.node().meaning());
            if (bits) {
                for (StructureNode bit : one.node().children()) {
                    StructureText.print(bit).lines().forEach(text -> line("         %s", text));
                }
            }
            one.node().findings().forEach(finding -> line("       ! %s", finding.message()));
        }
        for (StructureNode structure : pointed) {
            out().print(StructureText.print(structure));
        }
    }
}
