package org.ringside.app.diff;

import java.util.BitSet;
import java.util.Optional;
import org.ringside.agent.integrity.ByteString;

/**
 * Sixteen bytes before and after.
 *
 * @param address physical address of the first
 * @param before the earlier bytes; empty if they were not captured
 * @param after the later bytes; empty if they were not captured
 */
public record HexLine(long address, Optional<ByteString> before, Optional<ByteString> after) {
    /** Bytes in a line. */
    public static final int BYTES = 16;

    /** Which bytes differ; all, where one side was not captured. */
    public BitSet changed() {
        BitSet changed = new BitSet(BYTES);
        if (before.isEmpty() || after.isEmpty()) {
            changed.set(0, BYTES);
            return changed;
        }
        for (int i = 0; i < BYTES; i++) {
            changed.set(i, before.get().at(i) != after.get().at(i));
        }
        return changed;
    }
}
