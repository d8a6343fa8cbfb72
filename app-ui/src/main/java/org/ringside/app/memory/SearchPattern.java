package org.ringside.app.memory;

import java.util.function.IntPredicate;
import org.ringside.decoder.memory.PhysicalMemory;

/** What is looked for in memory. Immutable and safe for several threads. */
public sealed interface SearchPattern {
    /** Bytes of the longest pattern. */
    int MAXIMUM_LENGTH = 256;

    /** Bytes of a match, 1 to {@link #MAXIMUM_LENGTH}. */
    int length();

    /**
     * Finds where matches begin, in ascending order.
     *
     * @param bytes where to look
     * @param end index after the last byte to look at
     * @param limit matches begin below this index
     * @param found takes the index of each match and says whether to go on
     */
    void find(byte[] bytes, int end, int limit, IntPredicate found);

    /** Given bits of consecutive bytes. */
    final class Bytes implements SearchPattern {
        private final byte[] value;
        private final byte[] mask;

        /**
         * Makes a pattern.
         *
         * @param value the bytes
         * @param mask which bits of them count
         * @throws IllegalArgumentException if there are no bytes, too many, or none of them counts
         */
        public Bytes(byte[] value, byte[] mask) {
            if (value.length == 0 || value.length > MAXIMUM_LENGTH || value.length != mask.length) {
                throw new IllegalArgumentException("a pattern has 1 to " + MAXIMUM_LENGTH + " bytes");
            }
            this.value = value.clone();
            this.mask = mask.clone();
            boolean counts = false;
            for (int i = 0; i < value.length; i++) {
                this.value[i] &= mask[i];
                counts |= mask[i] != 0;
            }
            if (!counts) {
                throw new IllegalArgumentException("a pattern has at least one byte that counts");
            }
        }

        /** The bytes, with zeros where the mask has zeros. */
        public byte[] value() {
            return value.clone();
        }

        @Override
        public int length() {
            return value.length;
        }

        @Override
        public void find(byte[] bytes, int end, int limit, IntPredicate found) {
            int anchor = anchor();
            byte wanted = value[anchor];
            byte wantedMask = mask[anchor];
            int last = Math.min(limit - 1, end - value.length);
            for (int i = 0; i <= last; i++) {
                if ((bytes[i + anchor] & wantedMask) == wanted && matches(bytes, i) && !found.test(i)) {
                    return;
                }
            }
        }

        private boolean matches(byte[] bytes, int at) {
            for (int i = 0; i < value.length; i++) {
                if ((bytes[at + i] & mask[i]) != value[i]) {
                    return false;
                }
            }
            return true;
        }

        /** The byte to compare first: one that counts whole and is not zero, as memory is full of zeros. */
        private int anchor() {
            int best = -1;
            for (int i = 0; i < value.length; i++) {
                if (mask[i] == -1 && value[i] != 0) {
                    return i;
                }
                if (mask[i] != 0 && (best < 0 || mask[best] != -1)) {
                    best = i;
                }
            }
            return best;
        }
    }

    /**
     * Aligned little-endian 64-bit words whose masked value lies in a range: pointers and page-table entries.
     *
     * @param mask which bits of the word count
     * @param low smallest masked value, unsigned
     * @param high largest masked value, unsigned
     */
    record Words(long mask, long low, long high) implements SearchPattern {
        /** Bits 51:12 of a paging-structure entry: the page frame's address (Intel SDM vol. 3, table 4-20). */
        private static final long FRAME = 0x000f_ffff_ffff_f000L;

        /** Pointers into the page of a virtual address. */
        public static Words pointersToVirtualPage(long address) {
            long page = address & -PhysicalMemory.PAGE_SIZE;
            return new Words(-1L, page, page + PhysicalMemory.PAGE_SIZE - 1);
        }

        /**
         * Words that refer to a physical page: plain pointers into it and present paging-structure entries that map it (bits 11:0 and
         * 63:52 may be anything).
         */
        public static Words referencesToPhysicalPage(long address) {
            long page = address & FRAME;
            return new Words(FRAME, page, page);
        }

        @Override
        public int length() {
            return Long.BYTES;
        }

        @Override
        public void find(byte[] bytes, int end, int limit, IntPredicate found) {
            int last = Math.min(limit - 1, end - Long.BYTES);
            for (int i = 0; i <= last; i += Long.BYTES) {
                long word = (long) LittleEndianBytes.LONG.get(bytes, i) & mask;
                if (Long.compareUnsigned(word, low) >= 0 && Long.compareUnsigned(word, high) <= 0 && !found.test(i)) {
                    return;
                }
            }
        }
    }
}
