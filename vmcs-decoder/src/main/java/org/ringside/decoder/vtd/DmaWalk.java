package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.IdentityFormat;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;

/**
 * The way of one DMA request: root entry, context entry, second-stage entries, memory.
 *
 * @param device who asks
 * @param address DMA address
 * @param root the bus's root entry, if it was reached and is present
 * @param context the function's context entry, if it was reached and is present
 * @param walk the way through the second-stage tables, if it came so far
 * @param result where the request ends, or why it does not reach memory
 */
public record DmaWalk(
        RequesterId device,
        long address,
        Optional<RootEntry> root,
        Optional<ContextEntry> context,
        Optional<TableWalk> walk,
        Observed<Translation> result) {

    /** Follows {@code address} of {@code device} through {@code unit}. */
    public static DmaWalk of(PhysicalMemory memory, RemappingUnit unit, RequesterId device, long address) {
        if (!unit.translationEnabled().orElse(true)) {
            AccessRights all = new AccessRights(AccessRights.READ | AccessRights.WRITE);
            TableWalk through = new TableWalker(
                            memory, AddressSpace.physical(), new IdentityFormat("translation off", 64, all), 0)
                    .walk(address);
            return new DmaWalk(
                    device, address, Optional.empty(), Optional.empty(), Optional.of(through), through.result());
        }
        if (!(unit.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables))) {
            return blocked(device, address, Optional.empty(), unit.tables().map(found -> unreachable()));
        }
        Optional<RemappingBus> bus = tables.bus(device.bus());
        Optional<RootEntry> root = bus.map(RemappingBus::entry);
        if (root.isEmpty()) {
            return blocked(
                    device,
                    address,
                    root,
                    new Observed.NotApplicable<>(
                            "the root entry of bus %02x at 0x%x is not present: the request is blocked"
                                    .formatted(device.bus(), tables.root() + (long) device.bus() * RootEntry.BYTES)));
        }
        Optional<RemappedDevice> found = tables.device(device);
        Optional<DmaDomain> domain = tables.domainOf(device);
        if (found.isEmpty() || domain.isEmpty()) {
            long entry = root.get().contextTable() + (long) (device.value() & 0xff) * ContextEntry.BYTES;
            Observed<Translation> why = memory.readLong(entry)
                    .flatMap(low -> new Observed.NotApplicable<>(
                            "the context entry of %s at 0x%x is not present: the request is blocked"
                                    .formatted(device, entry)));
            return blocked(device, address, root, why);
        }
        Observed<TableWalk> walk = domain.get().walker(memory).map(walker -> walker.walk(address));
        return new DmaWalk(
                device,
                address,
                root,
                Optional.of(found.get().entry()),
                walk.toOptional(),
                walk.flatMap(TableWalk::result));
    }

    private static DmaWalk blocked(
            RequesterId device, long address, Optional<RootEntry> root, Observed<Translation> why) {
        return new DmaWalk(device, address, root, Optional.empty(), Optional.empty(), why);
    }

    private static Translation unreachable() {
        throw new IllegalStateException("absent tables translate nothing");
    }

    /** The way as a tree: a child for each entry read. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        root.ifPresent(entry -> children.add(entry.toStructure()));
        context.ifPresent(entry -> children.add(entry.toStructure("Context Entry of " + device)));
        walk.ifPresent(found -> children.addAll(found.toStructure().children()));
        String meaning =
                result instanceof Observed.Known<Translation>(Translation found) ? found.toString() : result.reason();
        return new StructureNode.Structure(
                "DMA of %s to 0x%x".formatted(device, address),
                meaning,
                Optional.empty(),
                Optional.of(VtdLayouts.spec("3.4")),
                List.of(),
                children);
    }
}
