package org.ringside.trace.sqlite;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.ringside.trace.Digest;

/** Stores new pages: numbers them, packs them, has packs compressed by other threads and writes them in order. Used by one thread. */
final class PageWriter {
    private static final int PENDING_PACKS = 64;
    private static final int PAGE = PageStore.PAGE;

    private final Session session;
    private final ExecutorService workers;
    private final PageIndex index;
    private final boolean keep;
    private final PackCompressor compressor;
    private final Deque<Future<Pack>> pending = new ArrayDeque<>();
    private byte[] pack;
    private int packed;
    private final byte[] hashes = new byte[PageStore.BLOCK_PAGES * Digest.LENGTH];
    private int hashed;
    private long newPages;
    private long newBytes;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pack(int first, int count, byte[] data) {}

    /**
     * @param keep whether pages are stored, or only their hashes
     */
    PageWriter(Session session, ExecutorService workers, PageIndex index, PackCompressor compressor, boolean keep) {
        this.session = session;
        this.workers = workers;
        this.index = index;
        this.keep = keep;
        this.compressor = compressor;
        this.pack = compressor.buffer();
    }

    /** The number of a page of content, which is stored if it is new. */
    int page(NodeScan scan, int position) throws SQLException, IOException {
        int offset = position * Digest.LENGTH;
        int known = index.find(scan.hashes(), offset);
        if (known != 0) {
            if (keep && !index.kept(known)) {
                late(known, scan, position);
            }
            return known;
        }
        int page = index.add(scan.hashes(), offset, keep);
        System.arraycopy(scan.hashes(), offset, hashes, hashed++ * Digest.LENGTH, Digest.LENGTH);
        newPages++;
        if (keep) {
            System.arraycopy(scan.bytes(), position * PAGE, pack, packed++ * PAGE, PAGE);
            if (packed == PageStore.PACK_PAGES) {
                flushPack();
            }
        }
        if (hashed == PageStore.BLOCK_PAGES) {
            flushBlock();
        }
        return page;
    }

    /** Stores a page of which the trace had only the hash. */
    private void late(int page, NodeScan scan, int position) throws SQLException {
        byte[] buffer = compressor.buffer();
        System.arraycopy(scan.bytes(), position * PAGE, buffer, 0, PAGE);
        byte[] data = compressor.compress(buffer, PAGE);
        session.update("INSERT INTO late_page(id, data) VALUES(?, ?)", page, data);
        newBytes += data.length;
        index.keep(page);
    }

    private void flushPack() throws SQLException, IOException {
        if (packed == 0) {
            return;
        }
        byte[] bytes = pack;
        int count = packed;
        int first = index.next() - count;
        pending.add(workers.submit(() -> new Pack(first, count, compressor.compress(bytes, count * PAGE))));
        pack = compressor.buffer();
        packed = 0;
        while (pending.size() > PENDING_PACKS
                || (!pending.isEmpty() && pending.peekFirst().isDone())) {
            writeFirst();
        }
    }

    private void writeFirst() throws SQLException, IOException {
        Pack done = result(pending.removeFirst());
        session.update("INSERT INTO pack(first, count, data) VALUES(?, ?, ?)", done.first, done.count, done.data);
        newBytes += done.data.length;
    }

    private void flushBlock() throws SQLException {
        if (hashed == 0) {
            return;
        }
        session.update(
                "INSERT INTO page_block(first, count, stored, hashes) VALUES(?, ?, ?, ?)",
                index.next() - hashed,
                hashed,
                keep ? 1 : 0,
                Arrays.copyOf(hashes, hashed * Digest.LENGTH));
        hashed = 0;
    }

    /** Writes what is left. */
    void finish() throws SQLException, IOException {
        flushPack();
        flushBlock();
        while (!pending.isEmpty()) {
            writeFirst();
        }
    }

    /** Different pages that the trace did not know. */
    long newPages() {
        return newPages;
    }

    /** Bytes they take, compressed. */
    long newBytes() {
        return newBytes;
    }

    /** What a worker made, or its failure. */
    static <T> T result(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw new IOException("a worker of the import failed", e);
            }
        }
    }
}
