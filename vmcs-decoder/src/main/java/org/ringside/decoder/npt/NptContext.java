package org.ringside.decoder.npt;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbValues;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableSummary;

/**
 * What decides how a guest's physical addresses are translated by nested paging.
 *
 * @param nCr3 N_CR3, as in the VMCB
 * @param levels 4 or 5: the paging mode of the host when it executed VMRUN (15.25.3), which the VMCB does not say
 * @param executeTrap guest-mode execute trap (15.25.13)
 * @param shadowStackCheck supervisor shadow-stack check (15.25.14)
 * @param readOnlyGuestTables the guest's page tables may lie in read-only nested pages (15.25.5)
 * @param physicalAddressWidth bits of a physical address, 32 to 52: address bits from here up are reserved in entries
 */
public record NptContext(
        long nCr3,
        int levels,
        boolean executeTrap,
        boolean shadowStackCheck,
        boolean readOnlyGuestTables,
        int physicalAddressWidth) {
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final int EXECUTE_TRAP = 3;
    private static final int SHADOW_STACK_CHECK = 4;
    private static final int READ_ONLY_TABLES = 6;

    /** Tables read at most to tell 4 levels from 5. */
    private static final int TABLES_TRIED = 2000;

    /** The share of leaves, in percent, that lead below the end of memory: the others may be devices given to the guest. */
    private static final int LEAVES_IN_MEMORY = 90;

    public NptContext {
        if (levels != 4 && levels != 5) {
            throw new IllegalArgumentException("nested page tables of %d levels".formatted(levels));
        }
        if (physicalAddressWidth < 32 || physicalAddressWidth > PagingContext.WIDEST) {
            throw new IllegalArgumentException("physical-address width " + physicalAddressWidth);
        }
    }

    /** Tables of so many levels at {@code nCr3}, without any of the optional features. */
    public static NptContext of(long nCr3, int levels) {
        return new NptContext(nCr3, levels, false, false, false, PagingContext.WIDEST);
    }

    /**
     * What a VMCB says; the levels are found out from the tables in {@code memory}.
     *
     * @param memory holds the tables
     * @return not applicable if the guest runs without nested paging
     */
    public static Observed<NptContext> of(VmcbValues vmcb, PhysicalMemory memory) {
        return vmcb.get(VmcbField.NESTED_CONTROL).flatMap(control -> {
            if ((control & 1) == 0) {
                return new Observed.NotApplicable<>("the guest runs without nested paging: NP_ENABLE is 0");
            }
            return vmcb.get(VmcbField.N_CR3)
                    .map(nCr3 -> new NptContext(
                            nCr3,
                            assumedLevels(memory, nCr3),
                            bit(control, EXECUTE_TRAP),
                            bit(control, SHADOW_STACK_CHECK),
                            bit(control, READ_ONLY_TABLES),
                            PagingContext.WIDEST));
        });
    }

    /**
     * 5 if the tables at {@code nCr3} hold up as tables of 5 levels, else 4. Read with a level too few, tables of 5 levels pass, so 5 is tried
     * first; read with a level too many, those of 4 levels end in reserved bits, or in the guest's data, which do not lead to captured memory as
     * a guest's pages do.
     */
    public static int assumedLevels(PhysicalMemory memory, long nCr3) {
        TableRanges ranges = new NestedPageTables(memory, of(nCr3, 5))
                .ranges(TableLimits.standard().withTables(TABLES_TRIED));
        long top = memory.ranges().isEmpty() ? 0 : memory.ranges().getLast().end();
        long inMemory = 0;
        while (ranges.hasNext()) {
            MappedRange range = ranges.next();
            inMemory += Long.compareUnsigned(range.output() + range.length(), top) <= 0 ? range.leaves() : 0;
        }
        TableSummary summary = ranges.summary();
        boolean broken = summary.leaves() == 0
                || 100 * inMemory < LEAVES_IN_MEMORY * summary.leaves()
                || summary.findings().stream()
                        .anyMatch(finding -> finding.code().equals("translation.reserved-entry")
                                || finding.code().equals("translation.table-not-readable"));
        return broken ? 4 : 5;
    }

    /** The same read as tables of so many levels. */
    public NptContext withLevels(int other) {
        return new NptContext(nCr3, other, executeTrap, shadowStackCheck, readOnlyGuestTables, physicalAddressWidth);
    }

    /** Physical address of the root table. */
    public long root() {
        return nCr3 & ADDRESS;
    }

    /** The host's paging that the tables have the form of. */
    PagingContext paging() {
        PagingMode mode = levels == 5 ? PagingMode.FIVE_LEVEL : PagingMode.FOUR_LEVEL;
        return new PagingContext(mode, nCr3, true, true, physicalAddressWidth);
    }

    private static boolean bit(long word, int bit) {
        return (word >>> bit & 1) != 0;
    }
}
