package org.ringside.trace.importer.avml;

import io.airlift.compress.snappy.SnappyCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes AVML 2 images from the format's description, apart from the reader; Snappy by a library. */
public final class AvmlWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int chunk;

    /** @param chunk bytes in a chunk, unpacked; AVML's have 65,536 */
    public AvmlWriter(int chunk) {
        this.chunk = chunk;
    }

    /** Appends a block. */
    public AvmlWriter block(long start, byte[] bytes) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(new byte[] {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'});
        for (int at = 0; at < bytes.length; at += chunk) {
            chunk(Arrays.copyOfRange(bytes, at, Math.min(at + chunk, bytes.length)), stream);
        }
        out.writeBytes(header(start, bytes.length));
        out.writeBytes(stream.toByteArray());
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(stream.size())
                .array());
        return this;
    }

    private static byte[] header(long start, int length) {
        return ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'A', 'V', 'M', 'L'})
                .putInt(2)
                .putLong(start)
                .putLong(start + length - 1)
                .array();
    }

    private static void chunk(byte[] bytes, ByteArrayOutputStream stream) {
        byte[] packed = snappy(bytes);
        // As the framing format's writers do: keep what does not shrink by an eighth as it is.
        boolean compressed = packed.length < bytes.length - bytes.length / 8;
        byte[] data = compressed ? packed : bytes;
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int sum = (int) crc.getValue();
        int masked = ((sum >>> 15) | (sum << 17)) + 0xa282ead8;
        stream.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((compressed ? 0 : 1) | ((data.length + 4) << 8))
                .putInt(masked)
                .array());
        stream.writeBytes(data);
    }

    private static byte[] snappy(byte[] bytes) {
        SnappyCompressor compressor = new SnappyCompressor();
        byte[] packed = new byte[compressor.maxCompressedLength(bytes.length)];
        int length = compressor.compress(bytes, 0, bytes.length, packed, 0, packed.length);
        return Arrays.copyOf(packed, length);
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }
}
