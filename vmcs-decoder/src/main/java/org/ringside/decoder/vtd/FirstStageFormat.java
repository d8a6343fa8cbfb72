package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLevel;

/** First-stage tables of a remapping unit, with 4 or 5 levels (VT-d specification, sections 3.6 and 9.7). */
final class FirstStageFormat implements TableFormat {
    private static final long PRESENT = 1;
    private static final long WRITE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long ACCESSED = 1 << 5;
    private static final long DIRTY = 1 << 6;
    private static final long PAGE_SIZE = 1 << 7;
    private static final long LARGE_PAT = 1 << 12;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    private static final List<TableLevel> FIVE = List.of(
            new TableLevel(5, "FS-PML5E", 48, 9, 8),
            new TableLevel(4, "FS-PML4E", 39, 9, 8),
            new TableLevel(3, "FS-PDPE", 30, 9, 8),
            new TableLevel(2, "FS-PDE", 21, 9, 8),
            new TableLevel(1, "FS-PTE", 12, 9, 8));

    private final List<TableLevel> levels;
    private final DmaTarget.FirstStage stage;
    private final UnitRules rules;

    /** @param stage with 4 or 5 levels */
    FirstStageFormat(DmaTarget.FirstStage stage, UnitRules rules) {
        this.levels = FIVE.subList(5 - stage.levels(), 5);
        this.stage = stage;
        this.rules = rules;
    }

    @Override
    public String name() {
        return levels.size() + "-level first-stage tables";
    }

    @Override
    public List<TableLevel> levels() {
        return levels;
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        if ((entry & PRESENT) == 0) {
            return EntryKind.NOT_PRESENT;
        }
        if ((entry & rules.addressesBeyond()) != 0) {
            return EntryKind.RESERVED;
        }
        boolean pageSize = (entry & PAGE_SIZE) != 0;
        return switch (level.number()) {
            case 1 -> EntryKind.LEAF;
            case 2, 3 -> {
                if (!pageSize) {
                    yield EntryKind.TABLE;
                }
                boolean aligned = (entry & ADDRESS & ~LARGE_PAT & (level.entrySpan() - 1)) == 0;
                yield aligned && (level.number() == 2 || rules.hugeFirstStagePages())
                        ? EntryKind.LEAF
                        : EntryKind.RESERVED;
            }
            default -> pageSize ? EntryKind.RESERVED : EntryKind.TABLE;
        };
    }

    @Override
    public long tableAddress(TableLevel level, long entry) {
        return entry & ADDRESS;
    }

    @Override
    public long leafAddress(TableLevel level, long entry) {
        return entry & ADDRESS & -level.entrySpan();
    }

    /** What requests of this privilege may do: those of users only where every level lets them. */
    @Override
    public int rights(TableLevel level, long entry) {
        boolean user = (entry & USER) != 0;
        if (!stage.supervisor() && !user) {
            return 0;
        }
        boolean write = (entry & WRITE) != 0 || (stage.supervisor() && !stage.writeProtect());
        return AccessRights.READ | (write ? AccessRights.WRITE : 0);
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        return 0;
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
        return "";
    }

    @Override
    public long canonical(long input) {
        int unused = 64 - inputBits();
        return input << unused >> unused;
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        boolean page = (entry & PAGE_SIZE) != 0;
        return switch (level.number()) {
            case 5 -> FirstStageLayouts.PML5;
            case 4 -> FirstStageLayouts.PML4;
            case 3 -> page ? FirstStageLayouts.PDPT_1G : FirstStageLayouts.PDPT_TABLE;
            case 2 -> page ? FirstStageLayouts.PD_2M : FirstStageLayouts.PD_TABLE;
            default -> FirstStageLayouts.PTE;
        };
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        List<Finding> findings = new ArrayList<>();
        if ((entry & rules.addressesBeyond()) != 0) {
            findings.add(SecondStageFormat.refusal(
                    "an address beyond the %d bits that DMA can reach".formatted(rules.hostAddressWidth()),
                    entry,
                    span));
        }
        if (level.number() == 3 && (entry & PAGE_SIZE) != 0 && !rules.hugeFirstStagePages()) {
            findings.add(SecondStageFormat.refusal(
                    "a 1 GiB page, which the unit does not support (CAP.FS1GP = 0)", entry, span));
        }
        return findings;
    }
}
