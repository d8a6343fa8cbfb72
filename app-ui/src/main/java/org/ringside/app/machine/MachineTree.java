package org.ringside.app.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.machine.MachineItem.Target;
import org.ringside.app.text.Formats;
import org.ringside.app.text.LongText;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Annotation;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureSearch.Search;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceEvent;

/** Builds the rows of the machine tree from an open trace. */
final class MachineTree {
    private static final Messages MESSAGES = Messages.of(MachineTree.class);
    private static final long PAGE = 4096;
    private static final long WORD = 8;
    private static final long CR3_ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final String MEMORY = "memory";

    /** The registers that say most, in this order; the others follow by name. */
    private static final List<String> FIRST = List.of("rip", "rsp", "cr0", "cr3", "cr4", "efer");

    private final OpenTrace open;
    private final Map<SnapshotId, Search> searches;

    private MachineTree(OpenTrace open, Map<SnapshotId, Search> searches) {
        this.open = open;
        this.searches = searches;
    }

    /** @param searches what is known of the hypervisors in the snapshots */
    static MachineItem of(OpenTrace open, Map<SnapshotId, Search> searches) {
        return new MachineTree(open, searches).root();
    }

    private MachineItem root() {
        List<MachineItem> items = new ArrayList<>();
        open.machines().forEach(machine -> items.add(machine(machine)));
        items.add(alarms());
        items.add(bookmarks());
        items.add(sources());
        return MachineItem.heading(
                Kind.TRACE, String.valueOf(open.trace().path().getFileName()), "", items);
    }

    private MachineItem machine(String name) {
        List<MachineItem> snapshots =
                open.snapshotsOf(name).stream().map(this::snapshot).toList();
        return new MachineItem(
                Kind.MACHINE,
                name,
                name,
                MESSAGES.get("snapshots", snapshots.size()),
                target(Optional.empty(), new Selection.Machine(name), "map"),
                snapshots);
    }

    private MachineItem snapshot(SnapshotInfo snapshot) {
        MachineState state = open.state(snapshot.id());
        List<MachineItem> parts = new ArrayList<>();
        state.cpus().forEach(cpu -> parts.add(cpu(snapshot, cpu)));
        state.devices().forEach(device -> parts.add(device(snapshot, device)));
        parts.add(HypervisorRows.of(snapshot, Optional.ofNullable(searches.get(snapshot.id()))));
        return new MachineItem(
                Kind.SNAPSHOT,
                Long.toString(snapshot.id().value()),
                snapshot.name(),
                Formats.timeOfDay(snapshot.time()),
                target(Optional.of(snapshot), new Selection.Snapshot(snapshot), MEMORY),
                parts);
    }

    private MachineItem cpu(SnapshotInfo snapshot, CpuRegisters cpu) {
        Optional<Long> cr3 = cpu.get("cr3").toOptional();
        List<MachineItem> rows = new ArrayList<>();
        cr3.ifPresent(root -> rows.add(new MachineItem(
                Kind.PAGE_TABLES,
                "page-tables",
                MESSAGES.get("page-tables"),
                Formats.address(root & CR3_ADDRESS),
                target(Optional.of(snapshot), Selection.physical(root & CR3_ADDRESS, PAGE), MEMORY),
                List.of())));
        for (String name : FIRST) {
            cpu.get(name).toOptional().ifPresent(value -> rows.add(register(snapshot, cr3, name, value)));
        }
        List<MachineItem> others = cpu.values().entrySet().stream()
                .filter(entry -> !FIRST.contains(entry.getKey()))
                .map(entry -> register(snapshot, cr3, entry.getKey(), entry.getValue()))
                .toList();
        if (!others.isEmpty()) {
            rows.add(MachineItem.heading(
                    Kind.REGISTERS, MESSAGES.get("more-registers"), Integer.toString(others.size()), others));
        }
        return new MachineItem(
                Kind.CPU,
                "cpu" + cpu.vcpu(),
                MESSAGES.get("cpu", cpu.vcpu()),
                "",
                target(Optional.of(snapshot), new Selection.Snapshot(snapshot), MEMORY),
                rows);
    }

    /** Choosing a register selects the bytes that its value points to, in the vCPU's own address space; CR3 is a physical address. */
    private MachineItem register(SnapshotInfo snapshot, Optional<Long> cr3, String name, Long value) {
        Selection selection = name.equals("cr3") || cr3.isEmpty()
                ? Selection.physical(value & CR3_ADDRESS, WORD)
                : new Selection.Bytes(new ByteSpan(new AddressSpace.Virtual(cr3.get()), value, WORD));
        return new MachineItem(
                Kind.REGISTER,
                name,
                name,
                Formats.address(value),
                target(Optional.of(snapshot), selection, MEMORY),
                List.of());
    }

