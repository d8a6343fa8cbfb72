package org.ringside.decoder.npt;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLevel;

/**
 * The tables of one {@link NptContext}: those of the host's long-mode paging, with entries in the terms of nested paging and with addresses
 * that are physical, so not sign-extended.
 */
final class NptFormat implements TableFormat {
    private static final List<TableLevel> FIVE = List.of(
            new TableLevel(5, "nPML5E", 48, 9, 8),
            new TableLevel(4, "nPML4E", 39, 9, 8),
            new TableLevel(3, "nPDPE", 30, 9, 8),
            new TableLevel(2, "nPDE", 21, 9, 8),
            new TableLevel(1, "nPTE", 12, 9, 8));

    private final TableFormat paging;
    private final List<TableLevel> levels;

    NptFormat(NptContext context) {
        this.paging = context.paging().format();
        this.levels = context.levels() == 5 ? FIVE : FIVE.subList(1, 5);
    }

    @Override
    public String name() {
        return "%d-level nested paging".formatted(levels.size());
    }

    @Override
    public List<TableLevel> levels() {
        return levels;
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        return paging.kind(level, entry);
    }

    @Override
    public long tableAddress(TableLevel level, long entry) {
        return paging.tableAddress(level, entry);
    }

    @Override
    public long leafAddress(TableLevel level, long entry) {
        return paging.leafAddress(level, entry);
    }

    @Override
    public int rights(TableLevel level, long entry) {
        return paging.rights(level, entry);
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        // Without the global bit, which is irrelevant in a nested table.
        return paging.attributes(level, entry) & 7;
    }

    @Override
    public boolean accessed(TableLevel level, long entry) {
        return paging.accessed(level, entry);
    }

    @Override
    public boolean dirty(TableLevel level, long entry) {
        return paging.dirty(level, entry);
    }

    @Override
    public String describeAttributes(int attributes) {
        return paging.describeAttributes(attributes);
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        if ((entry & 1) == 0) {
            return NptLayouts.ABSENT;
        }
        boolean large = (entry >>> 7 & 1) != 0;
        return switch (level.number()) {
            case 5 -> NptLayouts.PML5_TABLE;
            case 4 -> NptLayouts.PML4_TABLE;
            case 3 -> large ? NptLayouts.PDPT_1G : NptLayouts.PDPT_TABLE;
            case 2 -> large ? NptLayouts.PD_2M : NptLayouts.PD_TABLE;
            default -> NptLayouts.PTE;
        };
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        return paging.refusals(level, entry, span);
    }
}
