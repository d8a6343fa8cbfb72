package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads SQLite's write-ahead log as its file format says ("The WAL File Format"). SQLite takes the log to end at the first frame whose
 * checksum is wrong, and so silently drops what was committed behind a flipped byte; this finds it.
 */
final class WriteAheadLog {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int MAGIC = 0x377f0682;

    private WriteAheadLog() {}

    /**
     * Looks for committed frames that SQLite would drop.
     *
     * @return what is wrong and where, if something is
     */
    static Optional<String> damage(Path log) throws IOException {
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer header = read(file, 0, HEADER);
            if (header.remaining() < HEADER) {
                return Optional.empty();
            }
            boolean bigEndian = (header.getInt(0) & 1) == 1;
            long sum = checksum(0, header.slice(0, HEADER - 8), bigEndian);
            if ((header.getInt(0) & ~1) != MAGIC || sum != header.getLong(HEADER - 8)) {
                return Optional.of("its header is damaged, bytes 0 to 31: nothing in it can be used");
            }
            int pageSize = header.getInt(8);
            if (pageSize < 512 || pageSize > 65536) {
                return Optional.of("its header says a page has " + pageSize + " bytes");
            }
            return frames(file, header, pageSize, sum, bigEndian);
        }
    }

    private static Optional<String> frames(
            FileChannel file, ByteBuffer header, int pageSize, long start, boolean bigEndian) throws IOException {
        long salts = header.getLong(16);
        long sum = start;
        long broken = -1;
        long length = (long) FRAME_HEADER + pageSize;
        for (long at = HEADER; at + length <= file.size(); at += length) {
            ByteBuffer frame = read(file, at, broken < 0 ? (int) length : FRAME_HEADER);
            boolean ours = frame.getLong(8) == salts;
            if (broken < 0) {
                long next = checksum(sum, frame.slice(0, 8), bigEndian);
                next = checksum(next, frame.slice(FRAME_HEADER, pageSize), bigEndian);
                if (ours && next == frame.getLong(16)) {
                    sum = next;
                    continue;
                }
                broken = at;
            }
            // A frame that ends a commit, behind one that is broken: what was once whole is not any more.
            if (ours && frame.getInt(4) != 0) {
                return Optional.of("the frame at 0x%x was changed; what was committed from there to 0x%x is lost"
                        .formatted(broken, at + length));
            }
        }
        return Optional.empty();
    }

    /** The checksum over pairs of 32-bit words; the two sums in one long, as they are stored. */
    private static long checksum(long from, ByteBuffer words, boolean bigEndian) {
        words.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int a = (int) (from >>> 32);
        int b = (int) from;
        for (int at = 0; at < words.limit(); at += 8) {
            a += words.getInt(at) + b;
            b += words.getInt(at + 4) + a;
        }
        return (long) a << 32 | Integer.toUnsignedLong(b);
    }

    private static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) >= 0) {}
        return buffer.flip();
    }
}
