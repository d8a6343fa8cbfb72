package org.ringside.app.cli;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;

/**
 * Memory of a snapshot in one address space.
 *
 * @param space which
 * @param memory the physical memory below
 * @param translation from {@code space} to physical
 */
record MemoryReader(AddressSpace space, PhysicalMemory memory, Translation translation) {
    /** From an address of a space to physical memory. */
    @FunctionalInterface
    interface Translation {
        Observed<Long> physical(long address);
    }

    /**
     * Bytes that lie together, all known or all missing for one reason.
     *
     * @param address of the first byte, in the reader's space
     * @param length bytes
     * @param physical physical address of the first byte, where it is another one and known
     * @param bytes the bytes, or why not
     */
    record Piece(long address, long length, Optional<Long> physical, Observed<MemorySegment> bytes) {}

    static MemoryReader physical(PhysicalMemory memory) {
        return new MemoryReader(AddressSpace.physical(), memory, Observed::known);
    }

    /** Pieces that cover the span exactly, in order, each within one page; what is missing for the same reason is one piece. */
    List<Piece> read(long address, long length) {
        List<Piece> pieces = new ArrayList<>();
        long done = 0;
        while (done < length) {
            long at = address + done;
            int part = (int) Math.min(PhysicalMemory.PAGE_SIZE - (at & (PhysicalMemory.PAGE_SIZE - 1)), length - done);
            add(pieces, piece(at, part));
            done += part;
        }
        return pieces;
    }

    private Piece piece(long address, int length) {
        Observed<Long> physical = translation.physical(address);
        Observed<MemorySegment> bytes = physical.flatMap(at -> memory.read(at, length));
        boolean translated = !(space instanceof AddressSpace.Physical);
        return new Piece(address, length, translated ? physical.toOptional() : Optional.empty(), bytes);
    }

    private static void add(List<Piece> pieces, Piece next) {
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last != null && isMissingAlike(last, next)) {
            pieces.set(pieces.size() - 1, merged(last, next));
        } else {
            pieces.add(next);
        }
    }

    private static boolean isMissingAlike(Piece last, Piece next) {
        if (last.bytes().isKnown() || next.bytes().isKnown() || !last.physical().equals(next.physical())) {
            return false;
        }
        boolean neighbours = last.bytes() instanceof Observed.NotCaptured<MemorySegment>(long from, long length)
                && next.bytes() instanceof Observed.NotCaptured<MemorySegment>(long address, long ignored)
                && from + length == address;
        return neighbours || last.bytes().reason().equals(next.bytes().reason());
    }

    private static Piece merged(Piece last, Piece next) {
        long length = last.length() + next.length();
        Observed<MemorySegment> why =
                last.bytes() instanceof Observed.NotCaptured<MemorySegment>(long address, long ignored)
                        ? new Observed.NotCaptured<>(address, length)
                        : last.bytes();
        return new Piece(last.address(), length, last.physical(), why);
    }
}
