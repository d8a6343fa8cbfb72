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
import org.ringside.decoder.translation.TableWalker;

/**
 * Functions that see the same memory: the same domain identifier, translation type, tables and width.
 *
 * @param id domain identifier
 * @param type what is done with their requests
 * @param tables physical address of the root of the second-stage tables; without meaning in pass-through
 * @param addressWidthField AW of the context entries
 * @param devices who shares it, by number; at least one
 * @param findings what is odd about the domain itself
 */
public record DmaDomain(
        int id,
        TranslationType type,
        long tables,
        int addressWidthField,
        List<RequesterId> devices,
        List<Finding> findings) {
    private static final AccessRights READ_WRITE = new AccessRights(AccessRights.READ | AccessRights.WRITE);

    public DmaDomain {
        devices = List.copyOf(devices);
        findings = List.copyOf(findings);
    }

    /** How requests are translated, or why they are all blocked. */
    public Observed<TableFormat> format() {
        if (type == TranslationType.RESERVED) {
            return new Observed.Malformed<>(
                    "domain %d: the translation type is reserved, requests are blocked".formatted(id));
        }
        if (addressWidthField < 1 || addressWidthField > 3) {
            return new Observed.Malformed<>("domain %d: the address width %d is reserved, requests are blocked"
                    .formatted(id, addressWidthField));
        }
        int levels = addressWidthField + 2;
        return Observed.known(
                type == TranslationType.PASS_THROUGH
                        ? new IdentityFormat(TranslationType.PASS_THROUGH.title(), 12 + 9 * levels, READ_WRITE)
                        : new SecondStageFormat(levels));
    }

    /** For single addresses, or why all requests are blocked. */
    public Observed<TableWalker> walker(PhysicalMemory memory) {
        return format().map(format -> new TableWalker(memory, AddressSpace.physical(), format, tables));
    }

    /** What the domain reaches, merged into ranges, read as the caller asks; or why all requests are blocked. */
    public Observed<TableRanges> ranges(PhysicalMemory memory, TableLimits limits) {
        return format().map(format -> new TableRanges(memory, AddressSpace.physical(), format, tables, limits));
    }

    /** What the domain reaches, in a list; blocked domains reach nothing. */
    public DomainMap map(PhysicalMemory memory, TableLimits limits) {
        Observed<TableRanges> ranges = ranges(memory, limits);
        if (!(ranges instanceof Observed.Known<TableRanges>(TableRanges listing))) {
            return DomainMap.blocked(ranges.reason());
        }
        List<MappedRange> found = new ArrayList<>();
        List<Finding> all = new ArrayList<>();
        long outside = 0;
        Optional<MappedRange> firstOutside = Optional.empty();
        List<AddressRange> captured = memory.ranges();
        while (listing.hasNext()) {
            MappedRange range = listing.next();
            found.add(range);
            if (type != TranslationType.PASS_THROUGH && !inside(captured, range)) {
                outside++;
                firstOutside = firstOutside.or(() -> Optional.of(range));
            }
        }
        all.addAll(listing.summary().findings());
        if (firstOutside.isPresent()) {
            all.add(new Finding(
                    Severity.INFORMATION,
                    "vtd.outside-captured-memory",
                    "domain %d: %d ranges lead to addresses that are not in the captured memory, the first is %s"
                            .formatted(id, outside, firstOutside.get()),
                    Optional.empty(),
                    Optional.empty()));
        }
        return new DomainMap(found, listing.summary(), all);
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
        for (RequesterId device : devices) {
            children.add(new StructureNode.Structure(
                    device.toString(), "", Optional.empty(), Optional.empty(), List.of(), List.of()));
        }
        String where = type == TranslationType.PASS_THROUGH
                ? ""
                : ", %s at 0x%x".formatted(format().map(TableFormat::name).orElse("tables"), tables);
        return new StructureNode.Structure(
                "Domain " + id,
                "%s%s, %d device%s".formatted(type.title(), where, devices.size(), devices.size() == 1 ? "" : "s"),
                Optional.empty(),
                Optional.of(new SpecificationReference("Intel VT-d specification rev. 4", "3.1")),
                findings,
                children);
    }
}
