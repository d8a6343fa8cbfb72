package org.ringside.decoder.paging;

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

/** The tables of one {@link PagingContext} with paging on. */
final class PagingFormat implements TableFormat {
    private static final long P = 1;
    private static final long RW = 1 << 1;
    private static final long US = 1 << 2;
    private static final long A = 1 << 5;
    private static final long D = 1 << 6;
    private static final long PS = 1 << 7;
    private static final long G = 1 << 8;
    private static final long RESTART = 1 << 11;
    private static final long XD = 1L << 63;
    private static final int ATTRIBUTE_GLOBAL = 8;
    private static final int KEY_SHIFT = 4;

    private static final List<TableLevel> FIVE = List.of(
            new TableLevel(5, "PML5E", 48, 9, 8),
            new TableLevel(4, "PML4E", 39, 9, 8),
            new TableLevel(3, "PDPTE", 30, 9, 8),
            new TableLevel(2, "PDE", 21, 9, 8),
            new TableLevel(1, "PTE", 12, 9, 8));
    private static final List<TableLevel> FOUR = FIVE.subList(1, 5);
    private static final List<TableLevel> PAE_LEVELS = List.of(
            new TableLevel(3, "PDPTE", 30, 2, 8),
            new TableLevel(2, "PDE", 21, 9, 8),
            new TableLevel(1, "PTE", 12, 9, 8));
    private static final List<TableLevel> SHORT =
            List.of(new TableLevel(2, "PDE", 22, 10, 4), new TableLevel(1, "PTE", 12, 10, 4));

    private final PagingContext context;
    private final boolean hlat;
    private final PagingMode mode;
    private final List<TableLevel> levels;
    private final long addressMask;
    private final long beyondWidth;

    PagingFormat(PagingContext context) {
        this(context, false);
    }

    /** @param hlat whether the tables are those of HLAT paging, in which bit 11 restarts the translation */
    PagingFormat(PagingContext context, boolean hlat) {
        this.context = context;
        this.hlat = hlat;
        this.mode = context.mode();
        this.levels = switch (mode) {
            case NONE -> throw new IllegalArgumentException("without paging there are no tables");
            case THIRTY_TWO_BIT -> SHORT;
            case PAE -> PAE_LEVELS;
            case FOUR_LEVEL -> FOUR;
            case FIVE_LEVEL -> FIVE;
        };
        boolean shortEntries = mode == PagingMode.THIRTY_TWO_BIT;
        this.addressMask = shortEntries ? 0xffff_f000L : 0x000f_ffff_ffff_f000L;
        this.beyondWidth = shortEntries ? 0 : addressMask & -(1L << context.physicalAddressWidth());
    }

    boolean isHlat() {
        return hlat;
    }

    @Override
    public String name() {
        return hlat ? "HLAT " + mode.title() : mode.title();
    }

    @Override
    public List<TableLevel> levels() {
        return levels;
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        if ((entry & P) == 0) {
            return EntryKind.NOT_PRESENT;
        }
        boolean leaf = isLeaf(level, entry);
        if ((entry & reservedBits(level, leaf)) != 0) {
            return EntryKind.RESERVED;
        }
        if (hlat && (entry & RESTART) != 0) {
            return EntryKind.RESTART;
        }
        return leaf ? EntryKind.LEAF : EntryKind.TABLE;
    }

    private boolean isLeaf(TableLevel level, long entry) {
        return switch (level.number()) {
            case 1 -> true;
            case 2 -> (entry & PS) != 0 && (mode != PagingMode.THIRTY_TWO_BIT || context.pageSizeExtensions());
            case 3 -> (entry & PS) != 0 && mode != PagingMode.PAE;
            default -> false;
        };
    }

    /** Bits that make a present entry fault; kept apart from the layouts, as CR4, EFER and MAXPHYADDR decide some of them. */
    private long reservedBits(TableLevel level, boolean leaf) {
        if (mode == PagingMode.THIRTY_TWO_BIT) {
            return leaf && level.number() == 2 ? reservedIn4M() : 0;
        }
        long reserved = beyondWidth | (context.executeDisable() ? 0 : XD);
        if (mode == PagingMode.PAE) {
            reserved |= level.number() == 3 ? 0xfff0_0000_0000_01e6L : 0x7ff0_0000_0000_0000L;
        }
        return switch (level.number()) {
            case 4, 5 -> reserved | PS;
            case 3 -> leaf ? reserved | 0x3fff_e000L : reserved;
            case 2 -> leaf ? reserved | 0x001f_e000L : reserved;
            default -> reserved;
        };
    }

    /** With PSE-36 a 4 MiB page has min(40, MAXPHYADDR) address bits; what is left of bits 21:13 is reserved (SDM vol. 3, 4.3). */
    private long reservedIn4M() {
        int width = Math.min(40, context.physicalAddressWidth());
        return 0x003f_e000L & -(1L << (width - 19));
    }

    @Override
    public long tableAddress(TableLevel level, long entry) {
        return entry & addressMask;
    }

    @Override
    public long leafAddress(TableLevel level, long entry) {
        if (mode == PagingMode.THIRTY_TWO_BIT && level.number() == 2) {
            return (entry & 0xffc0_0000L) | (entry >>> 13 & 0xff) << 32;
        }
        return entry & addressMask & -level.entrySpan();
    }

