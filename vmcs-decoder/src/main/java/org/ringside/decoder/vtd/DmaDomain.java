package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.IdentityFormat;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableSummary;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;

/**
 * Requests that see the same memory: the same domain identifier, translation type, tables and width.
 *
 * @param target what is done with them
 * @param rules what the unit supports
 * @param sources whose requests, by number; at least one
 * @param findings what is odd about the domain itself
 */
public record DmaDomain(DmaTarget target, UnitRules rules, List<DmaSource> sources, List<Finding> findings) {
    private static final AccessRights READ_WRITE = new AccessRights(AccessRights.READ | AccessRights.WRITE);

    public DmaDomain {
        sources = List.copyOf(sources);
        findings = List.copyOf(findings);
    }

    /** Domain identifier. */
    public int id() {
        return target.domainId();
    }

    /** What is done with the requests. */
    public TranslationType type() {
        return target.type();
    }

    /** Address of the root of the tables that requests meet first; without meaning in pass-through. */
    public long tables() {
        return target.root();
    }

    /** Who shares it, by number; a device with several address spaces in it once. */
    public List<RequesterId> devices() {
        return sources.stream().map(DmaSource::device).distinct().toList();
    }

    /** How requests are translated at first, or why they are all blocked. */
    public Observed<TableFormat> format() {
        if (type() == TranslationType.RESERVED) {
            return blocked("the translation type is reserved");
        }
        int field = target.addressWidthField();
        if (type() != TranslationType.FIRST_STAGE && (field < 1 || field > 3)) {
            return blocked("the address width %d is reserved".formatted(field));
        }
        List<String> refusals = rules.refusals(target);
        if (!refusals.isEmpty()) {
            return blocked("it " + refusals.getFirst());
        }
        return switch (type()) {
            case FIRST_STAGE, NESTED -> firstStage();
            case PASS_THROUGH ->
                Observed.known(
                        new IdentityFormat(TranslationType.PASS_THROUGH.title(), 12 + 9 * (field + 2), READ_WRITE));
            case SECOND_STAGE, SECOND_STAGE_AND_DEVICE_TLB, RESERVED -> Observed.known(secondStage());
        };
    }

    private Observed<TableFormat> firstStage() {
        return target.first()
                .filter(first -> first.levels() != 0)
                .<Observed<TableFormat>>map(first -> Observed.known(new FirstStageFormat(first, rules)))
                .orElseGet(() -> blocked("the first-stage paging mode is reserved"));
    }

    private SecondStageFormat secondStage() {
        return new SecondStageFormat(target.addressWidthField() + 2, rules);
    }

    private <T> Observed<T> blocked(String why) {
        return new Observed.Malformed<>("domain %d: %s, requests are blocked".formatted(id(), why));
    }

    private TableWalker secondStage(PhysicalMemory memory) {
        return new TableWalker(memory, AddressSpace.physical(), secondStage(), target.tables());
    }

    /** What the first tables lie in: behind the second stage where the stages are nested. */
    private PhysicalMemory tableMemory(PhysicalMemory memory) {
        return type() == TranslationType.NESTED
                ? new SecondStageMemory(
                        memory, secondStage(memory), secondStage().inputBits())
                : memory;
    }

    /** The way of {@code address}, every entry of each stage decoded; or why all requests are blocked. */
    public Observed<DomainWalk> walk(PhysicalMemory memory, long address) {
        return format().map(format -> {
            TableWalk first =
                    new TableWalker(tableMemory(memory), AddressSpace.physical(), format, tables()).walk(address);
            if (type() != TranslationType.NESTED
                    || !(first.result() instanceof Observed.Known<Translation>(Translation middle))) {
                return new DomainWalk(List.of(first), refused(first.result()));
            }
            TableWalk second = secondStage(memory).walk(middle.output());
            return new DomainWalk(
                    List.of(first, second), refused(second.result().map(end -> combined(middle, end))));
        });
    }

    private static Observed<Translation> refused(Observed<Translation> result) {
        return result.flatMap(found -> found.rights().mask() != 0
                ? Observed.known(found)
                : new Observed.NotApplicable<>("the entries on the way allow requests of this privilege nothing"));
    }

    private static Translation combined(Translation first, Translation second) {
        return new Translation(
                first.input(),
                second.output(),
                Math.min(first.pageSize(), second.pageSize()),
                first.rights().and(second.rights()),
                second.attributes(),
                first.accessed(),
                first.dirty());
    }

    /** What the domain reaches, in a list; blocked domains reach nothing. */
    public DomainMap map(PhysicalMemory memory, TableLimits limits) {
        if (!(format() instanceof Observed.Known<TableFormat>(TableFormat format))) {
            return DomainMap.blocked(format().reason());
        }
        TableRanges listing = new TableRanges(tableMemory(memory), AddressSpace.physical(), format, tables(), limits);
        List<MappedRange> found = new ArrayList<>();
        NestedRanges nested = new NestedRanges(
                type() == TranslationType.NESTED ? Optional.of(secondStage(memory)) : Optional.empty(),
                limits.ranges());
        while (listing.hasNext() && !nested.isCut()) {
            nested.add(listing.next(), found);
        }
        List<Finding> all = new ArrayList<>(listing.summary().findings());
        all.addAll(nested.findings());
        outside(memory, found).ifPresent(all::add);
        TableSummary summary = listing.summary();
        if (type() == TranslationType.NESTED) {
            long bytes = found.stream().mapToLong(MappedRange::length).sum();
            summary = new TableSummary(
                    summary.tables(),
                    summary.leaves(),
                    found.size(),
                    bytes,
                    summary.complete() && !nested.isCut(),
                    summary.findings());
        }
        return new DomainMap(found, summary, all);
    }

    private Optional<Finding> outside(PhysicalMemory memory, List<MappedRange> found) {
        if (type() == TranslationType.PASS_THROUGH) {
            return Optional.empty();
        }
        List<AddressRange> captured = memory.ranges();
        List<MappedRange> outside =
                found.stream().filter(range -> !inside(captured, range)).toList();
        return outside.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Severity.INFORMATION,
                        "vtd.outside-captured-memory",
                        "domain %d: %d ranges lead to addresses that are not in the captured memory, the first is %s"
                                .formatted(id(), outside.size(), outside.getFirst()),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static boolean inside(List<AddressRange> captured, MappedRange range) {
        int low = 0;
        int high = captured.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            AddressRange candidate = captured.get(middle);
            if (candidate.contains(range.output())) {
                return Long.compareUnsigned(range.output() + range.length(), candidate.end()) <= 0;
            }
            if (Long.compareUnsigned(range.output(), candidate.start()) < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }

    /** The domain as a tree: who shares it and where its tables are. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        for (DmaSource source : sources) {
            children.add(new StructureNode.Structure(
                    source.toString(), "", Optional.empty(), Optional.empty(), List.of(), List.of()));
        }
        String where = type() == TranslationType.PASS_THROUGH
                ? ""
                : ", %s at 0x%x".formatted(format().map(TableFormat::name).orElse("tables"), tables());
        int count = devices().size();
        return new StructureNode.Structure(
                "Domain " + id(),
                "%s%s, %d device%s".formatted(type().title(), where, count, count == 1 ? "" : "s"),
                Optional.empty(),
                Optional.of(new SpecificationReference("Intel VT-d specification rev. 4", "3.1")),
                findings,
                children);
    }
}
