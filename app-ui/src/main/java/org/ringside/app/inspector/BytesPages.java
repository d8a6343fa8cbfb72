package org.ringside.app.inspector;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.app.diff.KernelNames;
import org.ringside.app.diff.PointerChange;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.text.Formats;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.trace.ProgressMonitor;

/** Pages of bytes and of pages of memory: what they hold, held, and who reaches them. Blocks. */
final class BytesPages {
    private static final int MOST_MAPPINGS = 8;
    private static final int MOST_DEVICES = 12;

    private final SnapshotEvidence now;
    private final Optional<SnapshotEvidence> baseline;
    private final SymbolTable symbols;
    private final ProgressMonitor monitor;

    BytesPages(
            SnapshotEvidence now, Optional<SnapshotEvidence> baseline, SymbolTable symbols, ProgressMonitor monitor) {
        this.now = now;
        this.baseline = baseline;
        this.symbols = symbols;
        this.monitor = monitor;
    }

    InspectorPage ofSpan(ByteSpan span) {
        List<Section> sections = new ArrayList<>();
        String where = "%s %s".formatted(span.space(), Formats.address(span.address()));
        String length = span.length() == 1 ? "1 byte" : "%,d bytes".formatted(span.length());
        Optional<Observed<Long>> physical = physical(now, span);
        if (physical.isEmpty()) {
            sections.add(new Section.Prose(
                    "", "These bytes are not memory that was captured: they belong to " + span.space() + "."));
            return new InspectorPage(where, length, sections);
        }
        if (span.space() instanceof AddressSpace.Virtual(long cr3)) {
            sections.add(new Section.Facts("Address", translation(cr3, span.address())));
        }
        Observed<MemorySegment> bytes = read(now, span);
        bytes.toOptional().flatMap(this::pointer).ifPresent(sections::add);
        physical.get().toOptional().ifPresent(address -> sections.add(page(address)));
        if (bytes instanceof Observed.Known<MemorySegment>(MemorySegment known)) {
            Optional<MemorySegment> old =
                    baseline.flatMap(evidence -> read(evidence, span).toOptional());
            sections.add(new Section.Facts("Data", DataValues.of(known, old)));
        } else {
            sections.add(new Section.Prose("Data", bytes.reason()));
        }
        return new InspectorPage(where, length, sections);
    }

    InspectorPage ofPage(long address) {
        long page = address & -PhysicalMemory.PAGE_SIZE;
        return new InspectorPage("Page " + Formats.address(page), "physical, 4 KiB", List.of(page(page)));
    }

    /** Empty if the space is not memory of the machine. */
    private static Optional<Observed<Long>> physical(SnapshotEvidence evidence, ByteSpan span) {
        return switch (span.space()) {
            case AddressSpace.Physical ignored -> Optional.of(Observed.known(span.address()));
            case AddressSpace.Virtual(long cr3) ->
                Optional.of(
                        evidence.virtual(cr3).walker().translate(span.address()).map(Translation::output));
            case AddressSpace.GuestPhysical ignored -> Optional.empty();
            case AddressSpace.DeviceVisible ignored -> Optional.empty();
            case AddressSpace.Registers ignored -> Optional.empty();
        };
    }

    /** As many bytes as are known, up to what the values need. */
    private static Observed<MemorySegment> read(SnapshotEvidence evidence, ByteSpan span) {
        Observed<MemorySegment> result = read(evidence, span, DataValues.MOST);
        for (int length = DataValues.MOST / 2; length > 0 && !result.isKnown(); length /= 2) {
            result = read(evidence, span, length);
        }
        return result;
    }

    private static Observed<MemorySegment> read(SnapshotEvidence evidence, ByteSpan span, int length) {
        return span.space() instanceof AddressSpace.Virtual(long cr3)
                ? evidence.virtual(cr3).read(span.address(), length)
                : evidence.memory().read(span.address(), length);
    }

    private List<Fact> translation(long cr3, long address) {
        List<Fact> facts = new ArrayList<>();
        KernelNames.of(address, symbols).ifPresent(place -> facts.add(Fact.of("Symbol", place.toString())));
        Observed<Translation> found = now.virtual(cr3).walker().translate(address);
        if (found instanceof Observed.Known<Translation>(Translation known)) {
            facts.add(Fact.of("Physical", Formats.address(known.output()))
                    .leadingTo(Selection.physical(known.output(), 1)));
            facts.add(Fact.of(
                    "Mapping",
                    "%s page, %s%s"
                            .formatted(
                                    Translation.size(known.pageSize()),
                                    known.rights(),
                                    known.attributes().isEmpty() ? "" : ", " + known.attributes())));
        } else {
            facts.add(Fact.of("Physical", found.reason()).marked(Severity.WARNING));
        }
        return facts;
    }

