package org.ringside.trace.importer.codec;

/**
 * LZO1X, the stream that {@code lzo1x_1_compress} writes. An instruction's last two bits say how many literals (0 to 3) follow it; what the
 * smallest instruction means depends on how many literals came before it.
 */
public final class Lzo {
    /** No literal precedes: the smallest instruction is a literal run. */
    private static final int NONE = 0;

    /** A literal run of four or more precedes: the smallest instruction is a far copy of three bytes. */
    private static final int RUN = 4;

    private Lzo() {}

    /**
     * Unpacks a block.
     *
     * @param in the compressed block, all of it
     * @param length bytes it must unpack to
     * @throws CorruptDataException if it breaks the format's rules or unpacks to another length
     */
    public static byte[] unpack(byte[] in, int length) throws CorruptDataException {
        BlockWriter out = new BlockWriter("LZO", in, 0, length);
        int state = NONE;
        int instruction = out.next();
        if (instruction > 17) {
            int literals = instruction - 17;
            out.literals(literals);
            state = Math.min(literals, RUN);
            instruction = out.next();
        }
        while (true) {
            if (instruction < 16 && state == NONE) {
                out.literals(3 + extended(instruction, 15, out));
                state = RUN;
            } else {
                int trailing = copy(instruction, state, out);
                if (trailing < 0) {
                    break;
                }
                out.literals(trailing);
                state = trailing;
            }
            instruction = out.next();
        }
        if (out.hasInput()) {
            throw new CorruptDataException("LZO's data goes on after its end mark");
        }
        return out.finish();
    }

    /** Does a copy instruction; returns the number of literals that follow it, or −1 at the end mark. */
    private static int copy(int instruction, int state, BlockWriter out) throws CorruptDataException {
        if (instruction >= 64) {
            int length = instruction >= 128 ? 5 + ((instruction >>> 5) & 3) : 3 + ((instruction >>> 5) & 1);
            int distance = (out.next() << 3) + ((instruction >>> 2) & 7) + 1;
            out.copy(distance, length);
            return instruction & 3;
        }
        if (instruction >= 32) {
            long length = 2 + extended(instruction & 31, 31, out);
            int operand = (int) out.littleEndian(2);
            out.copy((operand >>> 2) + 1, length);
            return operand & 3;
        }
        if (instruction >= 16) {
            long length = 2 + extended(instruction & 7, 7, out);
            int operand = (int) out.littleEndian(2);
            int distance = 16384 + ((instruction & 8) << 11) + (operand >>> 2);
            if (distance == 16384) {
                return -1;
            }
            out.copy(distance, length);
            return operand & 3;
        }
        int near = (out.next() << 2) + (instruction >>> 2) + 1;
        if (state == RUN) {
            out.copy(near + 2048, 3);
        } else {
            out.copy(near, 2);
        }
        return instruction & 3;
    }

    /** A length: as given, or where that is zero, {@code base} and 255 for each zero byte and the byte after them. */
    private static long extended(int given, int base, BlockWriter out) throws CorruptDataException {
        if (given != 0) {
            return given;
        }
        long length = base;
        int more = out.next();
        while (more == 0) {
            length += 255;
            more = out.next();
        }
        return length + more;
    }
}
