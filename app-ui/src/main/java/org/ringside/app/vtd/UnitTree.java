package org.ringside.app.vtd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.text.Formats;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.FaultRecord;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;

/**
 * A unit as the tree that is shown: unit → registers; root table → bus → device → domain → mappings; domains. Immutable.
 */
public final class UnitTree {
    /** What became of a row since the baseline. */
    public enum Change {
        /** Another value. */
        CHANGED,
        /** Not in the baseline. */
        ADDED,
        /** Something below it changed or was added. */
        BELOW
    }

    private static final int MOST_MAPPINGS = 2000;
    private static final String REGISTERS = "Registers of ";
    private static final String INTERRUPTS = "Interrupt Remapping Table";
    private static final String QUEUE = "Invalidation Queue";
    private static final int MOST_NODES = 400_000;

    private final FoundUnit found;
    private final StructureNode.Structure root;
    private final IdentityHashMap<StructureNode, MappedRange> mappings;
    private final IdentityHashMap<StructureNode, Change> changes;
    private final List<String> gone;

    private UnitTree(
            FoundUnit found,
            StructureNode.Structure root,
            IdentityHashMap<StructureNode, MappedRange> mappings,
            IdentityHashMap<StructureNode, Change> changes,
            List<String> gone) {
        this.found = found;
        this.root = root;
        this.mappings = mappings;
        this.changes = changes;
        this.gone = gone;
    }

    /**
     * Builds the tree; blocks.
     *
     * @param limits of each domain's listing
     * @param baseline the same unit before, to mark what changed
     */
    public static UnitTree of(PhysicalMemory memory, FoundUnit found, TableLimits limits, Optional<UnitTree> baseline) {
        return of(memory, found, Optional.empty(), limits, baseline);
    }

    /**
     * Builds the tree; blocks.
     *
     * @param dmar the firmware's table, shown in it
     * @param limits of each domain's listing
     * @param baseline the same unit before, to mark what changed
     */
    public static UnitTree of(
            PhysicalMemory memory,
            FoundUnit found,
            Optional<DmarTable> dmar,
            TableLimits limits,
            Optional<UnitTree> baseline) {
        Builder builder = new Builder(memory, found, dmar, limits);
        StructureNode.Structure root = builder.build();
        IdentityHashMap<StructureNode, Change> changes = new IdentityHashMap<>();
        List<String> gone = new ArrayList<>();
        baseline.ifPresent(before -> {
            Map<String, String> old = new HashMap<>();
            index(before.root, "", old);
            mark(root, "", old, changes);
            Map<String, String> now = new HashMap<>();
            index(root, "", now);
            old.keySet().stream()
                    .filter(key -> isPlace(key) && !now.containsKey(key))
                    .sorted()
                    .forEach(gone::add);
        });
        return new UnitTree(found, root, builder.ranges, changes, List.copyOf(gone));
    }

    public FoundUnit found() {
        return found;
    }

    public StructureNode.Structure root() {
        return root;
    }

    /** The memory that a row of the tree leads to, if it is a mapping. */
    public Optional<ByteSpan> memoryOf(StructureNode node) {
        return Optional.ofNullable(mappings.get(node)).map(range -> ByteSpan.physical(range.output(), range.length()));
    }

    /** The rights of a row, if it is a mapping. */
    public String rightsOf(StructureNode node) {
        MappedRange range = mappings.get(node);
        return range == null ? "" : range.rights().toString();
    }

    public Optional<Change> changeOf(StructureNode node) {
        return Optional.ofNullable(changes.get(node));
    }

    /** Devices, domains and mappings that the baseline had, by their path. */
    public List<String> gone() {
        return gone;
    }

    /** Mappings and devices; bits and registers have no place of their own that could be missed. */
    private static boolean isPlace(String key) {
        return key.contains("/Mappings/")
                ? !key.contains("/Root Table/")
                : key.matches("/Root Table/Bus [0-9a-f]+(/[0-9a-f:.]+)?");
    }

