package org.ringside.app.memory;

/**
 * Where the caret is and what is selected, as positions on the line of a space.
 *
 * @param anchor where the selection was begun
 * @param position the caret; the selection reaches from one to the other, both included
 */
public record HexCaret(long anchor, long position) {
    static final HexCaret START = new HexCaret(0, 0);

    static HexCaret at(long position) {
        return new HexCaret(position, position);
    }

    /** The caret at another position, with the selection begun where it was or anew. */
    HexCaret to(long target, boolean extend) {
        return new HexCaret(extend ? anchor : target, target);
    }

    public long first() {
        return Math.min(anchor, position);
    }

    public long last() {
        return Math.max(anchor, position);
    }

    /** Bytes selected, at least 1. */
    public long length() {
        return last() - first() + 1;
    }

    public boolean contains(long other) {
        return other >= first() && other <= last();
    }
}
