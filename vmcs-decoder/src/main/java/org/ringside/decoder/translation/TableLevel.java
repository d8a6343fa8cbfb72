package org.ringside.decoder.translation;

/**
 * One level of a radix table.
 *
 * @param number 1 for the level whose entries are always leaves, upwards to the root
 * @param entryName the specification's name of an entry, for example {@code "PDPTE"}
 * @param shift lowest bit of the input address that indexes this level
 * @param indexBits bits of the index, 1 to 9 or so: the table has {@code 1 << indexBits} entries
 * @param entryBytes bytes of an entry, 4 or 8
 */
public record TableLevel(int number, String entryName, int shift, int indexBits, int entryBytes) {
    /** Entries of a table. */
    public int entries() {
        return 1 << indexBits;
    }

    /** The index that {@code input} selects at this level. */
    public int index(long input) {
        return (int) (input >>> shift) & (entries() - 1);
    }

    /** Bytes that one entry maps. */
    public long entrySpan() {
        return 1L << shift;
    }
}