    /** What the first eight bytes point to, if they may be a kernel address. */
    private Optional<Section> pointer(MemorySegment bytes) {
        if (bytes.byteSize() < Long.BYTES) {
            return Optional.empty();
        }
        long value = bytes.get(LittleEndian.LONG, 0);
        Optional<AddressSpace.Virtual> space = now.mappings(monitor)
                .toOptional()
                .flatMap(ignored -> now.state().cpus().stream()
                        .map(cpu -> cpu.get("cr3").toOptional())
                        .flatMap(Optional::stream)
                        .findFirst())
                .map(AddressSpace.Virtual::new);
        if (!PointerChange.isKernelAddress(value) || space.isEmpty()) {
            return Optional.empty();
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("Address", Formats.address(value))
                .leadingTo(new Selection.Bytes(new ByteSpan(space.get(), value, Long.BYTES))));
        facts.addAll(translation(space.get().cr3(), value));
        return Optional.of(new Section.Facts("As a pointer", facts));
    }

    private Section page(long address) {
        long page = address & -PhysicalMemory.PAGE_SIZE;
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("Page", Formats.address(page)).leadingTo(new Selection.Page(page)));
        Observed<MemorySegment> bytes = now.memory().page(page);
        facts.add(Fact.of("In " + now.snapshot().name(), bytes.isKnown() ? "captured" : bytes.reason()));
        baseline.ifPresent(evidence -> facts.add(compared(bytes, evidence, page)));
        Observed<KernelMappings> mappings = now.mappings(monitor);
        if (mappings instanceof Observed.Known<KernelMappings>(KernelMappings known)) {
            List<Mapping> found = known.mappingsOf(page);
            facts.add(Fact.of("Kernel use", use(known.use(page))));
            found.stream().limit(MOST_MAPPINGS).forEach(mapping -> facts.add(mapping(mapping, address - page)));
            if (found.size() > MOST_MAPPINGS) {
                facts.add(Fact.of("", "and %,d more".formatted(found.size() - MOST_MAPPINGS)));
            }
        } else {
            facts.add(Fact.of("Kernel use", "not known: " + mappings.reason()));
        }
        devices(page, facts);
        return new Section.Facts("Page", facts);
    }

    private static String use(KernelMappings.Use use) {
        return switch (use) {
            case CODE -> "code: executable and not writable";
            case READ_ONLY_DATA -> "read-only data";
            case DATA -> "writable data";
            case UNMAPPED -> "not mapped by the kernel";
        };
    }

    private Fact compared(Observed<MemorySegment> bytes, SnapshotEvidence evidence, long page) {
        Observed<MemorySegment> old = evidence.memory().page(page);
        String name = "Since " + evidence.snapshot().name();
        if (old instanceof Observed.Known<MemorySegment>(MemorySegment before)
                && bytes instanceof Observed.Known<MemorySegment>(MemorySegment after)) {
            return before.mismatch(after) < 0
                    ? Fact.of(name, "unchanged")
                    : Fact.of(name, "changed").marked(Severity.WARNING);
        }
        return Fact.of(name, old.isKnown() ? "vanished" : "not captured there: cannot be compared");
    }

    private Fact mapping(Mapping mapping, long offset) {
        long address = mapping.address() + offset;
        String symbol =
                KernelNames.of(address, symbols).map(place -> " " + place).orElse("");
        return Fact.of("Mapped at", "%s %s%s".formatted(Formats.address(address), mapping.rights(), symbol))
                .leadingTo(new Selection.Bytes(new ByteSpan(mapping.space(), address, 1)));
    }

    private void devices(long page, List<Fact> facts) {
        List<SnapshotEvidence.UnitReach> units = now.units(monitor);
        if (units.isEmpty()) {
            facts.add(Fact.of("Devices", "not known: no DMA remapping unit was captured"));
        }
        for (SnapshotEvidence.UnitReach unit : units) {
            if (unit.reach().everyDeviceReachesEverything()) {
                facts.add(Fact.of("Devices", "every device reaches it: DMA translation is off")
                        .marked(Severity.WARNING));
                continue;
            }
            List<DeviceReach> reaches = unit.reach().page(page);
            String incomplete = unit.reach().complete() ? "" : " (not all tables could be read)";
            if (reaches.isEmpty()) {
                facts.add(Fact.of("Devices", "none reaches it" + incomplete));
            }
            reaches.stream()
                    .limit(MOST_DEVICES)
                    .forEach(reach -> facts.add(Fact.of(
                            reach.canWrite() ? "Written by" : "Read by",
                            "%s (domain %d, DMA address %s, %s)%s"
                                    .formatted(
                                            String.join(
                                                    ", ",
                                                    reach.devices().stream()
                                                            .map(Object::toString)
                                                            .toList()),
                                            reach.domain().id(),
                                            Formats.address(reach.dmaAddress()),
                                            reach.rights(),
                                            incomplete))));
            if (reaches.size() > MOST_DEVICES) {
                facts.add(Fact.of("", "and %,d more domains".formatted(reaches.size() - MOST_DEVICES)));
            }
        }
    }
}
