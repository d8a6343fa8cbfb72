package org.ringside.trace.sqlite;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.ringside.trace.Digest;

/**
 * Every page hash of a trace in memory, outside the heap, so that an import finds pages that are already stored without asking the
 * database: 32 bytes for the hash and 16 for the table that finds it, a page. Used by one thread.
 */
final class PageIndex implements AutoCloseable {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int CHUNK_SHIFT = 14;
    private static final int CHUNK_PAGES = 1 << CHUNK_SHIFT;

    private final Arena hashArena = Arena.ofConfined();
    private final List<MemorySegment> chunks = new ArrayList<>();
    private final BitSet kept = new BitSet();
    private Arena tableArena = Arena.ofConfined();
    private MemorySegment table;
    private long mask;
    private int next = NodeCodec.FIRST_PAGE;

    private PageIndex() {
        mask = (1 << 16) - 1;
        table = tableArena.allocate((mask + 1) * Long.BYTES, Long.BYTES);
    }

    /** Reads the hashes that the trace has. */
    static PageIndex load(Session session) throws SQLException, IOException {
        PageIndex index = new PageIndex();
        boolean loaded = false;
        try {
            session.each("SELECT first, stored, hashes FROM page_block ORDER BY first", row -> {
                byte[] hashes = Session.bytes(row, 3);
                if (row.getLong(1) != index.next || hashes.length % Digest.LENGTH != 0) {
                    throw new IllegalArgumentException("page hashes from number " + row.getLong(1) + " on");
                }
                for (int offset = 0; offset < hashes.length; offset += Digest.LENGTH) {
                    index.add(hashes, offset, row.getBoolean(2));
                }
            });
            session.each("SELECT id FROM late_page", row -> index.kept.set(row.getInt(1)));
            loaded = true;
            return index;
        } finally {
            if (!loaded) {
                index.close();
            }
        }
    }

    /** The number that the next new page gets. */
    int next() {
        return next;
    }

    /** The number of the page with this hash, or 0 if the trace does not know it. */
    int find(byte[] hash, int offset) {
        MemorySegment wanted = MemorySegment.ofArray(hash);
        long first = wanted.get(WORD, offset);
        // The hash is uniformly distributed: its first bits are the place, the next 32 a fingerprint, both already at
        // hand.
        long place = first & mask;
        int fingerprint = (int) (first >>> 32);
        while (true) {
            long entry = table.get(ValueLayout.JAVA_LONG, place * Long.BYTES);
            if (entry == 0) {
                return 0;
            }
            int page = (int) entry;
            if ((int) (entry >>> 32) == fingerprint && same(page, wanted, offset)) {
                return page;
            }
            place = (place + 1) & mask;
        }
    }

    private boolean same(int page, MemorySegment wanted, int offset) {
        int position = page - NodeCodec.FIRST_PAGE;
        long at = (long) (position & (CHUNK_PAGES - 1)) * Digest.LENGTH;
        MemorySegment chunk = chunks.get(position >>> CHUNK_SHIFT);
        for (int i = 0; i < Digest.LENGTH; i += Long.BYTES) {
            if (chunk.get(WORD, at + i) != wanted.get(WORD, offset + i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds a hash that is not in the index.
     *
     * @param keep whether the trace holds the page itself
     * @return the page's number
     */
    int add(byte[] hash, int offset, boolean keep) {
        if (next == Integer.MAX_VALUE) {
            throw new IllegalStateException("a trace holds at most 2^31 different pages");
        }
        int position = next - NodeCodec.FIRST_PAGE;
        if ((position & (CHUNK_PAGES - 1)) == 0) {
            chunks.add(hashArena.allocate((long) CHUNK_PAGES * Digest.LENGTH, Long.BYTES));
        }
        MemorySegment.copy(
                MemorySegment.ofArray(hash),
                offset,
                chunks.get(position >>> CHUNK_SHIFT),
                (long) (position & (CHUNK_PAGES - 1)) * Digest.LENGTH,
                Digest.LENGTH);
        if (2L * (position + 1) > mask) {
            grow();
        }
        insert(next, MemorySegment.ofArray(hash).get(WORD, offset));
        if (keep) {
            kept.set(next);
        }
        return next++;
    }

    private void insert(int page, long first) {
        long place = first & mask;
        while (table.get(ValueLayout.JAVA_LONG, place * Long.BYTES) != 0) {
            place = (place + 1) & mask;
        }
        table.set(ValueLayout.JAVA_LONG, place * Long.BYTES, (first & 0xffff_ffff_0000_0000L) | page);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed when the next larger table replaces it, or with the index
    private void grow() {
        Arena smaller = tableArena;
        tableArena = Arena.ofConfined();
        mask = 2 * mask + 1;
        table = tableArena.allocate((mask + 1) * Long.BYTES, Long.BYTES);
        smaller.close();
        for (int page = NodeCodec.FIRST_PAGE; page < next; page++) {
            int position = page - NodeCodec.FIRST_PAGE;
            long at = (long) (position & (CHUNK_PAGES - 1)) * Digest.LENGTH;
            insert(page, chunks.get(position >>> CHUNK_SHIFT).get(WORD, at));
        }
    }

    /** Whether the trace holds the page itself, not only its hash. */
    boolean kept(int page) {
        return kept.get(page);
    }

    /** The trace holds the page from now on. */
    void keep(int page) {
        kept.set(page);
    }

    @Override
    public void close() {
        hashArena.close();
        tableArena.close();
    }
}
