package org.ringside.agent.kernel.image;

import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * The compressed names before a token table. Nothing says where they begin, but kallsyms_markers between them and the token table does: it has
 * the offset of each 256th name. So the markers are looked for first (they ascend from zero), then the only place for names of which every 256th
 * begins where the markers say.
 *
 * @param window holds all of it
 * @param names index in the window of the first name
 * @param markers index of the markers
 * @param numSyms index of the number of symbols
 * @param count symbols
 * @param longNames whether a length may take two bytes
 */
record KallsymsNames(MemoryWindow window, int names, int markers, int numSyms, int count, boolean longNames) {
    /** How far before the token table the names begin at most: some 600,000 symbols. */
    private static final int FARTHEST = 16 << 20;

    private static final int GROUP = 256;
    /** A name is at least its length and one token. */
    private static final int SHORTEST_GROUP = 2 * GROUP;

    private static final int LONGEST_GROUP = 1 << 16;
    private static final int FEWEST_MARKERS = 3;
    private static final int MOST_TRIES = 64;
    static final int MOST_SYMBOLS = 1 << 21;

    /** The names whose token table begins at {@code tokenTable}, if there are some. */
    static Optional<KallsymsNames> before(PhysicalMemory memory, long tokenTable) {
        int length = (int) Math.min(FARTHEST, tokenTable & -4);
        MemoryWindow window = MemoryWindow.copy(memory, tokenTable - length, length);
        int tries = 0;
        for (int at = length - FEWEST_MARKERS * Integer.BYTES; at >= 0 && tries < MOST_TRIES; at -= Integer.BYTES) {
            if (window.s32(at) != 0
                    || !isStep(window.u32(at + 4))
                    || !isStep(window.u32(at + 8) - window.u32(at + 4))) {
                continue;
            }
            tries++;
            int run = run(window, at);
            // What follows the markers may look like one more.
            for (int markers = run; markers >= Math.max(FEWEST_MARKERS, run - 2); markers--) {
                Optional<KallsymsNames> found = namesOf(window, at, markers);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isStep(long step) {
        return step >= SHORTEST_GROUP && step <= LONGEST_GROUP;
    }

    private static int run(MemoryWindow window, int at) {
        int count = 1;
        while (at + (count + 1) * Integer.BYTES <= window.length()
                && count < MOST_SYMBOLS / GROUP
                && isStep(window.u32(at + count * Integer.BYTES) - window.u32(at + (count - 1) * Integer.BYTES))) {
            count++;
        }
        return count;
    }

    private static Optional<KallsymsNames> namesOf(MemoryWindow window, int markers, int count) {
        long last = window.u32(markers + (count - 1) * Integer.BYTES);
        long highest = (markers - last - 2) & -4;
        long lowest = Math.max(8, markers - last - LONGEST_GROUP);
        for (long names = highest; names >= lowest; names -= Integer.BYTES) {
            for (int gap = 8; gap >= 4; gap -= 4) {
                long symbols = window.u32((int) names - gap);
                if (symbols > (count - 1L) * GROUP
                        && symbols <= (long) count * GROUP
                        && (gap == 4 || window.s32((int) names - 4) == 0)) {
                    for (boolean longNames : new boolean[] {true, false}) {
                        KallsymsNames found = new KallsymsNames(
                                window, (int) names, markers, (int) names - gap, (int) symbols, longNames);
                        if (found.agrees()) {
                            return Optional.of(found);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether every 256th name begins where its marker says, and the last ends where the markers begin. */
    private boolean agrees() {
        int at = names;
        for (int i = 0; i < count; i++) {
            if ((i & (GROUP - 1)) == 0 && at - names != window.u32(markers + (i / GROUP) * Integer.BYTES)) {
                return false;
            }
            if (at + 2 > markers) {
                return false;
            }
            at += lengthBytes(at) + lengthAt(at);
            if (at > markers) {
                return false;
            }
        }
        return markers - at < Long.BYTES;
    }

    /** Tokens of the name at {@code at}. */
    int lengthAt(int at) {
        int low = window.u8(at);
        return longNames && low > 0x7f ? (low & 0x7f) | window.u8(at + 1) << 7 : low;
    }

    /** Bytes that its length takes. */
    int lengthBytes(int at) {
        return longNames && window.u8(at) > 0x7f ? 2 : 1;
    }
}
