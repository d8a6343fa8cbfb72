package org.ringside.trace.importer.codec;

/** What byte-oriented Lempel-Ziv formats do: take bytes from the input, copy literals, copy from what was written. Bounds-checked. */
final class BlockWriter {
    private final String format;
    private final byte[] in;
    private final byte[] out;
    private int at;
    private int written;

    BlockWriter(String format, byte[] in, int from, int length) {
        this.format = format;
        this.in = in;
        this.at = from;
        this.out = new byte[length];
    }

    boolean hasInput() {
        return at < in.length;
    }

    /** The next byte of input, unsigned. */
    int next() throws CorruptDataException {
        if (at >= in.length) {
            throw new CorruptDataException(format + "'s data is cut off at byte " + at);
        }
        return Byte.toUnsignedInt(in[at++]);
    }

    /** The next bytes of input as a little-endian number. */
    long littleEndian(int bytes) throws CorruptDataException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    void literals(long length) throws CorruptDataException {
        if (length > in.length - at || length > out.length - written) {
            throw new CorruptDataException(
                    "%s's literals at byte %d do not fit: %d bytes".formatted(format, at, length));
        }
        System.arraycopy(in, at, out, written, (int) length);
        at += (int) length;
        written += (int) length;
    }

    /** Copies bytes from {@code distance} back; the two may overlap, which repeats a pattern. */
    void copy(long distance, long length) throws CorruptDataException {
        if (distance < 1 || distance > written || length > out.length - written) {
            throw new CorruptDataException("%s's copy at byte %d does not fit: %d bytes from %d back at %d of %d"
                    .formatted(format, at, length, distance, written, out.length));
        }
        int from = written - (int) distance;
        for (int i = 0; i < length; i++) {
            out[written++] = out[from++];
        }
    }

    /** The output, which must be full. */
    byte[] finish() throws CorruptDataException {
        if (written != out.length) {
            throw new CorruptDataException(
                    "%s unpacks to %d bytes where %d are expected".formatted(format, written, out.length));
        }
        return out;
    }
}
