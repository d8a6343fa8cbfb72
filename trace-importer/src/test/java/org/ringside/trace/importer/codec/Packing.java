package org.ringside.trace.importer.codec;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.Compressor;
import io.airlift.compress.lzo.LzoCompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Compression by libraries, for what the readers unpack. */
public final class Packing {
    private Packing() {}

    /** Compresses with another implementation than the one under test. */
    public static byte[] pack(Codec codec, byte[] bytes) {
        return switch (codec) {
            case ZLIB -> {
                byte[] out = new byte[bytes.length * 2 + 64];
                Deflater deflater = new Deflater();
                deflater.setInput(bytes);
                deflater.finish();
                int length = deflater.deflate(out);
                deflater.end();
                yield Arrays.copyOf(out, length);
            }
            case ZSTD -> Zstd.compress(bytes);
            case SNAPPY -> pack(new SnappyCompressor(), bytes);
            case LZO -> pack(new LzoCompressor(), bytes);
        };
    }

    private static byte[] pack(Compressor compressor, byte[] bytes) {
        byte[] out = new byte[compressor.maxCompressedLength(bytes.length)];
        return Arrays.copyOf(out, compressor.compress(bytes, 0, bytes.length, out, 0, out.length));
    }
}
