package org.ringside.decoder.vtd;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
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

    /**
     * @param count levels, 3 to 5
     */
    SecondStageFormat(int count) {
        this.levels = FIVE.subList(5 - count, 5);
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
            case 1 -> EntryKind.LEAF;
            case 2, 3 -> {
                if (!pageSize) {
                    yield EntryKind.TABLE;
                }
                yield (entry & ADDRESS & (level.entrySpan() - 1)) == 0 ? EntryKind.LEAF : EntryKind.RESERVED;
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
        return List.of();
    }
}
