package org.ringside.app.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.inspector.InspectorPage.Target;
import org.ringside.app.text.Formats;
import org.ringside.app.text.LongText;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.cpu.RegisterTree;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.MachineState;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceEvent;

/** Pages of what a trace consists of: events, snapshots, machines. */
final class TracePages {
    private static final int MOST_RANGES = 20;

    private TracePages() {}

    static InspectorPage ofEvent(TraceEvent event, OpenTrace open) {
        NewEvent content = event.content();
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("Kind", words(content.kind().name())));
        facts.add(Fact.of("Severity", words(content.severity().name())).marked(content.severity()));
        facts.add(Fact.of("Time", content.time().toString()));
        if (!content.machine().isEmpty()) {
            facts.add(Fact.of("Machine", content.machine()).leadingTo(new Selection.Machine(content.machine())));
        }
        content.snapshot()
                .flatMap(open::snapshot)
                .ifPresent(snapshot ->
                        facts.add(Fact.of("Snapshot", snapshot.name()).leadingTo(new Selection.Snapshot(snapshot))));
        facts.add(Fact.of("Number", Long.toString(event.id())));
        List<Section> sections = new ArrayList<>();
        sections.add(new Section.Facts("", facts));
        if (!content.detail().isBlank()) {
            sections.add(new Section.Prose("What happened", content.detail().strip()));
        }
        if (!content.links().isEmpty()) {
            sections.add(new Section.Facts(
                    "Evidence", content.links().stream().map(TracePages::link).toList()));
        }
        return new InspectorPage(content.title(), content.time().toString(), sections);
    }

    private static Fact link(EvidenceLink link) {
        return Fact.of(Formats.address(link.span().address()), link.label()).leadingTo(new Target.Follow(link));
    }

    static InspectorPage ofSnapshot(SnapshotInfo snapshot, OpenTrace open) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section.Facts("", memory(snapshot)));
        sections.add(new Section.Facts("Registers", registers(open.state(snapshot.id()))));
        sections.add(new Section.Facts("Source", source(snapshot.source(), snapshot.inPlace())));
        if (!snapshot.source().notes().isEmpty()) {
            sections.add(new Section.Notes(
                    "Notes of the importer",
                    snapshot.source().notes().stream().map(LongText::of).toList()));
        }
        return new InspectorPage("Snapshot " + snapshot.name(), snapshot.time().toString(), sections);
    }

    private static List<Fact> memory(SnapshotInfo snapshot) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("Machine", snapshot.machine()).leadingTo(new Selection.Machine(snapshot.machine())));
        facts.add(Fact.of("Time", snapshot.time().toString()).leadingTo(new Target.Show(snapshot)));
        facts.add(Fact.of("Root hash", snapshot.root().toString()));
        facts.add(Fact.of(
                "Memory",
                "%s in %,d pages, %,d of them zero"
                        .formatted(
                                Formats.size(snapshot.capturedPages() << 12),
                                snapshot.capturedPages(),
                                snapshot.zeroPages())));
        List<AddressRange> ranges = snapshot.ranges();
        for (AddressRange range : ranges.subList(0, Math.min(MOST_RANGES, ranges.size()))) {
            facts.add(Fact.of("Captured", "%s, %s".formatted(range, Formats.size(range.length())))
                    .leadingTo(Selection.physical(range.start(), 1)));
        }
        if (ranges.size() > MOST_RANGES) {
            facts.add(Fact.of("", "and %,d more ranges".formatted(ranges.size() - MOST_RANGES)));
        }
        return facts;
    }

    private static List<Fact> registers(MachineState state) {
        List<Fact> facts = new ArrayList<>();
        for (CpuRegisters cpu : state.cpus()) {
            StructureNode tree = RegisterTree.of(cpu);
            facts.add(Fact.of(
                            "vCPU " + cpu.vcpu(),
                            "%d registers%s"
                                    .formatted(
                                            cpu.values().size(),
                                            cpu.get("rip")
                                                    .toOptional()
                                                    .map(rip -> ", RIP " + Formats.address(rip))
                                                    .orElse("")))
                    .leadingTo(new Selection.Node(List.of(tree))));
        }
        for (DeviceRegisters device : state.devices()) {
            facts.add(Fact.of(
                    device.name(),
                    "%,d bytes at %s".formatted(device.bytes().byteSize(), Formats.address(device.base()))));
        }
        if (facts.isEmpty()) {
            facts.add(Fact.of("", "none were captured: what needs page tables cannot be shown"));
        }
        return facts;
    }

    private static List<Fact> source(SourceInfo source, boolean inPlace) {
        return List.of(
                Fact.of("File", source.location()),
                Fact.of("Format", source.format()),
                Fact.of("Size", "%s (%,d bytes)".formatted(Formats.size(source.size()), source.size())),
                Fact.of("SHA-256", source.sha256().toString()),
                Fact.of("Imported", source.imported().toString()),
                Fact.of(
                        "Custody",
                        inPlace
                                ? "pages are read from the file and checked against their hashes"
                                : "pages are stored in the trace under their hashes"));
    }

    static InspectorPage ofMachine(String machine, OpenTrace open) {
        List<Fact> snapshots = new ArrayList<>();
        for (SnapshotInfo snapshot : open.snapshotsOf(machine)) {
            snapshots.add(
                    Fact.of(snapshot.name(), snapshot.time().toString()).leadingTo(new Selection.Snapshot(snapshot)));
        }
        List<Fact> alarms = open.alarms().stream()
                .filter(event -> event.content().machine().equals(machine))
                .limit(50)
                .map(event -> Fact.of(
                                event.content().time().toString(),
                                event.content().title())
                        .marked(event.content().severity())
                        .leadingTo(new Selection.Event(event)))
                .toList();
        List<Section> sections = new ArrayList<>();
        sections.add(new Section.Facts("Snapshots", snapshots));
        if (!alarms.isEmpty()) {
            sections.add(new Section.Facts("Alarms", alarms));
        }
        return new InspectorPage(machine, "machine", sections);
    }

    private static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ').replace("vm ", "VM ");
    }
}
