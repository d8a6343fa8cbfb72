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
 * The way of one DMA request: root entry, context entry, in scalable mode PASID entry, then the entries of each stage, memory.
 *
 * @param source who asks
 * @param address DMA address
 * @param root the bus's root entry, if it was reached and is present
 * @param context the function's context entry, if it was reached and is present
 * @param pasid the PASID entry, if it was reached and is present
 * @param stages the way through the tables of each stage, if it came so far
 * @param result where the request ends, or why it does not reach memory
 */
public record DmaWalk(
        DmaSource source,
        long address,
        Optional<RootEntry> root,
        Optional<DeviceContext> context,
        Optional<PasidEntry> pasid,
        List<TableWalk> stages,
        Observed<Translation> result) {
    public DmaWalk {
        stages = List.copyOf(stages);
    }

    /** Follows {@code address} of {@code device}, without PASID, through {@code unit}. */
    public static DmaWalk of(PhysicalMemory memory, RemappingUnit unit, RequesterId device, long address) {
        return of(memory, unit, DmaSource.of(device), address);
    }

    /** Follows {@code address} of {@code source} through {@code unit}. */
    public static DmaWalk of(PhysicalMemory memory, RemappingUnit unit, DmaSource source, long address) {
        if (!unit.translationEnabled().orElse(true)) {
            AccessRights all = new AccessRights(AccessRights.READ | AccessRights.WRITE);
            TableWalk through = new TableWalker(
                            memory, AddressSpace.physical(), new IdentityFormat("translation off", 64, all), 0)
                    .walk(address);
            return new DmaWalk(
                    source,
                    address,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(through),
                    through.result());
        }
        if (!(unit.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables))) {
            return blocked(
                    source,
                    address,
                    Optional.empty(),
                    Optional.empty(),
                    unit.tables().map(found -> unreachable()));
        }
        RequesterId device = source.device();
        Optional<RootEntry> root = tables.bus(device.bus()).map(RemappingBus::entry);
        Optional<Long> entry = root.flatMap(found -> found.contextEntry(device));
        if (entry.isEmpty()) {
            return blocked(
                    source,
                    address,
                    root,
                    Optional.empty(),
                    new Observed.NotApplicable<>(
                            "the root entry of bus %02x at 0x%x is not present: the request is blocked"
                                    .formatted(device.bus(), tables.root() + (long) device.bus() * RootEntry.BYTES)));
        }
        Optional<RemappedDevice> found = tables.device(device);
        if (found.isEmpty()) {
            Observed<Translation> why = memory.readLong(entry.get())
                    .flatMap(low -> new Observed.NotApplicable<>(
                            "the context entry of %s at 0x%x is not present: the request is blocked"
                                    .formatted(device, entry.get())));
            return blocked(source, address, root, Optional.empty(), why);
        }
        return through(memory, tables, source, address, root, found.get());
    }

    private static DmaWalk through(
            PhysicalMemory memory,
            RemappingTables tables,
            DmaSource source,
            long address,
            Optional<RootEntry> root,
            RemappedDevice device) {
        Optional<DeviceContext> context = Optional.of(device.entry());
        Optional<DmaDomain> domain = tables.domainOf(source);
        if (domain.isEmpty()) {
            return blocked(source, address, root, context, new Observed.NotApplicable<>(noPasid(source, device)));
        }
        Optional<PasidEntry> pasid = device.entry() instanceof ScalableContextEntry entry
                ? device.pasid(source.pasid().orElse(entry.requesterPasid()))
                : Optional.empty();
        Observed<DomainWalk> walk = domain.get().walk(memory, address);
        return new DmaWalk(
                source,
                address,
                root,
                context,
                pasid,
                walk.map(DomainWalk::stages).orElse(List.of()),
                walk.flatMap(DomainWalk::result));
    }

    private static String noPasid(DmaSource source, RemappedDevice device) {
        if (!(device.entry() instanceof ScalableContextEntry entry)) {
            return "requests with PASID are blocked in legacy mode";
        }
        return source.pasid().isPresent() && !entry.pasidEnabled()
                ? "the context entry of %s at 0x%x does not allow requests with PASID"
                        .formatted(source.device(), entry.address())
                : "the PASID entry %d of %s is not present: the request is blocked"
                        .formatted(source.pasid().orElse(entry.requesterPasid()), source.device());
    }

    private static DmaWalk blocked(
            DmaSource source,
            long address,
            Optional<RootEntry> root,
            Optional<DeviceContext> context,
            Observed<Translation> why) {
        return new DmaWalk(source, address, root, context, Optional.empty(), List.of(), why);
    }

    private static Translation unreachable() {
        throw new IllegalStateException("absent tables translate nothing");
    }

    /** The way as a tree: a child for each entry read. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        root.ifPresent(entry -> children.add(entry.toStructure()));
        context.ifPresent(entry -> children.add(entry.toStructure("Context Entry of " + source.device())));
        pasid.ifPresent(entry -> children.add(entry.toStructure()));
        stages.forEach(found -> children.addAll(found.toStructure().children()));
        String meaning =
                result instanceof Observed.Known<Translation>(Translation found) ? found.toString() : result.reason();
        return new StructureNode.Structure(
                "DMA of %s to 0x%x".formatted(source, address),
                meaning,
                Optional.empty(),
                Optional.of(VtdLayouts.spec("3.4")),
                List.of(),
                children);
    }
}
