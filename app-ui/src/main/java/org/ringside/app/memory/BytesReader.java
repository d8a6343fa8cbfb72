package org.ringside.app.memory;

import java.io.IOException;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.ProgressMonitor;

/** Reads spans of a space that may be longer than a page; blocks. */
final class BytesReader {
    private static final Messages MESSAGES = Messages.of(BytesReader.class);
    /** The longest span that is copied. */
    static final long MAXIMUM = 16L << 20;

    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private BytesReader() {}

    /**
     * Reads all bytes of a span.
     *
     * @param first position of the first byte
     * @param length bytes
     * @throws IOException if there are more than {@link #MAXIMUM}, or some are not known: what is missing is never made up
     */
    static byte[] read(PageLoader loader, LinearSpace linear, long first, long length, ProgressMonitor monitor)
            throws IOException {
        if (length > MAXIMUM) {
            throw new IOException(MESSAGES.get("copy.too-many", length, MAXIMUM));
        }
        byte[] bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            monitor.checkCancelled();
            monitor.progress(MESSAGES.get("task.read-bytes"), done, bytes.length);
            long position = first + done;
            int offset = (int) (position & (PAGE - 1));
            int part = Math.min(PAGE - offset, bytes.length - done);
            Observed<byte[]> page =
                    loader.load(linear.address(position & -PAGE)).bytes();
            if (!(page instanceof Observed.Known<byte[]>(byte[] known))) {
                throw new IOException(
                        MESSAGES.get("copy.unknown", Formats.address(linear.address(position)), page.reason()));
            }
            System.arraycopy(known, offset, bytes, done, part);
            done += part;
        }
        return bytes;
    }
}
