package org.ringside.decoder.translation;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;

/** The rules of one kind of radix translation table. Immutable. */
public interface TableFormat {
    /** For example {@code "4-level paging"}. */
    String name();

    /** Root level first; none only in {@link IdentityFormat}. */
    List<TableLevel> levels();

    /** What an entry is. {@code entry} is zero-extended from the level's width. */
    EntryKind kind(TableLevel level, long entry);

    /** The physical address that a {@link EntryKind#TABLE} entry refers to. */
    long tableAddress(TableLevel level, long entry);

    /** The physical address that a {@link EntryKind#LEAF} entry maps its first byte to. */
    long leafAddress(TableLevel level, long entry);

    /** Bits of {@link AccessRights}; ANDed from the root to the leaf. */
    int rights(TableLevel level, long entry);

    /**
     * What a leaf says beyond address and rights and what makes two neighbouring leaves different (memory type, snoop behaviour). Accessed
     * and dirty bits do not belong here.
     */
    int attributes(TableLevel level, long entry);

    /** Whether the entry says that it was used; false where the format has no such bit. */
    boolean accessed(TableLevel level, long entry);

    /** Whether a leaf says that its memory was written; false where the format has no such bit. */
    boolean dirty(TableLevel level, long entry);

    /** {@link #attributes} in words; empty for the usual ones. */
    String describeAttributes(int attributes);

    /** The bit table of an entry of this kind. */
    BitFieldLayout layout(TableLevel level, long entry);

    /** Why a {@link EntryKind#RESERVED} entry is refused, beyond what its layout says. */
    List<Finding> refusals(TableLevel level, long entry, ByteSpan span);

    /** The input address as software writes it: sign-extended where addresses are canonical. */
    default long canonical(long input) {
        return input;
    }

    /** Bits of the input address that are translated: the shift and index width of the root. */
    default int inputBits() {
        TableLevel root = levels().getFirst();
        return root.shift() + root.indexBits();
    }
}
