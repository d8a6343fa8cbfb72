package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.vmcs.VmcsBitmaps;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsFieldGroup;
import org.ringside.decoder.vmcs.VmcsReferences;
import org.ringside.decoder.vmcs.VmcsTree;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxControl;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Every field of a VMCS with its meaning, every bit named.")
final class VmcsShowCommand extends VmcsSubjectCommand {
    @Option(names = "--all", description = "Also the fields whose value is not known, and why.")
    private boolean all;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Only fields of this group: control, read-only, guest, host.")
    private Optional<String> group = Optional.empty();

    @Option(
            names = "--search",
            paramLabel = "TEXT",
            description =
                    "Only fields with this text in their name, title, meaning or the name of a bit that is set, or with this encoding.")
    private Optional<String> search = Optional.empty();

    @Option(names = "--bits", description = "Also print every bit field.")
    private boolean bits;

    @Option(
            names = "--structures",
            description =
                    "Also what the VMCS points to: MSR, I/O, VMREAD and VMWRITE bitmaps, MSR areas, EPTP list, logs.")
    private boolean structures;

    VmcsShowCommand(Console console) {
        super(console);
    }

    /** A field that was asked for. */
    private record Shown(VmcsField field, StructureNode.Field node) {}

    @Override
    int run(Subject subject) throws IOException {
        Optional<VmcsFieldGroup> only = wantedGroup();
        List<Shown> shown = new ArrayList<>();
        for (VmcsField field : VmcsField.values()) {
            StructureNode.Field node = VmcsTree.field(field, subject.values());
            if ((all || node.value().isKnown())
                    && (only.isEmpty() || field.group() == only.get())
                    && (search.isEmpty() || matches(field, node, search.get()))) {
                shown.add(new Shown(field, node));
            }
        }
        List<StructureNode> pointed = structures ? pointed(subject) : List.of();
        if (wantsJson()) {
            ObjectNode json = subject.json();
            json.set("fields", Json.array(shown, VmcsShowCommand::json));
            if (structures) {
                json.set("structures", Json.array(pointed, StructureJson::of));
            }
            write(json);
        } else {
            print(subject, shown, pointed);
        }
        return CommandLineInterface.FINE;
    }

    private static List<StructureNode> pointed(Subject subject) throws CommandFailure {
        PhysicalMemory memory = subject.memory()
                .orElseThrow(() -> new CommandFailure(
                        "--structures: whose memory the addresses are of is not known; say it with --vmcs"))
                .memory();
        VmcsValues values = subject.values();
        List<StructureNode> found = new ArrayList<>(VmcsReferences.of(memory, values));
        if (values.isOn(VmxControl.EPTP_SWITCHING)) {
            values.get(VmcsField.EPTP_LIST_ADDRESS)
                    .toOptional()
                    .ifPresent(address -> found.add(ExtendedPageTables.list(memory, address)));
        }
        if (values.isOn(VmxControl.VIRTUAL_INTERRUPT_DELIVERY)) {
            found.add(VmcsBitmaps.eoiExits(values));
        }
        return found;
    }

    private Optional<VmcsFieldGroup> wantedGroup() throws CommandFailure {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        for (VmcsFieldGroup candidate : VmcsFieldGroup.values()) {
            if (name(candidate).equals(group.get().toLowerCase(Locale.ROOT))) {
                return Optional.of(candidate);
            }
        }
        throw new CommandFailure("--group %s: must be control, read-only, guest or host".formatted(group.get()));
    }

    private static String name(VmcsFieldGroup group) {
        return group.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean matches(VmcsField field, StructureNode.Field node, String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return has(field.name(), wanted)
                || has(field.title(), wanted)
                || has(node.meaning(), wanted)
                || "0x%04x".formatted(field.encoding()).equals(wanted)
                || node.children().stream()
                        .anyMatch(child -> child instanceof StructureNode.Field bit
                                && bit.value().orElse(0L) != 0
                                && has(bit.name(), wanted));
    }

    private static boolean has(String where, String what) {
        return where.toLowerCase(Locale.ROOT).contains(what);
    }

    private static ObjectNode json(Shown shown) {
        VmcsField field = shown.field();
        StructureNode.Field node = shown.node();
        ObjectNode json = Json.object()
                .put("name", field.name())
                .put("encoding", "0x%04x".formatted(field.encoding()))
                .put("title", field.title())
                .put("group", name(field.group()))
                .put("width", field.width().bits());
        switch (node.value()) {
            case Observed.Known<Long>(Long value) -> json.put("value", Json.hex(value));
            case Observed<Long> missing -> json.put("missing", missing.reason());
        }
        json.put("meaning", node.meaning());
        node.span()
                .ifPresent(span -> json.put("address", Json.hex(span.address())).put("length", span.length()));
        json.set("bits", StructureJson.bits(node));
        json.set("findings", Json.array(node.findings(), Json::finding));
        node.reference().ifPresent(reference -> json.put("reference", reference.toString()));
        return json;
    }

    private void print(Subject subject, List<Shown> shown, List<StructureNode> pointed) {
        line(
                "%s%s",
                subject.title(),
                subject.region()
                        .map(vmcs -> ": %srevision 0x%x, layout %s (%s), %s"
                                .formatted(
                                        vmcs.isShadow() ? "shadow, " : "",
                                        vmcs.revision(),
                                        vmcs.layout().id(),
                                        vmcs.layout().verified(),
                                        vmcs.launched()
                                                .map(launched -> launched ? "launched" : "clear")
                                                .orElse("launch state not known")))
                        .orElse(""));
        VmcsFieldGroup last = null;
        for (Shown one : shown) {
            if (one.field().group() != last) {
                last = one.field().group();
                line("%s", last.title());
            }
            StructureNode.Field node = one.node();
            line(
                    "  %04x %-34s %18s  %s",
                    one.field().encoding(),
                    one.field().name(),
                    node.value().map(Json::hex).orElse("?"),
                    node.value().isKnown() ? node.meaning() : node.value().reason());
            if (bits) {
                node.children()
                        .forEach(bit -> StructureText.print(bit).lines().forEach(text -> line("         %s", text)));
            }
            node.findings().forEach(finding -> line("       ! %s", finding.message()));
        }
        for (StructureNode structure : pointed) {
            out().print(StructureText.print(structure));
        }
    }
}
