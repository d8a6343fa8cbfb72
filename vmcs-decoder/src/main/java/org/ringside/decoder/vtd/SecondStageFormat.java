package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLevel;

/** Second-stage tables of a remapping unit, with 3, 4 or 5 levels (VT-d specification, sections 3.7 and 9.8). */
final class SecondStageFormat implements TableFormat {
    private static final long READ = 1;
    private static final long WRITE = 1 << 1;
    private static final long PAGE_SIZE = 1 << 7;
    private static final long ACCESSED = 1 << 8;
    private static final long DIRTY = 1 << 9;
    private static final long SNOOP = 1 << 11;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final int ATTRIBUTE_SNOOP = 1;

    private static final List<TableLevel> FIVE = List.of(
            new TableLevel(5, "SS-PML5E", 48, 9, 8),
            new TableLevel(4, "SS-PML4E", 39, 9, 8),
            new TableLevel(3, "SS-PDPE", 30, 9, 8),
            new TableLevel(2, "SS-PDE", 21, 9, 8),
            new TableLevel(1, "SS-PTE", 12, 9, 8));

    private final List<TableLevel> levels;
    private final UnitRules rules;
    private final long reservedInLeaf;

    /**
     * @param count levels, 3 to 5
     * @param rules what the unit supports
     */
    SecondStageFormat(int count, UnitRules rules) {
        this.levels = FIVE.subList(5 - count, 5);
        this.rules = rules;
        this.reservedInLeaf = rules.reservedInLeaf();
    }

    @Override
    public String name() {
        return levels.size() + "-level second-stage tables";
    }

    @Override
    public List<TableLevel> levels() {
        return levels;
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        if ((entry & (READ | WRITE)) == 0) {
            return EntryKind.NOT_PRESENT;
        }
        boolean pageSize = (entry & PAGE_SIZE) != 0;
        return switch (level.number()) {
            case 1 -> leaf(level, entry);
            case 2, 3 -> pageSize ? leaf(level, entry) : table(entry);
            default -> pageSize ? EntryKind.RESERVED : table(entry);
        };
    }

    private EntryKind table(long entry) {
        return (entry & rules.addressesBeyond()) == 0 ? EntryKind.TABLE : EntryKind.RESERVED;
    }

    private EntryKind leaf(TableLevel level, long entry) {
        boolean aligned = (entry & ADDRESS & (level.entrySpan() - 1)) == 0;
        boolean supported = level.number() == 1 || rules.largePages(level.number());
        return aligned && supported && (entry & reservedInLeaf) == 0 ? EntryKind.LEAF : EntryKind.RESERVED;
    }

    @Override
    public long tableAddress(TableLevel level, long entry) {
        return entry & ADDRESS;
    }

    @Override
    public long leafAddress(TableLevel level, long entry) {
        return entry & ADDRESS & -level.entrySpan();
    }

    @Override
    public int rights(TableLevel level, long entry) {
        return ((entry & READ) != 0 ? AccessRights.READ : 0) | ((entry & WRITE) != 0 ? AccessRights.WRITE : 0);
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        return (entry & SNOOP) != 0 ? ATTRIBUTE_SNOOP : 0;
    }

    @Override
    public boolean accessed(TableLevel level, long entry) {
        return (entry & ACCESSED) != 0;
    }

    @Override
    public boolean dirty(TableLevel level, long entry) {
        return (entry & DIRTY) != 0;
    }

    @Override
    public String describeAttributes(int attributes) {
        return (attributes & ATTRIBUTE_SNOOP) != 0 ? "snooped" : "";
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        boolean page = (entry & PAGE_SIZE) != 0;
        return switch (level.number()) {
            case 5 -> VtdLayouts.SS_PML5;
            case 4 -> VtdLayouts.SS_PML4;
            case 3 -> page ? VtdLayouts.SS_PDPT_1G : VtdLayouts.SS_PDPT_TABLE;
            case 2 -> page ? VtdLayouts.SS_PD_2M : VtdLayouts.SS_PD_TABLE;
            default -> VtdLayouts.SS_PTE;
        };
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        List<Finding> findings = new ArrayList<>();
        boolean page = level.number() == 1 || (level.number() <= 3 && (entry & PAGE_SIZE) != 0);
        if ((entry & rules.addressesBeyond()) != 0) {
            findings.add(refusal(
                    "an address beyond the %d bits that DMA can reach".formatted(rules.hostAddressWidth()),
                    entry,
                    span));
        }
        if (page && level.number() > 1 && !rules.largePages(level.number())) {
            findings.add(refusal("a large page, which the unit does not support (CAP.SSLPS)", entry, span));
        }
        if (page && (entry & SNOOP) != 0 && !rules.snoopControl()) {
            findings.add(refusal("SNP, which the unit does not support (ECAP.SC = 0)", entry, span));
        }
        if (page && entry << 1 < 0 && !rules.deviceTlbs()) {
            findings.add(refusal("TM, which the unit does not support (ECAP.DT = 0)", entry, span));
        }
        return findings;
    }

    static Finding refusal(String what, long entry, ByteSpan span) {
        return new Finding(
                Severity.WARNING,
                "vtd.not-supported",
                "the entry at 0x%x (0x%x) has %s".formatted(span.address(), entry, what),
                Optional.of(span),
                Optional.of(VtdLayouts.spec("9.8")));
    }
}
