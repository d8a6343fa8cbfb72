package org.ringside.app.memory;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;

/**
 * One row of the memory view: what is known of its bytes now.
 *
 * @param position of the first byte on the line of its space
 * @param address of the first byte in its space
 * @param offset of the first byte in its page
 * @param length bytes, all in one page
 * @param shown the page as shown; null while it is being read
 * @param baseline the page as it was in the baseline; null while it is being read, or if nothing is compared
 * @param compared whether there is a baseline
 */
public record HexRow(
        long position,
        long address,
        int offset,
        int length,
        @Nullable LoadedPage shown,
        @Nullable LoadedPage baseline,
        boolean compared) {
    /** A byte whose value is not known. */
    public static final int UNKNOWN = -1;

    /** Which of the two snapshots. */
    public enum Side {
        /** The snapshot that the moment shows. */
        SHOWN,
        /** What it is compared with. */
        BASELINE
    }

    /** What became of a byte since the baseline. */
    public enum Change {
        /** The same, or not known on one side, or not compared. */
        NONE,
        /** Known on both sides, different. */
        CHANGED,
        /** Captured only in the shown snapshot. */
        APPEARED,
        /** Captured only in the baseline. */
        VANISHED
    }

    public @Nullable LoadedPage page(Side side) {
        return side == Side.SHOWN ? shown : baseline;
    }

    /** Whether the bytes of this side are still being read. */
    public boolean isLoading(Side side) {
        return page(side) == null && (side == Side.SHOWN || compared);
    }

    /** Why the bytes of this side are not known; empty if they are, or are still being read. */
    public Optional<Observed<byte[]>> absence(Side side) {
        LoadedPage page = page(side);
        return page == null || page.bytes().isKnown() ? Optional.empty() : Optional.of(page.bytes());
    }

    /** A byte, 0 to 255, or {@link #UNKNOWN}. */
    public int value(Side side, int index) {
        LoadedPage page = page(side);
        return page != null && page.bytes() instanceof Observed.Known<byte[]>(byte[] bytes)
                ? bytes[offset + index] & 0xff
                : UNKNOWN;
    }

    public Change change(int index) {
        if (!compared || shown == null || baseline == null) {
            return Change.NONE;
        }
        int now = value(Side.SHOWN, index);
        int before = value(Side.BASELINE, index);
        if (now != UNKNOWN && before != UNKNOWN) {
            return now == before ? Change.NONE : Change.CHANGED;
        }
        if (now != UNKNOWN && baseline.bytes() instanceof Observed.NotCaptured) {
            return Change.APPEARED;
        }
        return before != UNKNOWN && shown.bytes() instanceof Observed.NotCaptured ? Change.VANISHED : Change.NONE;
    }
}
