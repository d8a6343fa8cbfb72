package org.ringside.trace.sqlite;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * The seal of a closed trace: a digest of every page of the database file, kept in a row of the database. Hashes of rows say nothing of the
 * bytes between rows, of indexes, and of headers; the seal does. The bytes of the seal itself count as zeros in the digests; its own
 * digest covers them. The two change counters of the header, which any SQLite program may raise, count as zeros if they are equal.
 *
 * <p>Body: "RSEAL1\0\0", bytes in a database page, number of pages (4 bytes each, big-endian); 16 bytes of SHA-256 for every page; SHA-256
 * of all that.
 */
final class FileSeal {
    static final int DIGEST_BYTES = 16;

    private static final byte[] MAGIC = "RSEAL1\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MAGIC.length + 2 * Integer.BYTES;
    private static final int TAIL = 32;
    private static final int CHANGE_COUNTER = 24;
    private static final int VERSION_VALID_FOR = 92;

    private FileSeal() {}

    /** Whether a seal begins like this; an unsealed trace has an empty one, or zeros where this would be. */
    static boolean isSealed(byte[] head) {
        return head.length >= MAGIC.length && Arrays.mismatch(head, new byte[MAGIC.length]) < MAGIC.length;
    }

    /** Bytes of the body for a database of so many pages. */
    static long length(long pages) {
        return HEAD + pages * DIGEST_BYTES + TAIL;
    }

    /**
     * Bytes of the file that hold a part of the body.
     *
     * @param offset in the file
     * @param length bytes
     */
    record Piece(long offset, int length) {}

    /** A seal as it lies in the file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(List<Piece> pieces, byte[] body) {}

    /**
     * Computes the seal and writes it where its row has room for it. Nothing else may have the database open.
     *
     * @param root root page of the seal's table
     */
    static void write(FileChannel file, int pageSize, int root) throws IOException {
        Found found = find(file, pageSize, root);
        long pages = file.size() / pageSize;
        if (found.body.length != length(pages)) {
            throw new IOException("the seal has room for another number of pages");
        }
        Map<Long, Piece> masked = masked(found.pieces, pageSize);
        ByteBuffer body = ByteBuffer.allocate(found.body.length);
        body.put(MAGIC).putInt(pageSize).putInt(Math.toIntExact(pages));
        for (long page = 0; page < pages; page++) {
            body.put(digest(file, pageSize, page, masked), 0, DIGEST_BYTES);
        }
        MessageDigest digest = MerkleTree.sha256();
        digest.update(body.array(), 0, body.position());
        body.put(digest.digest()).flip();
        // The mark that makes it a seal goes last: a power cut before leaves an unsealed trace, not one that seems
        // damaged.
        put(file, found.pieces, body.duplicate().put(0, new byte[MAGIC.length]));
        file.force(true);
        put(file, found.pieces, body.put(0, MAGIC));
        file.force(true);
    }

    private static void put(FileChannel file, List<Piece> pieces, ByteBuffer body) throws IOException {
        int done = 0;
        for (Piece piece : pieces) {
            ByteBuffer part = body.slice(done, piece.length);
            long at = piece.offset;
            while (part.hasRemaining()) {
                at += file.write(part, at);
            }
            done += piece.length;
        }
    }

    private static Map<Long, Piece> masked(List<Piece> pieces, int pageSize) {
        Map<Long, Piece> masked = new HashMap<>();
        pieces.forEach(piece -> masked.put(piece.offset / pageSize, piece));
        return masked;
    }

    /**
     * Compares the file with its seal, if it has one.
     *
     * @return numbers of the pages that differ, from 0
     * @throws IOException saying what is wrong with the seal itself, or with the size of the file
     */
    static List<Long> differences(FileChannel file, int pageSize, int root) throws IOException {
        Found found = find(file, pageSize, root);
        ByteBuffer body = ByteBuffer.wrap(found.body);
        byte[] magic = new byte[MAGIC.length];
        if (found.body.length < HEAD + TAIL) {
            throw new IOException("the seal has " + found.body.length + " bytes");
        }
        body.get(magic);
        MessageDigest digest = MerkleTree.sha256();
        digest.update(found.body, 0, found.body.length - TAIL);
        byte[] own = Arrays.copyOfRange(found.body, found.body.length - TAIL, found.body.length);
        if (!Arrays.equals(magic, MAGIC) || !MessageDigest.isEqual(digest.digest(), own)) {
            throw new IOException("the seal itself was changed, in the file at " + places(found.pieces));
        }
        int sealedSize = body.getInt();
        long pages = body.getInt();
        if (sealedSize != pageSize || found.body.length != length(pages)) {
            throw new IOException("the seal is of " + pages + " pages of " + sealedSize + " bytes");
        }
        Map<Long, Piece> masked = masked(found.pieces, pageSize);
        List<Long> differences = new ArrayList<>();
        long there = file.size() / pageSize;
        for (long page = 0; page < Math.min(pages, there); page++) {
            byte[] expected = Arrays.copyOfRange(
                    found.body, HEAD + (int) page * DIGEST_BYTES, HEAD + (int) (page + 1) * DIGEST_BYTES);
            byte[] actual = Arrays.copyOf(digest(file, pageSize, page, masked), DIGEST_BYTES);
            if (!Arrays.equals(expected, actual)) {
                differences.add(page);
            }
        }
        if (file.size() != pages * pageSize) {
            throw new IOException("the file has " + file.size() + " bytes, " + pages * pageSize + " were sealed");
        }
        return differences;
    }