    private static MachineItem device(SnapshotInfo snapshot, DeviceRegisters device) {
        Selection selection =
                Selection.physical(device.base(), Math.max(1, device.bytes().byteSize()));
        return new MachineItem(
                Kind.IOMMU,
                device.name(),
                MESSAGES.get("iommu", device.name()),
                Formats.address(device.base()),
                target(Optional.of(snapshot), selection, "vtd"),
                List.of());
    }

    private MachineItem alarms() {
        Set<Long> seen = Annotation.acknowledged(open.annotations());
        long fresh = open.alarms().stream()
                .filter(alarm -> !seen.contains(alarm.id()))
                .count();
        List<MachineItem> rows =
                open.alarms().stream().map(alarm -> event(Kind.ALARM, alarm)).toList();
        String detail = rows.isEmpty()
                ? MESSAGES.get("none")
                : fresh > 0 ? MESSAGES.get("new", fresh) : MESSAGES.get("acknowledged", rows.size());
        return MachineItem.heading(Kind.ALARMS, MESSAGES.get("alarms"), detail, rows);
    }

    private MachineItem bookmarks() {
        List<MachineItem> rows = Annotation.bookmarks(open.annotations()).stream()
                .map(bookmark -> event(Kind.BOOKMARK, bookmark))
                .toList();
        return MachineItem.heading(
                Kind.BOOKMARKS,
                MESSAGES.get("bookmarks"),
                rows.isEmpty() ? MESSAGES.get("bookmarks.none") : Integer.toString(rows.size()),
                rows);
    }

    private MachineItem event(Kind kind, TraceEvent event) {
        Optional<EvidenceLink> link = event.content().links().stream().findFirst();
        Optional<SnapshotInfo> snapshot = link.map(EvidenceLink::snapshot)
                .or(() -> event.content().snapshot())
                .flatMap(open::snapshot);
        Selection selection = kind == Kind.BOOKMARK && link.isPresent()
                ? new Selection.Bytes(link.get().span())
                : new Selection.Event(event);
        return new MachineItem(
                kind,
                Long.toString(event.id()),
                event.content().title(),
                Formats.timeOfDay(event.content().time()),
                Optional.of(
                        new Target(snapshot, Optional.of(event), selection, kind == Kind.ALARM ? "alarms" : MEMORY)),
                List.of());
    }

    private MachineItem sources() {
        List<MachineItem> rows =
                open.sources().stream().map(MachineTree::source).toList();
        return MachineItem.heading(Kind.SOURCES, MESSAGES.get("sources"), Integer.toString(rows.size()), rows);
    }

    private static MachineItem source(SourceInfo source) {
        List<MachineItem> facts = new ArrayList<>();
        Map<String, String> shown = new java.util.LinkedHashMap<>();
        shown.put("source.format", source.format());
        shown.put("source.size", Formats.size(source.size()));
        shown.put("source.sha256", source.sha256().toString());
        shown.put("source.imported", Formats.dateTime(source.imported()));
        shown.put("source.location", source.location());
        shown.forEach((key, value) ->
                facts.add(new MachineItem(Kind.SOURCE, key, MESSAGES.get(key), value, Optional.empty(), List.of())));
        for (int i = 0; i < source.notes().size(); i++) {
            facts.add(note(i, LongText.of(source.notes().get(i))));
        }
        String name = source.location().substring(source.location().lastIndexOf('/') + 1);
        return new MachineItem(Kind.SOURCE, Long.toString(source.id()), name, source.format(), Optional.empty(), facts);
    }

    /** A long note is one row that opens. */
    private static MachineItem note(int number, LongText note) {
        List<MachineItem> parts = new ArrayList<>();
        for (int i = 0; i < note.rest().size(); i++) {
            parts.add(new MachineItem(Kind.SOURCE, "part" + i, note.rest().get(i), "", Optional.empty(), List.of()));
        }
        return new MachineItem(
                Kind.SOURCE, "note" + number, MESSAGES.get("source.note"), note.brief(), Optional.empty(), parts);
    }

    private static Optional<Target> target(Optional<SnapshotInfo> snapshot, Selection selection, String view) {
        return Optional.of(new Target(snapshot, Optional.empty(), selection, view));
    }
}