    @Override
    public int rights(TableLevel level, long entry) {
        if (mode == PagingMode.PAE && level.number() == 3) {
            int shadowStack = context.shadowStacks() ? AccessRights.SHADOW_STACK : 0;
            return AccessRights.READ | AccessRights.WRITE | AccessRights.EXECUTE | AccessRights.USER | shadowStack;
        }
        boolean forbidsExecute = mode != PagingMode.THIRTY_TWO_BIT && (entry & XD) != 0;
        return AccessRights.READ
                | ((entry & RW) != 0 ? AccessRights.WRITE : 0)
                | ((entry & US) != 0 ? AccessRights.USER : 0)
                | (forbidsExecute ? 0 : AccessRights.EXECUTE)
                | (context.shadowStacks() && keepsShadowStack(level, entry) ? AccessRights.SHADOW_STACK : 0);
    }

    /** A shadow stack is mapped by an entry with R/W = 0 and D = 1, and all entries above it have R/W = 1 (SDM vol. 3, 4.6.1). */
    boolean keepsShadowStack(TableLevel level, long entry) {
        if (mode == PagingMode.PAE && level.number() == 3) {
            return true;
        }
        boolean writable = (entry & RW) != 0;
        return isLeaf(level, entry) ? !writable && (entry & D) != 0 : writable;
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        int patBit = level.number() == 1 ? 7 : 12;
        int pat = (int) (entry >>> 3 & 3) | (int) (entry >>> patBit & 1) << 2;
        int key = context.protectionKeys() ? protectionKey(entry) : 0;
        return pat | ((entry & G) != 0 ? ATTRIBUTE_GLOBAL : 0) | key << KEY_SHIFT;
    }

    /** Bits 62:59 of a leaf of 4-level or 5-level paging. */
    static int protectionKey(long entry) {
        return (int) (entry >>> 59) & 0xf;
    }

    @Override
    public boolean accessed(TableLevel level, long entry) {
        return (entry & A) != 0;
    }

    @Override
    public boolean dirty(TableLevel level, long entry) {
        return (entry & D) != 0;
    }

    @Override
    public String describeAttributes(int attributes) {
        int pat = attributes & 7;
        int key = attributes >>> KEY_SHIFT;
        List<String> words = new ArrayList<>();
        if (pat != 0) {
            words.add("PAT entry " + pat);
        }
        if ((attributes & ATTRIBUTE_GLOBAL) != 0) {
            words.add("global");
        }
        if (key != 0) {
            words.add("protection key " + key);
        }
        return String.join(", ", words);
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        boolean shortEntries = mode == PagingMode.THIRTY_TWO_BIT;
        if ((entry & P) == 0) {
            return shortEntries ? PagingLayouts.SHORT_ABSENT : PagingLayouts.LONG_ABSENT;
        }
        boolean leaf = isLeaf(level, entry);
        if (shortEntries) {
            return level.number() == 1
                    ? PagingLayouts.SHORT_PTE
                    : leaf ? PagingLayouts.SHORT_PD_4M : PagingLayouts.SHORT_PD_TABLE;
        }
        if (mode == PagingMode.PAE) {
            return switch (level.number()) {
                case 3 -> PagingLayouts.PAE_PDPTE;
                case 2 -> leaf ? PagingLayouts.PAE_PD_2M : PagingLayouts.PAE_PD_TABLE;
                default -> PagingLayouts.PAE_PTE;
            };
        }
        return switch (level.number()) {
            case 5 -> PagingLayouts.PML5_TABLE;
            case 4 -> PagingLayouts.PML4_TABLE;
            case 3 -> leaf ? PagingLayouts.PDPT_1G : PagingLayouts.PDPT_TABLE;
            case 2 -> leaf ? PagingLayouts.PD_2M : PagingLayouts.PD_TABLE;
            default -> PagingLayouts.PTE;
        };
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        List<Finding> findings = new ArrayList<>();
        if ((entry & beyondWidth) != 0) {
            findings.add(refusal(
                    span,
                    "address bits from %d up are reserved on this processor (MAXPHYADDR)"
                            .formatted(context.physicalAddressWidth())));
        }
        boolean large = mode == PagingMode.THIRTY_TWO_BIT && level.number() == 2 && isLeaf(level, entry);
        if (large && (entry & reservedIn4M()) != 0) {
            findings.add(refusal(
                    span,
                    "bits 21:%d are reserved in a 4 MiB page of this processor (MAXPHYADDR)"
                            .formatted(Math.min(40, context.physicalAddressWidth()) - 19)));
        }
        boolean checksXd = mode != PagingMode.THIRTY_TWO_BIT && !context.executeDisable();
        if (checksXd && (entry & XD) != 0) {
            findings.add(refusal(span, "XD (bit 63) is reserved while IA32_EFER.NXE = 0"));
        }
        return findings;
    }

    private static Finding refusal(ByteSpan span, String message) {
        return new Finding(
                Severity.WARNING,
                "paging.reserved-bits-set",
                "entry at 0x%x: %s".formatted(span.address(), message),
                Optional.of(span),
                Optional.empty());
    }

    @Override
    public long canonical(long input) {
        int unused = 64 - mode.linearBits();
        return mode.linearBits() == 32 ? input & 0xffff_ffffL : input << unused >> unused;
    }
}
