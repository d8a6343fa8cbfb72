package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaWalk;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.trace.MachineState;

/**
 * Memory as a device behind a remapping unit sees it, by the DMA addresses of its requests without PASID.
 *
 * @param unit physical base of the unit's registers
 * @param device who asks
 * @param domain its domain's identifier in the snapshot that is shown
 * @param addressBits bits of a DMA address, 30 to 57
 */
record DeviceSpace(long unit, RequesterId device, int domain, int addressBits) implements SpaceChoice {
    /** Devices of all units that are listed at most. */
    static final int MOST_LISTED = 64;

    private static final int FEWEST_BITS = 30;
    private static final int MOST_BITS = 57;
    private static final Messages MESSAGES = Messages.of(DeviceSpace.class);

    /** The spaces of the devices of a snapshot whose units' registers were captured; reads the units' tables. */
    static List<SpaceChoice> all(PhysicalMemory memory, MachineState state) {
        List<SpaceChoice> found = new ArrayList<>();
        for (DeviceRegisters registers : state.devices()) {
            if (RemappingUnit.recognises(registers)) {
                RemappingUnit.decode(memory, registers)
                        .tables()
                        .map(RemappingTables::domains)
                        .orElse(List.of())
                        .forEach(domain ->
                                domain.devices().forEach(device -> add(registers.base(), device, domain, found)));
            }
        }
        return found;
    }

    /** The space of one device, if its unit's registers were captured and it has a domain; reads the unit's tables. */
    static Optional<SpaceChoice> of(long unit, RequesterId device, PhysicalMemory memory, MachineState state) {
        List<SpaceChoice> found = new ArrayList<>();
        remapping(unit, memory, state)
                .flatMap(RemappingUnit::tables)
                .toOptional()
                .flatMap(tables -> tables.domainOf(device))
                .ifPresent(domain -> add(unit, device, domain, found));
        return found.stream().findFirst();
    }

    private static void add(long unit, RequesterId device, DmaDomain domain, List<SpaceChoice> found) {
        if (found.size() < MOST_LISTED && domain.format() instanceof Observed.Known<TableFormat>(TableFormat format)) {
            int bits = Math.clamp(format.inputBits(), FEWEST_BITS, MOST_BITS);
            found.add(new DeviceSpace(unit, device, domain.id(), bits));
        }
    }

    private static Observed<RemappingUnit> remapping(long unit, PhysicalMemory memory, MachineState state) {
        return state.devices().stream()
                .filter(registers -> registers.base() == unit && RemappingUnit.recognises(registers))
                .findFirst()
                .map(registers -> Observed.known(RemappingUnit.decode(memory, registers)))
                .orElseGet(() ->
                        new Observed.NotApplicable<>(MESSAGES.get("space.device.no-unit", Formats.address(unit))));
    }

    @Override
    public AddressSpace space() {
        return new AddressSpace.DeviceVisible(unit, device.value());
    }

    @Override
    public String title() {
        return MESSAGES.get("space.device", device);
    }

    @Override
    public String explanation() {
        return MESSAGES.get("space.device.text", device, Formats.address(unit), Integer.toString(domain));
    }

    @Override
    public LinearSpace linear() {
        return new LinearSpace(1L << addressBits, false);
    }

    /** The unit is decoded when the first page is asked for, and as it is in that snapshot. */
    @Override
    public PageLoader loader(PhysicalMemory memory, MachineState state) {
        return new PageLoader() {
            private @Nullable Observed<RemappingUnit> decoded;

            private synchronized Observed<RemappingUnit> unit() {
                Observed<RemappingUnit> known = decoded;
                if (known == null) {
                    known = remapping(unit, memory, state);
                    decoded = known;
                }
                return known;
            }

            @Override
            public LoadedPage load(long address) {
                return LoadedPage.translated(
                        memory,
                        unit().flatMap(found ->
                                DmaWalk.of(memory, found, device, address).result()));
            }
        };
    }

    @Override
    public SpaceMapping mapping(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled) {
        if (!(remapping(unit, memory, state) instanceof Observed.Known<RemappingUnit>(RemappingUnit found))) {
            return new SpaceMapping(List.of(), false);
        }
        if (!found.translationEnabled().orElse(true)) {
            return SpaceMapping.physical(memory);
        }
        TableLimits limits =
                TableLimits.standard().withRanges(SpaceMapping.MOST_PIECES).cancelledBy(cancelled);
        return found.tables()
                .toOptional()
                .flatMap(tables -> tables.domainOf(device))
                .map(own -> own.map(memory, limits))
                .map(map -> of(map, memory))
                .orElseGet(() -> new SpaceMapping(List.of(), found.tables().isKnown()));
    }

    private SpaceMapping of(DomainMap map, PhysicalMemory memory) {
        return SpaceMapping.of(map.ranges().iterator(), () -> map.summary().complete(), linear(), memory);
    }
}
