package org.ringside.trace.importer.codec;

/** Snappy's raw format, as its format description has it: a length, then literals and copies. */
public final class Snappy {
    private Snappy() {}

    /**
     * How many bytes a block unpacks to.
     *
     * @param in the compressed block, or at least its first five bytes
     * @return 0 to 2³² − 1, as the block claims
     * @throws CorruptDataException if the length is not a variable-length integer of 32 bits
     */
    public static long unpackedLength(byte[] in) throws CorruptDataException {
        long length = 0;
        for (int i = 0; i < 5; i++) {
            if (i >= in.length) {
                throw new CorruptDataException("Snappy's length is cut off");
            }
            length |= (long) (in[i] & 0x7f) << (7 * i);
            if (in[i] >= 0) {
                if (length > 0xffff_ffffL) {
                    break;
                }
                return length;
            }
        }
        throw new CorruptDataException("Snappy's length has more than 32 bits");
    }

    /**
     * Unpacks a block.
     *
     * @param in the compressed block, all of it
     * @param length bytes it must unpack to
     * @throws CorruptDataException if it breaks the format's rules or unpacks to another length
     */
    public static byte[] unpack(byte[] in, int length) throws CorruptDataException {
        long claimed = unpackedLength(in);
        if (claimed != length) {
            throw new CorruptDataException("Snappy claims %d bytes where %d are expected".formatted(claimed, length));
        }
        int at = 0;
        while (in[at] < 0) {
            at++;
        }
        BlockWriter out = new BlockWriter("Snappy", in, at + 1, length);
        while (out.hasInput()) {
            int tag = out.next();
            switch (tag & 3) {
                case 0 -> out.literals(literalLength(tag >>> 2, out));
                case 1 -> {
                    int distance = ((tag >>> 5) << 8) | out.next();
                    out.copy(distance, ((tag >>> 2) & 7) + 4);
                }
                case 2 -> out.copy(out.littleEndian(2), (tag >>> 2) + 1);
                default -> out.copy(out.littleEndian(4), (tag >>> 2) + 1);
            }
        }
        return out.finish();
    }

    private static long literalLength(int code, BlockWriter out) throws CorruptDataException {
        return code < 60 ? code + 1 : out.littleEndian(code - 59) + 1;
    }
}
