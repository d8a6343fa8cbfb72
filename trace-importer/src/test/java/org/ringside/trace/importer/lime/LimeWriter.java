package org.ringside.trace.importer.lime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes LiME images from the format's description, apart from the reader. */
public final class LimeWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Appends a range. */
    public LimeWriter range(long start, byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'E', 'M', 'i', 'L'})
                .putInt(1)
                .putLong(start)
                .putLong(start + bytes.length - 1)
                .putLong(0)
                .array());
        out.writeBytes(bytes);
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }
}