    private static void index(StructureNode node, String path, Map<String, String> values) {
        for (StructureNode child : node.children()) {
            if (values.size() >= MOST_NODES) {
                return;
            }
            String key = path + "/" + child.name();
            values.put(key, valueOf(child));
            index(child, key, values);
        }
    }

    /** @return whether something here or below differs */
    private static boolean mark(
            StructureNode node, String path, Map<String, String> old, IdentityHashMap<StructureNode, Change> changes) {
        boolean any = false;
        for (StructureNode child : node.children()) {
            if (changes.size() >= MOST_NODES) {
                return any;
            }
            String key = path + "/" + child.name();
            boolean below = mark(child, key, old, changes);
            String before = old.get(key);
            if (key.equals("/" + QUEUE)) {
                // A ring is written all the time.
                continue;
            }
            boolean comparable = !key.startsWith("/Registers");
            if (before == null && comparable) {
                changes.put(child, Change.ADDED);
                any = true;
            } else if (before != null && !before.equals(valueOf(child))) {
                changes.put(child, Change.CHANGED);
                any = true;
            } else if (below) {
                changes.put(child, Change.BELOW);
                any = true;
            }
        }
        return any;
    }

    private static String valueOf(StructureNode node) {
        return node instanceof StructureNode.Field field ? field.value().toString() : node.meaning();
    }

    private static final class Builder {
        private final PhysicalMemory memory;
        private final FoundUnit found;
        private final Optional<DmarTable> dmar;
        private final TableLimits limits;
        private final IdentityHashMap<StructureNode, MappedRange> ranges = new IdentityHashMap<>();
        private final Map<DmaDomain, StructureNode> domains = new HashMap<>();

        Builder(PhysicalMemory memory, FoundUnit found, Optional<DmarTable> dmar, TableLimits limits) {
            this.memory = memory;
            this.found = found;
            this.dmar = dmar;
            this.limits = limits;
        }

        StructureNode.Structure build() {
            StructureNode.Structure plain = found.unit().toStructure();
            Optional<RemappingTables> tables = found.unit().tables().toOptional();
            if (tables.isEmpty()) {
                return withSurroundings(plain, plain.children());
            }
            tables.get().domains().forEach(domain -> domains.put(domain, domain(domain)));
            List<StructureNode> children = new ArrayList<>();
            for (StructureNode child : plain.children()) {
                children.add(
                        switch (child.name()) {
                            case "Root Table" -> withChildren(child, buses(child, tables.get()));
                            case "Domains" ->
                                withChildren(
                                        child,
                                        tables.get().domains().stream()
                                                .map(domains::get)
                                                .toList());
                            default -> child;
                        });
            }
            return withSurroundings(plain, children);
        }

        /** What surrounds the translation tables comes after them, registers last: they are many. */
        private StructureNode.Structure withSurroundings(StructureNode plain, List<StructureNode> children) {
            List<StructureNode> all = new ArrayList<>(children);
            all.removeIf(child -> child.name().startsWith(REGISTERS));
            found.unit().registers().ifPresent(registers -> {
                all.add(branch(
                        INTERRUPTS,
                        InterruptRemappingTable.of(memory, registers).map(table -> table.toStructure(memory))));
                all.add(faults(registers));
                all.add(branch(QUEUE, InvalidationQueue.of(memory, registers).map(InvalidationQueue::toStructure)));
            });
            dmar.ifPresent(table -> all.add(table.toStructure()));
            children.stream()
                    .filter(child -> child.name().startsWith(REGISTERS))
                    .forEach(all::add);
            return withChildren(plain, all);
        }

        private static StructureNode branch(String name, Observed<StructureNode.Structure> structure) {
            return structure instanceof Observed.Known<StructureNode.Structure>(StructureNode.Structure known)
                    ? known
                    : plain(name, structure.reason(), List.of(), List.of());
        }

