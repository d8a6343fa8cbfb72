package org.ringside.agent.kernel.image;

import java.util.Arrays;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * The strings of which kallsyms composes names: kallsyms_token_table, found by the kallsyms_token_index that follows it. The index gives the
 * offset of each of the 256 strings, which end with a zero byte each and lie without gaps.
 */
final class TokenTable {
    static final int TOKENS = 256;
    static final int INDEX_BYTES = TOKENS * Short.BYTES;

    private static final int LONGEST = 1 << 16;
    private static final int LONGEST_TOKEN = 512;
    private static final int FEWEST_TOKENS = 16;

    private final long address;
    private final long index;
    private final byte[] text;
    private final int[] starts;

    private TokenTable(long address, long index, byte[] text, int[] starts) {
        this.address = address;
        this.index = index;
        this.text = text;
        this.starts = starts;
    }

    /** The table before a supposed index, if the two agree. */
    static Optional<TokenTable> before(PhysicalMemory memory, long index) {
        int back = LONGEST + LONGEST_TOKEN;
        MemoryWindow window = MemoryWindow.copy(memory, index - back, back + INDEX_BYTES);
        if (!window.isKnown(back, INDEX_BYTES)) {
            return Optional.empty();
        }
        int[] starts = new int[TOKENS + 1];
        for (int i = 0; i < TOKENS; i++) {
            starts[i] = window.u16(back + i * Short.BYTES);
        }
        int last = starts[TOKENS - 1];
        int highest = (back - last - 1) & -4;
        for (int at = highest; at >= Math.max(0, highest - LONGEST_TOKEN); at -= 4) {
            int end = end(window, at, last, back);
            if (end > 0 && agrees(window, at, starts)) {
                starts[TOKENS] = end - at;
                byte[] text = Arrays.copyOfRange(window.bytes(), at, end);
                return Optional.of(new TokenTable(window.address(at), index, text, starts));
            }
        }
        return Optional.empty();
    }

    /** The index after the last string's zero byte, which only alignment may separate from the token index; or −1. */
    private static int end(MemoryWindow window, int at, int last, int index) {
        int end = at + last;
        while (end < index && window.u8(end) != 0) {
            end++;
        }
        if (end >= index || index - end > Long.BYTES || !window.isKnown(at, index - at)) {
            return -1;
        }
        for (int i = end; i < index; i++) {
            if (window.u8(i) != 0) {
                return -1;
            }
        }
        return end + 1;
    }

    private static boolean agrees(MemoryWindow window, int at, int[] starts) {
        int filled = 0;
        for (int i = 0; i < TOKENS - 1; i++) {
            int end = at + starts[i + 1] - 1;
            for (int k = at + starts[i]; k < end; k++) {
                int character = window.u8(k);
                if (character < '!' || character > '~') {
                    return false;
                }
            }
            if (window.u8(end) != 0) {
                return false;
            }
            filled += end > at + starts[i] ? 1 : 0;
        }
        return filled >= FEWEST_TOKENS;
    }

    /** Physical address of the first string. */
    long address() {
        return address;
    }

    /** Physical address of kallsyms_token_index. */
    long index() {
        return index;
    }

    /** Characters of token {@code i}. */
    int length(int i) {
        return starts[i + 1] - starts[i] - 1;
    }

    /** Copies the characters of token {@code i}. */
    void copy(int i, byte[] target, int at) {
        System.arraycopy(text, starts[i], target, at, length(i));
    }
}
