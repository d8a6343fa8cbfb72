package org.ringside.decoder.paging;

import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.IdentityFormat;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableSummary;

/**
 * What decides how linear addresses are translated.
 *
 * @param mode the paging mode
 * @param cr3 CR3, as loaded: root and flags
 * @param pageSizeExtensions CR4.PSE: 4 MiB pages in 32-bit paging
 * @param executeDisable IA32_EFER.NXE: bit 63 of an entry forbids instruction fetches, else it is reserved
 * @param physicalAddressWidth MAXPHYADDR, 32 to 52: address bits from here up are reserved in entries
 * @param shadowStacks CR4.CET: a page that is not writable but dirty is a shadow stack
 * @param protectionKeys CR4.PKE or CR4.PKS: bits 62:59 of a leaf are its protection key, else they are ignored
 */
public record PagingContext(
        PagingMode mode,
        long cr3,
        boolean pageSizeExtensions,
        boolean executeDisable,
        int physicalAddressWidth,
        boolean shadowStacks,
        boolean protectionKeys) {
    /** The widest MAXPHYADDR there is: assumed where it was not captured, as it calls no valid entry reserved. */
    public static final int WIDEST = 52;

    private static final long CR4_PSE = 1L << 4;
    private static final long CR4_PKE = 1L << 22;
    private static final long CR4_CET = 1L << 23;
    private static final long CR4_PKS = 1L << 24;
    private static final long EFER_NXE = 1L << 11;

    public PagingContext {
        if (physicalAddressWidth < 32 || physicalAddressWidth > WIDEST) {
            throw new IllegalArgumentException("physical-address width " + physicalAddressWidth);
        }
    }

    /** Without shadow stacks and protection keys. */
    public PagingContext(
            PagingMode mode, long cr3, boolean pageSizeExtensions, boolean executeDisable, int physicalAddressWidth) {
        this(mode, cr3, pageSizeExtensions, executeDisable, physicalAddressWidth, false, false);
    }

    /** 4-level paging from {@code cr3}, as most 64-bit kernels have it. */
    public static PagingContext fourLevel(long cr3) {
        return new PagingContext(PagingMode.FOUR_LEVEL, cr3, true, true, WIDEST);
    }

    /**
     * For when nothing but CR3 of a 64-bit kernel is known: 5-level paging if the tables at {@code cr3} hold up as such, else 4-level. Read with
     * a level too many, 4-level tables end in reserved bits and in data; read with a level too few, 5-level tables pass, so they are tried
     * first.
     */
    public static PagingContext assumed(PhysicalMemory memory, long cr3) {
        PagingContext four = fourLevel(cr3);
        PagingContext five = new PagingContext(PagingMode.FIVE_LEVEL, cr3, true, true, WIDEST);
        TableRanges ranges =
                new PageWalker(memory, five).ranges(TableLimits.standard().withTables(2000));
        long end = memory.ranges().isEmpty() ? 0 : memory.ranges().getLast().end();
        long far = 0;
        long all = 0;
        while (ranges.hasNext()) {
            // Data read as entries leads anywhere in 2^52 bytes; tables lead to memory, and seldom to a device beyond
            // it.
            far += Long.compareUnsigned(ranges.next().output(), 2 * end) > 0 ? 1 : 0;
            all++;
        }
        TableSummary summary = ranges.summary();
        boolean broken = summary.leaves() == 0
                || 2 * far > all
                || summary.findings().stream()
                        .anyMatch(finding -> finding.code().equals("translation.reserved-entry")
                                || finding.code().equals("translation.table-not-readable"));
        return broken ? four : five;
    }

    /** What the captured registers say, {@code maxphyaddr} among them if it is there; or which of them is missing. */
    public static Observed<PagingContext> of(CpuRegisters registers) {
        return PagingMode.of(registers).flatMap(mode -> {
            if (mode == PagingMode.NONE) {
                return Observed.known(new PagingContext(mode, 0, false, false, WIDEST));
            }
            return registers.get("cr3").map(cr3 -> {
                long cr4 = registers.get("cr4").orElse(0L);
                boolean nxe = (registers.get("efer").orElse(0L) & EFER_NXE) != 0;
                long width = registers.get("maxphyaddr").orElse((long) WIDEST);
                return new PagingContext(
                        mode,
                        cr3,
                        (cr4 & CR4_PSE) != 0,
                        nxe,
                        width >= 32 && width <= WIDEST ? (int) width : WIDEST,
                        (cr4 & CR4_CET) != 0,
                        mode.isLong() && (cr4 & (CR4_PKE | CR4_PKS)) != 0);
            });
        });
    }

    /** The same processor in another address space. */
    public PagingContext withCr3(long other) {
        return new PagingContext(
                mode, other, pageSizeExtensions, executeDisable, physicalAddressWidth, shadowStacks, protectionKeys);
    }

    /** The form of the tables; without paging, of none. */
    public TableFormat format() {
        return mode == PagingMode.NONE
                ? new IdentityFormat(mode.title(), mode.linearBits(), PageWalker.ALL)
                : new PagingFormat(this);
    }

    /** Physical address of the root table. */
    public long root() {
        return switch (mode) {
            case NONE -> 0;
            case THIRTY_TWO_BIT -> cr3 & 0xffff_f000L;
            case PAE -> cr3 & 0xffff_ffe0L;
            case FOUR_LEVEL, FIVE_LEVEL -> cr3 & 0x000f_ffff_ffff_f000L;
        };
    }
}