        private static StructureNode faults(UnitRegisters registers) {
            List<StructureNode> records = registers.toStructure().children().stream()
                    .filter(node -> node.name().startsWith("FRCD_REG"))
                    .toList();
            long held = registers.faultRecords().stream()
                    .filter(FaultRecord::holdsFault)
                    .count();
            boolean lost = (registers.faultStatus().orElse(0L) & 1) != 0;
            return plain(
                    "Fault Records",
                    "%d of %d hold a fault%s".formatted(held, records.size(), lost ? ", others were lost" : ""),
                    List.of(),
                    records);
        }

        private List<StructureNode> buses(StructureNode rootTable, RemappingTables tables) {
            return rootTable.children().stream()
                    .<StructureNode>map(bus -> withChildren(
                            bus,
                            bus.children().stream()
                                    .map(part -> device(part, tables))
                                    .toList()))
                    .toList();
        }

        /** A device gets its domain as its last part, and says with how many others it shares it. */
        private StructureNode device(StructureNode part, RemappingTables tables) {
            Optional<DmaDomain> domain = RequesterId.parse(part.name()).flatMap(tables::domainOf);
            if (domain.isEmpty()) {
                return part;
            }
            int others = domain.get().devices().size() - 1;
            String shared = others == 0 ? "" : ", shared with %d other%s".formatted(others, others == 1 ? "" : "s");
            List<StructureNode> parts = new ArrayList<>(part.children());
            parts.add(domains.getOrDefault(domain.get(), part));
            return new StructureNode.Structure(
                    part.name(), part.meaning() + shared, part.span(), part.reference(), part.findings(), parts);
        }

        private StructureNode domain(DmaDomain domain) {
            StructureNode.Structure plain = domain.toStructure();
            DomainMap map = domain.map(memory, limits);
            List<StructureNode> rows = new ArrayList<>();
            for (MappedRange range : map.ranges()) {
                if (rows.size() == MOST_MAPPINGS) {
                    rows.add(plain(
                            "and %,d more".formatted(map.ranges().size() - MOST_MAPPINGS), "", List.of(), List.of()));
                    break;
                }
                rows.add(mapping(range));
            }
            String meaning = "%,d ranges, %s%s"
                    .formatted(
                            map.ranges().size(),
                            Formats.size(map.summary().mappedBytes()),
                            map.summary().complete() ? "" : ", not all of the tables could be read");
            List<StructureNode> parts = new ArrayList<>(plain.children());
            parts.add(plain("Mappings", meaning, map.findings(), rows));
            return withChildren(plain, parts);
        }

        private StructureNode mapping(MappedRange range) {
            String pages = range.leaves() == 1
                    ? "%s page".formatted(Translation.size(range.largestPage()))
                    : "%,d pages".formatted(range.leaves());
            StructureNode row = plain(
                    "%s…%s"
                            .formatted(
                                    Formats.address(range.input()),
                                    Formats.address(range.input() + range.length() - 1)),
                    "memory %s…%s, %s, %s"
                            .formatted(
                                    Formats.address(range.output()),
                                    Formats.address(range.output() + range.length() - 1),
                                    range.rights(),
                                    pages),
                    List.of(),
                    List.of());
            ranges.put(row, range);
            return row;
        }

        private static StructureNode plain(
                String name, String meaning, List<Finding> findings, List<StructureNode> children) {
            return new StructureNode.Structure(name, meaning, Optional.empty(), Optional.empty(), findings, children);
        }

        private static StructureNode.Structure withChildren(StructureNode node, List<StructureNode> children) {
            return new StructureNode.Structure(
                    node.name(), node.meaning(), node.span(), node.reference(), node.findings(), children);
        }
    }

    /** The worst finding of a node itself. */
    static Optional<Severity> worst(StructureNode node) {
        return node.findings().stream().map(Finding::severity).max(Comparator.naturalOrder());
    }
}
