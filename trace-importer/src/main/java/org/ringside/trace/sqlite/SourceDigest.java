package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.ringside.trace.Digest;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * The SHA-256 of a whole file.
 *
 * @param size bytes read
 * @param modified when the file was last changed, in nanoseconds since 1970
 * @param sha256 of all its bytes
 */
record SourceDigest(long size, long modified, Digest sha256) {
    private static final int CHUNK = 256 << 10;

    /**
     * Reads a file from begin to end.
     *
     * @param progress told the bytes read so far; may throw to stop
     * @throws IOException if it cannot be read, or changes meanwhile
     */
    static SourceDigest of(Path file, LongConsumer progress) throws IOException {
        long before = modified(file);
        MessageDigest digest = MerkleTree.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long size = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int read = channel.read(buffer.clear()); read >= 0; read = channel.read(buffer.clear())) {
                digest.update(buffer.flip());
                size += read;
                progress.accept(size);
            }
        }
        if (Files.size(file) != size || modified(file) != before) {
            throw new IOException(file + ": was changed while it was read; import it when nothing writes to it");
        }
        return new SourceDigest(size, before, Digest.of(digest.digest()));
    }

    static long modified(Path file) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        return time.to(TimeUnit.NANOSECONDS);
    }
}
