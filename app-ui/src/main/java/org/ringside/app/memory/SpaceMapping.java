package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableRanges;

/**
 * Everything that can be read of a space: what it maps and what of that was captured. Immutable.
 *
 * @param pieces by position; they do not overlap
 * @param complete whether that is all: false if tables could not be read, or if there was more than is listed
 */
record SpaceMapping(List<Piece> pieces, boolean complete) {
    /** Pieces listed at most: hostile tables may map the same page any number of times. */
    static final int MOST_PIECES = 1 << 19;

    /** Bytes listed at most: 256 GiB. */
    static final long MOST_BYTES = 256L << 30;

    /**
     * Neighbouring pages that lead to neighbouring pages.
     *
     * @param position of the first byte on the line of the space
     * @param length bytes, a whole number of pages
     * @param physical physical address of the first byte
     */
    record Piece(long position, long length, long physical) {
        long end() {
            return position + length;
        }
    }

    SpaceMapping {
        pieces = List.copyOf(pieces);
    }

    /** Physical memory as a space: what was captured lies where it is. */
    static SpaceMapping physical(PhysicalMemory memory) {
        return new SpaceMapping(
                memory.ranges().stream()
                        .map(range -> new Piece(range.start(), range.length(), range.start()))
                        .toList(),
                true);
    }

    /** What tables map, as far as {@code memory} has it; reads all tables. */
    static SpaceMapping of(TableRanges ranges, LinearSpace linear, PhysicalMemory memory) {
        return of(ranges, () -> ranges.summary().complete(), linear, memory);
    }

    /**
     * What is mapped, as far as {@code memory} has it.
     *
     * @param ranges by input address
     * @param complete asked at the end: whether they are all
     */
    static SpaceMapping of(
            Iterator<MappedRange> ranges, BooleanSupplier complete, LinearSpace linear, PhysicalMemory memory) {
        List<AddressRange> captured = memory.ranges();
        List<Piece> pieces = new ArrayList<>();
        long bytes = 0;
        while (ranges.hasNext() && pieces.size() < MOST_PIECES && bytes < MOST_BYTES) {
            MappedRange range = ranges.next();
            OptionalLong position = linear.position(range.input());
            if (position.isPresent()) {
                bytes += add(range, position.getAsLong(), captured, pieces);
            }
        }
        return new SpaceMapping(pieces, !ranges.hasNext() && complete.getAsBoolean());
    }

    /** Adds what of a range was captured; tells how many bytes. */
    private static long add(MappedRange range, long position, List<AddressRange> captured, List<Piece> pieces) {
        long end = range.output() + range.length();
        long bytes = 0;
        for (int i = firstEndingAfter(captured, range.output()); i < captured.size(); i++) {
            AddressRange part = captured.get(i);
            if (Long.compareUnsigned(part.start(), end) >= 0 || pieces.size() >= MOST_PIECES) {
                break;
            }
            long from = Long.compareUnsigned(part.start(), range.output()) > 0 ? part.start() : range.output();
            long until = Long.compareUnsigned(part.end(), end) < 0 ? part.end() : end;
            pieces.add(new Piece(position + (from - range.output()), until - from, from));
            bytes += until - from;
        }
        return bytes;
    }

    private static int firstEndingAfter(List<AddressRange> captured, long address) {
        int low = 0;
        int high = captured.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(captured.get(middle).end(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Bytes in all pieces. */
    long bytes() {
        return pieces.stream().mapToLong(Piece::length).sum();
    }

    /** The physical address of what lies at a position; empty if it is not mapped or was not captured. */
    OptionalLong physical(long position) {
        int low = 0;
        int high = pieces.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Piece piece = pieces.get(middle);
            if (position < piece.position()) {
                high = middle - 1;
            } else if (position >= piece.end()) {
                low = middle + 1;
            } else {
                return OptionalLong.of(piece.physical() + (position - piece.position()));
            }
        }
        return OptionalLong.empty();
    }

    /** The pieces cut at {@code start} and put in the order in which a search from there meets them. */
    List<Piece> around(long start, boolean forward) {
        List<Piece> below = new ArrayList<>();
        List<Piece> above = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.end() <= start) {
                below.add(piece);
            } else if (piece.position() >= start) {
                above.add(piece);
            } else {
                long lower = start - piece.position();
                below.add(new Piece(piece.position(), lower, piece.physical()));
                above.add(new Piece(start, piece.length() - lower, piece.physical() + lower));
            }
        }
        List<Piece> ordered = new ArrayList<>(forward ? above : below.reversed());
        ordered.addAll(forward ? below : above.reversed());
        return ordered;
    }
}