    private static String places(List<Piece> pieces) {
        Piece first = pieces.getFirst();
        return "0x%x, %d bytes".formatted(first.offset, first.length)
                + (pieces.size() > 1 ? ", and " + (pieces.size() - 1) + " further pieces" : "");
    }

    private static byte[] digest(FileChannel file, int pageSize, long page, Map<Long, Piece> masked)
            throws IOException {
        byte[] bytes = read(file, page * pageSize, pageSize);
        Piece own = masked.get(page);
        if (own != null) {
            int from = (int) (own.offset % pageSize);
            Arrays.fill(bytes, from, from + own.length, (byte) 0);
        }
        if (page == 0
                && Arrays.equals(
                        bytes, CHANGE_COUNTER, CHANGE_COUNTER + 4, bytes, VERSION_VALID_FOR, VERSION_VALID_FOR + 4)) {
            Arrays.fill(bytes, CHANGE_COUNTER, CHANGE_COUNTER + 4, (byte) 0);
            Arrays.fill(bytes, VERSION_VALID_FOR, VERSION_VALID_FOR + 4, (byte) 0);
        }
        return MerkleTree.sha256().digest(bytes);
    }

    /**
     * Finds the seal's row, as the SQLite file format says ("B-tree Pages", "Cell Payload Overflow Pages", "Record Format"): the one cell of
     * a leaf, the rest of it in overflow pages.
     */
    static Found find(FileChannel file, int pageSize, int root) throws IOException {
        if (pageSize < 512 || root < 1 || root > file.size() / pageSize) {
            throw new IOException("the seal's table has no page " + root);
        }
        long start = (long) (root - 1) * pageSize;
        ByteBuffer page = ByteBuffer.wrap(read(file, start, pageSize));
        if (page.get(0) != 0x0d || page.getShort(3) != 1) {
            throw new IOException("the seal's table does not begin with one row, in the file at 0x%x".formatted(start));
        }
        int cell = Short.toUnsignedInt(page.getShort(8));
        try {
            page.position(cell);
            long payload = varint(page);
            varint(page);
            return new RowReader(file, pageSize).read(start, page, payload);
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
            throw new IOException("the seal's row is damaged, in the file at 0x%x".formatted(start + cell), e);
        }
    }

    /** SQLite's variable-length number: 7 bits a byte, most significant first, 8 in the ninth. */
    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte part = in.get();
            value = value << 7 | (part & 0x7f);
            if (part >= 0) {
                return value;
            }
        }
        return value << 8 | (in.get() & 0xff);
    }

    /** Follows one row through its overflow pages. */
    private record RowReader(FileChannel file, int pageSize) {
        Found read(long start, ByteBuffer page, long payload) throws IOException {
            int local = local(payload);
            int from = page.position();
            ByteBuffer record = page.slice(from, local);
            long header = varint(record);
            long idType = varint(record);
            long bodyType = varint(record);
            // The row's number is not in the record; the body is a blob, and nothing may follow it.
            long length = (bodyType - 12) / 2;
            if (record.position() != header
                    || idType != 0
                    || bodyType < 12
                    || bodyType % 2 != 0
                    || header + length != payload
                    || length > 64 << 20) {
                throw new IllegalArgumentException("record");
            }
            List<Piece> pieces = new ArrayList<>();
            ByteBuffer body = ByteBuffer.allocate((int) length);
            int rest = local - (int) header;
            if (rest > 0) {
                pieces.add(new Piece(start + from + header, rest));
                body.put(page.slice(from + (int) header, rest));
            }
            long next = body.hasRemaining() ? Integer.toUnsignedLong(page.getInt(from + local)) : 0;
            while (body.hasRemaining()) {
                if (next < 1 || next > file.size() / pageSize) {
                    throw new IllegalArgumentException("overflow page");
                }
                long offset = (next - 1) * pageSize;
                ByteBuffer overflow = ByteBuffer.wrap(FileSeal.read(file, offset, pageSize));
                next = Integer.toUnsignedLong(overflow.getInt());
                int part = Math.min(body.remaining(), pageSize - Integer.BYTES);
                pieces.add(new Piece(offset + Integer.BYTES, part));
                body.put(overflow.slice(Integer.BYTES, part));
            }
            return new Found(pieces, body.array());
        }

        private int local(long payload) {
            int most = pageSize - 35;
            if (payload <= most) {
                return (int) payload;
            }
            int least = (pageSize - 12) * 32 / 255 - 23;
            long wanted = least + (payload - least) % (pageSize - 4);
            return (int) (wanted <= most ? wanted : least);
        }
    }

    private static byte[] read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("the file ends at 0x%x, inside a page".formatted(offset + buffer.position()));
            }
        }
        return buffer.array();
    }
}
