package org.ringside.decoder.ept;

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

/** The tables of one {@link EptContext}. Without mode-based control, the one execute bit is {@link AccessRights#EXECUTE}. */
final class EptFormat implements TableFormat {
    static final long READ = 1;
    static final long WRITE = 2;
    static final long EXECUTE = 4;
    static final long USER_EXECUTE = 1 << 10;
    static final long SUB_PAGE = 1L << 61;
    static final long SUPPRESS_VE = 1L << 63;
    private static final long LARGE = 1 << 7;
    private static final long ACCESSED = 1 << 8;
    private static final long DIRTY = 1 << 9;
    static final long VERIFY_PAGING = 1L << 57;
    static final long PAGING_WRITE = 1L << 58;
    static final long SHADOW_STACK = 1L << 60;
    private static final long RARE_ATTRIBUTES = SUPPRESS_VE | PAGING_WRITE | SUB_PAGE | SHADOW_STACK | VERIFY_PAGING;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    private static final int ATTRIBUTE_IGNORE_PAT = 1 << 3;
    private static final int ATTRIBUTE_SUPPRESS_VE = 1 << 4;
    private static final int ATTRIBUTE_PAGING_WRITE = 1 << 5;
    private static final int ATTRIBUTE_SUB_PAGE = 1 << 6;
    private static final int ATTRIBUTE_SHADOW_STACK = 1 << 7;
    private static final int ATTRIBUTE_VERIFY_PAGING = 1 << 8;
    private static final int WRITE_BACK = 6;
    private static final String[] TYPES = {"UC", "WC", "type 2", "type 3", "WT", "WP", "WB", "type 7"};

    private static final List<TableLevel> FIVE = List.of(
            new TableLevel(5, "EPT PML5E", 48, 9, 8),
            new TableLevel(4, "EPT PML4E", 39, 9, 8),
            new TableLevel(3, "EPT PDPTE", 30, 9, 8),
            new TableLevel(2, "EPT PDE", 21, 9, 8),
            new TableLevel(1, "EPT PTE", 12, 9, 8));

    private final EptContext context;
    private final List<TableLevel> levels;
    private final long presentMask;
    private final long beyondWidth;

    EptFormat(EptContext context) {
        this.context = context;
        this.levels = context.pointer().levels() == 5 ? FIVE : FIVE.subList(1, 5);
        this.presentMask = READ | WRITE | EXECUTE | (context.modeBasedExecute() ? USER_EXECUTE : 0);
        this.beyondWidth = ADDRESS & -(1L << context.physicalAddressWidth());
    }

    @Override
    public String name() {
        return "%d-level EPT".formatted(levels.size());
    }

    @Override
    public List<TableLevel> levels() {
        return levels;
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        if ((entry & presentMask) == 0) {
            return EntryKind.NOT_PRESENT;
        }
        boolean leaf = isLeaf(level, entry);
        if (isMisconfigured(level, entry, leaf)) {
            return EntryKind.RESERVED;
        }
        return leaf ? EntryKind.LEAF : EntryKind.TABLE;
    }

    private static boolean isLeaf(TableLevel level, long entry) {
        return switch (level.number()) {
            case 1 -> true;
            case 2, 3 -> (entry & LARGE) != 0;
            default -> false;
        };
    }

    private boolean isMisconfigured(TableLevel level, long entry, boolean leaf) {
        if ((entry & (reservedBits(level, leaf) | beyondWidth)) != 0) {
            return true;
        }
        if ((entry & READ) == 0
                && ((entry & WRITE) != 0
                        || !context.executeOnly()
                        || (leaf && context.pagingWrite() && (entry & PAGING_WRITE) != 0))) {
            return true;
        }
        return leaf && isReservedType((int) (entry >>> 3 & 7));
    }

    private static boolean isReservedType(int type) {
        return type == 2 || type == 3 || type == 7;
    }

