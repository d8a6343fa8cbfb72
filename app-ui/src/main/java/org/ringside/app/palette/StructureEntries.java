package org.ringside.app.palette;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsTree;

/** VMCSs and their fields by name, such as {@code vmcs01.guest_cr3}, once the snapshot was looked through. */
final class StructureEntries {
    /** VMCSs whose fields are offered: more make the palette slow, and nobody types their names. */
    private static final int MOST_WITH_FIELDS = 8;

    private final Messages messages = Messages.of(StructureEntries.class);
    private final Workspace workspace;

    StructureEntries(Workspace workspace) {
        this.workspace = workspace;
    }

    /** An entry for each region, then for each field of those that hold a guest. */
    Stream<PaletteEntry> entries() {
        List<FoundVmcs> regions = found().map(FoundStructures::regions).orElse(List.of());
        return Stream.concat(
                regions.stream().map(this::entry),
                regions.stream()
                        .filter(FoundVmcs::hasGuest)
                        .limit(MOST_WITH_FIELDS)
                        .flatMap(this::fields));
    }

    /** The entry of a field whose whole name was typed: it is what is meant, before the address that its value may be. */
    Optional<PaletteEntry> exactly(String name) {
        int dot = name.indexOf('.');
        return dot < 0
                ? Optional.empty()
                : found().flatMap(all -> all.named(name.substring(0, dot).toLowerCase(Locale.ROOT)))
                        .filter(FoundVmcs::hasGuest)
                        .flatMap(vmcs -> fields(vmcs)
                                .filter(entry -> entry.title().equalsIgnoreCase(name))
                                .findFirst());
    }

    /** The value of a name such as {@code vmcs01.guest_rip}. */
    OptionalLong value(String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            return OptionalLong.empty();
        }
        Optional<VmcsField> field = VmcsField.ofSymbol(name.substring(dot + 1).toUpperCase(Locale.ROOT));
        return found()
                .flatMap(all -> all.named(name.substring(0, dot).toLowerCase(Locale.ROOT)))
                .flatMap(FoundVmcs::vmcs)
                .flatMap(vmcs -> field.flatMap(of -> vmcs.get(of).toOptional()))
                .stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private Optional<FoundStructures> found() {
        return workspace.moment().snapshot().flatMap(workspace.structures()::found);
    }

    private PaletteEntry entry(FoundVmcs found) {
        return PaletteEntry.of(
                messages.get("vmcs"),
                found.title(),
                found.vmcs().map(vmcs -> vmcs.layout().title()).orElse(""),
                () -> show(new Selection.Vmcs(found.address())));
    }

    private Stream<PaletteEntry> fields(FoundVmcs found) {
        Vmcs vmcs = found.vmcs().orElseThrow();
        return Stream.of(VmcsField.values())
                .flatMap(field -> vmcs.get(field) instanceof Observed.Known<Long>(Long value)
                        ? Stream.of(PaletteEntry.of(
                                messages.get("field"),
                                found.name() + "." + field.name().toLowerCase(Locale.ROOT),
                                Formats.address(value),
                                () -> show(path(vmcs, field))))
                        : Stream.empty());
    }

    private static Selection path(Vmcs vmcs, VmcsField field) {
        StructureNode.Structure tree = VmcsTree.of(vmcs);
        for (StructureNode group : tree.children()) {
            for (StructureNode node : group.children()) {
                if (group.name().equals(field.group().title()) && node.name().equals(field.title())) {
                    return new Selection.Node(List.of(tree, group, node));
                }
            }
        }
        return new Selection.Vmcs(vmcs.address());
    }

    private void show(Selection selection) {
        workspace.select(selection);
        workspace.showView("vmcs");
    }
}
