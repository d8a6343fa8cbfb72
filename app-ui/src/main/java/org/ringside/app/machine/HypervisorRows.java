package org.ringside.app.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.machine.MachineItem.Target;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.StructureSearch.Search;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.trace.SnapshotInfo;

/** The hypervisors of a snapshot: level by level, each VMCS under the hypervisor that keeps it, its guest below. */
final class HypervisorRows {
    private static final Messages MESSAGES = Messages.of(HypervisorRows.class);
    private static final String VIEW = "vmcs";
    private static final String VMCB_VIEW = "vmcb";

    private final SnapshotInfo snapshot;
    private final FoundStructures all;

    private HypervisorRows(SnapshotInfo snapshot, FoundStructures all) {
        this.snapshot = snapshot;
        this.all = all;
    }

    /** The row of a snapshot's hypervisors; before they were looked for, choosing it looks for them. */
    static MachineItem of(SnapshotInfo snapshot, Optional<Search> search) {
        String detail = "unknown";
        if (search.isPresent()) {
            switch (search.get()) {
                case Search.Running running -> detail = "running";
                case Search.Stopped stopped -> detail = "stopped";
                case Search.Done(FoundStructures found)
                when found.regions().isEmpty() && found.vmcbs().isEmpty() -> detail = "none";
                case Search.Done(FoundStructures found) -> {
                    return new HypervisorRows(snapshot, found).root();
                }
            }
        }
        return new MachineItem(
                Kind.HYPERVISORS,
                Kind.HYPERVISORS.name(),
                MESSAGES.get("hypervisors"),
                MESSAGES.get("hypervisors." + detail),
                target(snapshot, new Selection.Snapshot(snapshot), VIEW),
                List.of());
    }

    private MachineItem root() {
        List<MachineItem> rows = new ArrayList<>();
        List<FoundVmcs> hosts = all.regions().stream()
                .filter(found -> found.hasGuest() && found.owner() == 0)
                .toList();
        if (!hosts.isEmpty()) {
            rows.add(level(0, Optional.empty(), hosts.stream().map(this::row).toList()));
        }
        List<FoundVmcs> others = all.regions().stream()
                .filter(found -> !hosts.contains(found) && all.runnerOf(found).isEmpty())
                .toList();
        others(others).ifPresent(rows::add);
        all.vmcbs().forEach(found -> rows.add(row(found)));
        return new MachineItem(
                Kind.HYPERVISORS,
                Kind.HYPERVISORS.name(),
                MESSAGES.get("hypervisors"),
                found(),
                target(snapshot, new Selection.Snapshot(snapshot), all.regions().isEmpty() ? VMCB_VIEW : VIEW),
                rows);
    }

    private String found() {
        long vmcbs = all.vmcbs().stream()
                .filter(found -> found.kind() != CarvedVmcb.Kind.HOST_SAVE_AREA)
                .count();
        return vmcbs > 0 && all.guests().isEmpty()
                ? MESSAGES.get("hypervisors.found-vmcb", vmcbs)
                : MESSAGES.get("hypervisors.found", all.guests().size());
    }

    /** A VMCB, or where VMRUN keeps the host's state. */
    private MachineItem row(CarvedVmcb found) {
        return new MachineItem(
                Kind.VMCS,
                "svm" + Long.toHexString(found.address()),
                found.kind().title(),
                Formats.address(found.address()),
                target(snapshot, new Selection.Page(found.address()), VMCB_VIEW),
                List.of());
    }

    private MachineItem level(int number, Optional<FoundVmcs> vmcs, List<MachineItem> rows) {
        return new MachineItem(
                Kind.LEVEL,
                "L" + number
                        + vmcs.map(found -> Long.toHexString(found.address())).orElse(""),
                number == 0 ? MESSAGES.get("level.host") : MESSAGES.get("level.guest", number),
                "",
                vmcs.flatMap(found -> target(snapshot, new Selection.Vmcs(found.address()), "ept")),
                rows);
    }

    /** A VMCS, its guest below, and below that what the guest keeps. A chain is as deep as hypervisors were found in each other. */
    private MachineItem row(FoundVmcs found) {
        List<MachineItem> below = new ArrayList<>();
        if (found.hasGuest()) {
            List<FoundVmcs> kept = all.regions().stream()
                    .filter(inner -> all.runnerOf(inner).equals(Optional.of(found)))
                    .toList();
            List<MachineItem> rows = new ArrayList<>(
                    kept.stream().filter(FoundVmcs::hasGuest).map(this::row).toList());
            others(kept.stream().filter(inner -> !inner.hasGuest()).toList()).ifPresent(rows::add);
            below.add(level(found.guest(), Optional.of(found), rows));
        }
        return new MachineItem(
                Kind.VMCS,
                Long.toHexString(found.address()),
                found.what(),
                "%s %s"
                        .formatted(
                                Formats.address(found.address()),
                                found.best()
                                        .map(LayoutScore::layout)
                                        .map(layout -> layout.id())
                                        .orElse("")),
                target(snapshot, new Selection.Vmcs(found.address()), VIEW),
                below);
    }

    private Optional<MachineItem> others(List<FoundVmcs> found) {
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new MachineItem(
                        Kind.VMCS,
                        "other",
                        MESSAGES.get("regions.other"),
                        Integer.toString(found.size()),
                        Optional.empty(),
                        found.stream().map(this::row).toList()));
    }

    private static Optional<Target> target(SnapshotInfo snapshot, Selection selection, String view) {
        return Optional.of(new Target(Optional.of(snapshot), Optional.empty(), selection, view));
    }
}