    private static long reservedBits(TableLevel level, boolean leaf) {
        return switch (level.number()) {
            case 4, 5 -> 0xf8;
            case 3 -> leaf ? 0x3fff_f000L : 0x78;
            case 2 -> leaf ? 0x001f_f000L : 0x78;
            default -> 0;
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
        int user = context.modeBasedExecute() && (entry & USER_EXECUTE) != 0 ? AccessRights.USER_EXECUTE : 0;
        return ((entry & READ) != 0 ? AccessRights.READ : 0)
                | ((entry & WRITE) != 0 ? AccessRights.WRITE : 0)
                | ((entry & EXECUTE) != 0 ? AccessRights.EXECUTE : 0)
                | user;
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        int common = (int) (entry >>> 3 & 0xf);
        // Hardly an entry has one of the others, and maps have millions of entries.
        if ((entry & RARE_ATTRIBUTES) == 0) {
            return common;
        }
        return common
                | attribute(context.virtualizationException(), entry, SUPPRESS_VE, ATTRIBUTE_SUPPRESS_VE)
                | attribute(context.pagingWrite(), entry, PAGING_WRITE, ATTRIBUTE_PAGING_WRITE)
                | attribute(context.subPagePermissions() && level.number() == 1, entry, SUB_PAGE, ATTRIBUTE_SUB_PAGE)
                | attribute(context.pointer().supervisorShadowStack(), entry, SHADOW_STACK, ATTRIBUTE_SHADOW_STACK)
                | attribute(context.verifyGuestPaging(), entry, VERIFY_PAGING, ATTRIBUTE_VERIFY_PAGING);
    }

    private static int attribute(boolean used, long entry, long bit, int attribute) {
        return used && (entry & bit) != 0 ? attribute : 0;
    }

    @Override
    public boolean accessed(TableLevel level, long entry) {
        return context.pointer().accessedAndDirty() && (entry & ACCESSED) != 0;
    }

    @Override
    public boolean dirty(TableLevel level, long entry) {
        return context.pointer().accessedAndDirty() && (entry & DIRTY) != 0;
    }

    @Override
    public String describeAttributes(int attributes) {
        List<String> words = new ArrayList<>();
        if ((attributes & 7) != WRITE_BACK) {
            words.add(TYPES[attributes & 7]);
        }
        word(words, attributes, ATTRIBUTE_IGNORE_PAT, "ignore PAT");
        word(words, attributes, ATTRIBUTE_SUPPRESS_VE, "suppress #VE");
        word(words, attributes, ATTRIBUTE_PAGING_WRITE, "paging-write");
        word(words, attributes, ATTRIBUTE_SUB_PAGE, "sub-page permissions");
        word(words, attributes, ATTRIBUTE_SHADOW_STACK, "supervisor shadow stack");
        word(words, attributes, ATTRIBUTE_VERIFY_PAGING, "verify guest paging");
        return String.join(", ", words);
    }

    private static void word(List<String> words, int attributes, int bit, String word) {
        if ((attributes & bit) != 0) {
            words.add(word);
        }
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        if ((entry & presentMask) == 0) {
            return EptLayouts.ABSENT;
        }
        boolean leaf = isLeaf(level, entry);
        return switch (level.number()) {
            case 5 -> EptLayouts.PML5_TABLE;
            case 4 -> EptLayouts.PML4_TABLE;
            case 3 -> leaf ? EptLayouts.PDPT_1G : EptLayouts.PDPT_TABLE;
            case 2 -> leaf ? EptLayouts.PD_2M : EptLayouts.PD_TABLE;
            default -> EptLayouts.PTE;
        };
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        List<Finding> findings = new ArrayList<>();
        if ((entry & READ) == 0 && (entry & WRITE) != 0) {
            findings.add(misconfiguration(span, "ept.write-without-read", "allows writes but not reads"));
        }
        if ((entry & (READ | WRITE)) == 0 && !context.executeOnly()) {
            findings.add(misconfiguration(
                    span,
                    "ept.execute-only-not-supported",
                    "allows fetches alone, which this processor does not support"));
        }
        boolean leaf = isLeaf(level, entry);
        if (leaf && (entry & READ) == 0 && context.pagingWrite() && (entry & PAGING_WRITE) != 0) {
            findings.add(misconfiguration(span, "ept.paging-write-without-read", "allows paging writes but not reads"));
        }
        if (leaf && isReservedType((int) (entry >>> 3 & 7))) {
            findings.add(misconfiguration(
                    span, "ept.reserved-memory-type", "has the reserved memory type " + (entry >>> 3 & 7)));
        }
        if ((entry & beyondWidth) != 0) {
            findings.add(misconfiguration(
                    span,
                    "ept.address-beyond-width",
                    "has address bits from %d up, which this processor does not have"
                            .formatted(context.physicalAddressWidth())));
        }
        if ((entry & reservedBits(level, leaf)) != 0) {
            findings.add(misconfiguration(
                    span,
                    "ept.reserved-bits-set",
                    "has reserved bits set: 0x%x".formatted(entry & reservedBits(level, leaf))));
        }
        return findings;
    }

    private static Finding misconfiguration(ByteSpan span, String code, String message) {
        return new Finding(
                Severity.ERROR,
                code,
                "EPT misconfiguration: the entry at 0x%x %s".formatted(span.address(), message),
                Optional.of(span),
                Optional.of(EptLayouts.MISCONFIGURATION));
    }
}
