package org.ringside.agent.kernel.btf;

/**
 * A member of a structure or union, or a place in one that a path of members leads to.
 *
 * @param name the name, or the path
 * @param bitOffset bits from the structure's first byte
 * @param bits width of a bit field; 0 for a member that is not one
 * @param type number of its type
 */
public record BtfMember(String name, long bitOffset, int bits, int type) {
    /** Bytes from the structure's first byte; of a bit field those to the byte with its first bit. */
    public long offset() {
        return bitOffset >>> 3;
    }

    public boolean isBitField() {
        return bits != 0;
    }
}
