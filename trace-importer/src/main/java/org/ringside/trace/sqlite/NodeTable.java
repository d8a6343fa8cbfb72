package org.ringside.trace.sqlite;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The nodes of one snapshot: which 2 MiB of physical memory is which stored node. Nodes without a captured page are not in it.
 *
 * @param indices node numbers (physical address / 2 MiB), ascending
 * @param ids the stored node of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NodeTable(long[] indices, int[] ids) {
    private static final int ENTRY = Long.BYTES + Integer.BYTES;

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(indices.length, ENTRY));
        for (int i = 0; i < indices.length; i++) {
            out.putLong(indices[i]).putInt(ids[i]);
        }
        return out.array();
    }

    /** @throws IllegalArgumentException if the numbers do not ascend or are out of range */
    static NodeTable decode(byte[] bytes) {
        ByteBuffer in = Blobs.whole(bytes, ENTRY, "node table");
        int count = bytes.length / ENTRY;
        NodeTable table = new NodeTable(new long[count], new int[count]);
        long last = -1;
        for (int i = 0; i < count; i++) {
            table.indices[i] = in.getLong();
            table.ids[i] = in.getInt();
            if (table.indices[i] <= last || table.indices[i] >= 1L << 43 || table.ids[i] < 1) {
                throw new IllegalArgumentException("node " + table.indices[i] + " with number " + table.ids[i]);
            }
            last = table.indices[i];
        }
        return table;
    }

    /** The stored node, or 0 if no page of it was captured. */
    int find(long index) {
        int at = Arrays.binarySearch(indices, index);
        return at < 0 ? 0 : ids[at];
    }
}
