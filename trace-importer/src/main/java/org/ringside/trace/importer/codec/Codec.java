package org.ringside.trace.importer.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** How a block may be compressed. Each unpacks to a length known beforehand, and never to more. */
public enum Codec {
    ZLIB {
        @Override
        byte[] unpackChecked(byte[] in, int length) throws CorruptDataException {
            byte[] out = new byte[length];
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(in);
                int done = 0;
                while (done < length) {
                    int part = inflater.inflate(out, done, length - done);
                    if (part == 0) {
                        break;
                    }
                    done += part;
                }
                if (done != length) {
                    throw new CorruptDataException(
                            "zlib unpacks to %d bytes where %d are expected".formatted(done, length));
                }
                // Takes the end of the stream with its checksum; there must be no byte more.
                if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                    throw new CorruptDataException(
                            "zlib's data does not end after the %d bytes expected".formatted(length));
                }
                return out;
            } catch (DataFormatException bad) {
                throw new CorruptDataException("zlib: " + bad.getMessage());
            } finally {
                inflater.end();
            }
        }
    },
    LZO {
        @Override
        byte[] unpackChecked(byte[] in, int length) throws CorruptDataException {
            return Lzo.unpack(in, length);
        }
    },
    SNAPPY {
        @Override
        byte[] unpackChecked(byte[] in, int length) throws CorruptDataException {
            return Snappy.unpack(in, length);
        }
    },
    ZSTD {
        @Override
        byte[] unpackChecked(byte[] in, int length) throws CorruptDataException {
            byte[] out = new byte[length];
            long result;
            try {
                result = Zstd.decompressByteArray(out, 0, length, in, 0, in.length);
            } catch (ZstdException bad) {
                throw new CorruptDataException("zstd: " + bad.getMessage());
            }
            if (Zstd.isError(result)) {
                throw new CorruptDataException("zstd: " + Zstd.getErrorName(result));
            }
            if (result != length) {
                throw new CorruptDataException(
                        "zstd unpacks to %d bytes where %d are expected".formatted(result, length));
            }
            return out;
        }
    };

    /** No block that any format has is larger, unpacked. */
    public static final int MAXIMUM_BLOCK = 16 << 20;

    abstract byte[] unpackChecked(byte[] in, int length) throws CorruptDataException;

    /**
     * Unpacks a block.
     *
     * @param in the compressed block, all of it
     * @param length bytes it must unpack to, 0 to {@link #MAXIMUM_BLOCK}
     * @throws CorruptDataException if it breaks the format's rules or unpacks to another length
     * @throws IllegalArgumentException if {@code length} is out of range
     */
    public byte[] unpack(byte[] in, int length) throws CorruptDataException {
        if (length < 0 || length > MAXIMUM_BLOCK) {
            throw new IllegalArgumentException("length " + length + " is outside 0.." + MAXIMUM_BLOCK);
        }
        return unpackChecked(in, length);
    }
}
