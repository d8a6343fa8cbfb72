package org.ringside.trace;

import java.util.Locale;

/**
 * One thing that a custody entry says was added, with its digest, so that the thing is bound to the chain.
 *
 * @param kind what it is
 * @param first its number in the trace; of events, the first number
 * @param last of events, the last number; else the same as {@code first}
 * @param digest digest of everything the trace keeps of it; of a snapshot this includes its Merkle root
 */
public record CustodyItem(Kind kind, long first, long last, Digest digest) {
    /** What was added. The names are part of the custody log's digests: do not rename. */
    public enum Kind {
        SOURCE,
        SNAPSHOT,
        EVENTS,
        RELOCATION;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One line: kind, numbers, digest. This text is what the entry's hash covers. */
    @Override
    public String toString() {
        return kind.text() + " " + first + " " + last + " " + digest;
    }

    /**
     * Reads what {@link #toString} wrote, and nothing else.
     *
     * @throws IllegalArgumentException if {@code line} is not exactly such a line
     */
    public static CustodyItem parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("not a custody item: " + line);
        }
        CustodyItem item = new CustodyItem(
                Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Digest.parse(words[3]));
        if (!item.toString().equals(line)) {
            throw new IllegalArgumentException("not a custody item as it is written: " + line);
        }
        return item;
    }
}
