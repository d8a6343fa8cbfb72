package org.ringside.trace.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file whose bytes stay where they are. Pages are read by position, not through a mapping: a file that another program shortens
 * meanwhile then gives an error that can be told, instead of a fault in the middle of a copy; and a page is copied in any case, so that
 * the bytes that were verified are the bytes that are shown.
 */
final class InPlaceFile implements AutoCloseable {
    private final long source;
    private final long size;
    private Path location;
    private @Nullable FileChannel channel;
    private boolean closed;

    /**
     * @param source number of the source, for messages
     * @param location where the file should be
     * @param size its size when it was indexed, in bytes
     */
    InPlaceFile(long source, Path location, long size) {
        this.source = source;
        this.location = location;
        this.size = size;
    }

    synchronized Path location() {
        return location;
    }

    /** The file is elsewhere now. */
    synchronized void moveTo(Path newLocation) throws IOException {
        location = newLocation;
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    /**
     * Reads {@code bytes.length} bytes.
     *
     * @throws IOException saying that the file is missing, changed or unreadable, and what to do
     */
    void read(long offset, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (read(buffer, offset + buffer.position()) < 0) {
                throw new IOException(location()
                        + ": ends before offset 0x%x, it was cut off since it was indexed"
                                .formatted(offset + bytes.length)
                        + advice());
            }
        }
    }

    private int read(ByteBuffer buffer, long offset) throws IOException {
        try {
            return open().read(buffer, offset);
        } catch (ClosedChannelException e) {
            // Interrupting a thread that reads closes the channel for every thread: the others open it again.
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException(location() + ": reading was interrupted; try again", e);
            }
            return open().read(buffer, offset);
        }
    }

    private synchronized FileChannel open() throws IOException {
        if (closed) {
            throw new IllegalStateException("the trace is closed");
        }
        FileChannel open = channel;
        if (open != null && open.isOpen()) {
            return open;
        }
        try {
            long now = Files.size(location);
            if (now != size) {
                throw new IOException(
                        location + ": has " + now + " bytes, it had " + size + " when it was indexed" + advice());
            }
            open = FileChannel.open(location, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new IOException(location + ": the image is no longer there" + advice(), e);
        }
        channel = open;
        return open;
    }

    String advice() {
        return "; if the image was moved, point source " + source + " to where it is now";
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
