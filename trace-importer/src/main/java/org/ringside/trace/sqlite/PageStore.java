package org.ringside.trace.sqlite;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.Digest;
import org.ringside.trace.TraceException;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * Reads nodes and pages out of a trace. Pages lie in packs of {@link #PACK_PAGES}, compressed together: a third smaller and twice as fast as
 * alone, and one page still costs only a few ten microseconds. Every page is verified against its hash when its pack is read. What was
 * read is kept in caches of fixed size.
 */
final class PageStore {
    /** Pages compressed together. */
    static final int PACK_PAGES = 16;

    /** Page hashes in one row. A multiple of {@link #PACK_PAGES}, so a pack's hashes are in one row. */
    static final int BLOCK_PAGES = 512;

    static final int PAGE = PhysicalMemory.PAGE_SIZE;

    /** All zeros; every zero page is this. */
    static final MemorySegment ZERO_PAGE = MemorySegment.ofArray(new byte[PAGE]).asReadOnly();

    private static final int LONGEST_PACK = PACK_PAGES * PAGE + 1024;
    private static final int CACHED_PACKS = 512;
    private static final int CACHED_NODES = 4096;
    private static final int CACHED_BLOCKS = 256;

    private final Database database;
    private final BoundedCache<Integer, Pack> packs = new BoundedCache<>(CACHED_PACKS);
    private final BoundedCache<Integer, Pack> late = new BoundedCache<>(CACHED_PACKS);
    private final BoundedCache<Integer, int[]> nodes = new BoundedCache<>(CACHED_NODES);
    private final BoundedCache<Integer, Block> blocks = new BoundedCache<>(CACHED_BLOCKS);

    PageStore(Database database) {
        this.database = database;
    }

    /**
     * Hashes of pages with neighbouring numbers.
     *
     * @param first number of the first page
     * @param stored whether the trace holds the pages themselves; else they stay in a file
     * @param hashes {@link Digest#LENGTH} bytes each
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Block(int first, boolean stored, byte[] hashes) {
        int count() {
            return hashes.length / Digest.LENGTH;
        }

        boolean holds(int page) {
            return page >= first && page < first + count();
        }

        int offset(int page) {
            return (page - first) * Digest.LENGTH;
        }

        /** Whether the bytes are those that were hashed. */
        boolean matches(int page, byte[] bytes, int from) {
            MessageDigest digest = MerkleTree.sha256();
            digest.update(bytes, from, PAGE);
            return Arrays.equals(digest.digest(), 0, Digest.LENGTH, hashes, offset(page), offset(page) + Digest.LENGTH);
        }
    }

    /**
     * A pack, decompressed and verified.
     *
     * @param pages read-only pages by position; null where the hash does not match
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pack(int first, @Nullable MemorySegment[] pages) {}

    /** The pages of a node: numbers, or {@link NodeCodec#ABSENT} and {@link NodeCodec#ZERO}. The caller must not change the array. */
    int[] node(int id) throws IOException {
        int[] cached = nodes.get(id);
        if (cached != null) {
            return cached;
        }
        int[] pages = database.read(session -> readNode(session, id));
        nodes.put(id, pages);
        return pages;
    }

    int[] readNode(Session session, int id) throws SQLException, IOException {
        Optional<byte[]> bytes = session.first("SELECT pages FROM node WHERE id = ?", row -> Session.bytes(row, 1), id);
        try {
            return NodeCodec.decode(bytes.orElseThrow(() -> new IllegalArgumentException("it is missing")));
        } catch (IllegalArgumentException e) {
            throw damaged("node " + id + ": " + e.getMessage());
        }
    }

    /** The hashes that page {@code id} is among. */
    Block block(int id) throws IOException {
        Integer row = id - Math.floorMod(id, 64);
        Block cached = blocks.get(row);
        if (cached != null && cached.holds(id)) {
            return cached;
        }
        Block block = database.read(session -> session.first(
                        "SELECT first, stored, hashes FROM page_block WHERE first <= ? ORDER BY first DESC LIMIT 1",
                        result -> new Block(result.getInt(1), result.getBoolean(2), Session.bytes(result, 3)),
                        id)
                .orElseThrow(() -> damaged("no hash of page number " + id)));
        if (block.hashes().length % Digest.LENGTH != 0 || block.count() > BLOCK_PAGES || !block.holds(id)) {
            throw damaged("no hash of page number " + id);
        }
        blocks.put(row, block);
        return block;
    }

    /** A page that the trace holds, verified. */
    Observed<MemorySegment> page(int id) {
        try {
            Pack pack = pack(id);
            MemorySegment page = pack.pages[id - pack.first];
            return page != null
                    ? Observed.known(page)
                    : new Observed.Unreadable<>(database.file() + ": the stored bytes of page number " + id
                            + " do not have the SHA-256 that was recorded; the trace is damaged here, restore it from a"
                            + " copy");
        } catch (IOException e) {
            return new Observed.Unreadable<>(String.valueOf(e.getMessage()));
        }
    }

    private Pack pack(int id) throws IOException {
        Block block = block(id);
        if (!block.stored()) {
            Pack cached = late.get(id);
            return cached != null ? cached : late(id, block);
        }
        int first = id - (id - block.first()) % PACK_PAGES;
        Pack cached = packs.get(first);
        if (cached != null && id < first + cached.pages.length) {
            return cached;
        }
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Row(int count, byte[] data) {}
        Row row = database.read(session -> session.first(
                        "SELECT count, data FROM pack WHERE first = ?",
                        result -> new Row(result.getInt(1), Session.bytes(result, 2)),
                        first)
                .orElseThrow(() -> damaged("the pack of page number " + id + " is missing")));
        if (row.count < 1 || row.count > PACK_PAGES || id >= first + row.count) {
            throw damaged("the pack of page number " + id + " has " + row.count + " pages");
        }
        byte[] bytes = decompress(row.data, row.count * PAGE, "the pack of page number " + first);
        Pack pack = new Pack(first, verified(block, first, row.count, bytes));
        packs.put(first, pack);
        return pack;
    }

    private Pack late(int id, Block block) throws IOException {
        byte[] data = database.read(session -> session.first(
                        "SELECT data FROM late_page WHERE id = ?", result -> Session.bytes(result, 1), id)
                .orElseThrow(() -> damaged("page number " + id + " should be in a file, but is asked of the trace")));
        byte[] bytes = decompress(data, PAGE, "page number " + id);
        Pack pack = new Pack(id, verified(block, id, 1, bytes));
        late.put(id, pack);
        return pack;
    }

    /** Whether the trace itself holds the page. */
    boolean stored(int id) throws IOException {
        return block(id).stored()
                || database.read(session -> session.number("SELECT count(*) FROM late_page WHERE id = ?", id)) > 0;
    }

    private static @Nullable MemorySegment[] verified(Block block, int first, int count, byte[] bytes) {
        MemorySegment whole = MemorySegment.ofArray(bytes).asReadOnly();
        @Nullable MemorySegment[] pages = new @Nullable MemorySegment[count];
        for (int i = 0; i < count; i++) {
            if (block.holds(first + i) && block.matches(first + i, bytes, i * PAGE)) {
                pages[i] = whole.asSlice((long) i * PAGE, PAGE);
            }
        }
        return pages;
    }

    private byte[] decompress(byte[] data, int length, String what) throws IOException {
        if (data.length > LONGEST_PACK) {
            throw damaged(what + " has " + data.length + " bytes, more than any has");
        }
        byte[] bytes = new byte[length];
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            int done = context.decompressByteArray(bytes, 0, length, data, 0, data.length);
            if (done != length) {
                throw damaged(what + " decompresses to " + done + " bytes, not " + length);
            }
            return bytes;
        } catch (ZstdException e) {
            throw damaged(what + " does not decompress (" + e.getMessage() + ")");
        }
    }

    TraceException damaged(String what) {
        return new TraceException(
                database.file(),
                "is damaged: " + what + "; run the custody check to see all of it, and restore it from a copy");
    }
}
