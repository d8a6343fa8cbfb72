package org.ringside.app.ept;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ringside.app.map.PageCells;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.trace.ProgressMonitor;

/** The rights of guest pages as codes of a picture: the fewer rights a page has, the more it tells, the higher its code. */
final class EptCells {
    private static final int MOST_PIECES = 64;

    private static final int MEANT =
            AccessRights.READ | AccessRights.WRITE | AccessRights.EXECUTE | AccessRights.USER_EXECUTE;

    /** The code of a page that is not mapped. */
    static final byte NOT_MAPPED = 0;

    /** Rights that have a code. */
    static final List<AccessRights> RIGHTS = rights();

    /** Codes are 0 to this, not included. */
    static final int CODES = RIGHTS.size() + 1;

    private EptCells() {}

    private static List<AccessRights> rights() {
        List<AccessRights> all = new ArrayList<>();
        for (int mask = 1; mask <= MEANT; mask++) {
            if ((mask & ~MEANT) == 0) {
                all.add(new AccessRights(mask));
            }
        }
        all.sort(Comparator.comparingInt((AccessRights rights) -> -Integer.bitCount(rights.mask()))
                .thenComparingInt(AccessRights::mask));
        return List.copyOf(all);
    }

    static byte code(AccessRights rights) {
        return (byte) (RIGHTS.indexOf(new AccessRights(rights.mask() & MEANT)) + 1);
    }

    /** The rights of a code; none of {@link #NOT_MAPPED}. */
    static AccessRights rights(byte code) {
        return code == NOT_MAPPED ? AccessRights.NONE : RIGHTS.get(code - 1);
    }

    /** The picture of a piece of guest-physical memory. */
    static PageCells picture(List<MappedRange> ranges, AddressRange piece, ProgressMonitor monitor) {
        return PageCells.of(
                piece.start(),
                piece.end(),
                painter -> ranges.stream()
                        .filter(range -> range.input() < piece.end() && range.input() + range.length() > piece.start())
                        .forEach(range -> painter.raise(
                                AddressRange.ofLength(range.input(), range.length()), code(range.rights()))),
                monitor);
    }

    /**
     * Mapped memory in pieces that lie far from each other: with everything on one picture they would be specks. Ascending, not many.
     *
     * @param gap bytes that part two pieces; more if there would be too many
     */
    static List<AddressRange> pieces(List<MappedRange> ranges, long gap) {
        List<AddressRange> pieces = parted(ranges, gap);
        for (long wider = gap * 4; pieces.size() > MOST_PIECES; wider *= 4) {
            pieces = parted(ranges, wider);
        }
        return pieces;
    }

    private static List<AddressRange> parted(List<MappedRange> ranges, long gap) {
        List<AddressRange> pieces = new ArrayList<>();
        for (MappedRange range : ranges) {
            long end = range.input() + range.length();
            if (!pieces.isEmpty() && range.input() - pieces.getLast().end() < gap) {
                pieces.set(pieces.size() - 1, new AddressRange(pieces.getLast().start(), end));
            } else {
                pieces.add(new AddressRange(range.input(), end));
            }
        }
        return pieces;
    }
}
